import { number } from './field.ts';

/** Fields of linear KL annealing (methods.md 1.6: start 0.1, 10 epochs). */
export const warmUpFields = {
  startWeight: number({
    title: 'KL weight at the start',
    unit: 'weight',
    group: 'method',
    min: 0,
    max: 1,
    default: 0.1,
    raise: 'Raise it to press the code towards the prior from the beginning.',
    lower: 'Lower it to let the code carry information freely at first.',
  }),
  warmUp: number({
    title: 'Warm-up',
    unit: 'epochs until the weight is 1',
    group: 'method',
    min: 0.01,
    max: 1000,
    step: 0.5,
    default: 10,
    raise: 'Raise it to give the code more time before the full price is asked.',
    lower: 'Lower it to train on the true objective sooner.',
  }),
} as const;

export function linearWarmUp(o: { startWeight: number; warmUp: number }) {
  return { kind: 'linear', start: o.startWeight, epochs: o.warmUp } as const;
}
