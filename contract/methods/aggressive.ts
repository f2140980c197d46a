import { integer } from './field.ts';

/** Fields of the aggressive schedule (He et al. 2019, Algorithm 1; window and limit as released for text). */
export const aggressiveFields = {
  window: integer({
    title: 'Window of the inner loop',
    unit: 'encoder updates',
    group: 'method',
    min: 2,
    max: 1000,
    default: 15,
    raise: 'Raise it to judge more patiently whether the encoder still improves.',
    lower: 'Lower it to leave the inner loop sooner and train faster.',
  }),
  maxInner: integer({
    title: 'Longest inner loop',
    unit: 'encoder updates',
    group: 'method',
    min: 1,
    max: 10_000,
    default: 100,
    raise: 'Raise it to let the encoder come closer to its optimum before each decoder update.',
    lower: 'Lower it to train faster.',
  }),
} as const;

export function aggressive(o: { window: number; maxInner: number }) {
  return { kind: 'aggressive', window: o.window, maxInner: o.maxInner } as const;
}
