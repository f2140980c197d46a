import * as z from 'zod';
import type { Training } from '../../contract/blocks.ts';

export const rateState = z.object({
  learningRate: z.number(),
  /** Evaluations in a row that were worse than the reference. */
  bad: z.number().int(),
  halvings: z.number().int(),
  /** Validation loss that the next one is compared with; null before the first. */
  reference: z.number().nullable(),
});
export type RateState = z.infer<typeof rateState>;

export const startRate = (learningRate: number): RateState => ({
  learningRate,
  bad: 0,
  halvings: 0,
  reference: null,
});

/**
 * The rule of methods.md 1.4 after epoch number `epoch` (counted from 0) with validation loss `loss`.
 * `reload`: go back to the best parameters with a fresh optimizer. `stop`: enough halvings.
 */
export function afterEpoch(
  state: RateState,
  { loss, epoch }: { loss: number; epoch: number },
  rule: Pick<Training, 'patience' | 'guardEpoch' | 'halvings'>,
): { state: RateState; reload: boolean; stop: boolean } {
  if (state.reference === null || loss <= state.reference)
    return { state: { ...state, bad: 0, reference: loss }, reload: false, stop: false };
  const bad = state.bad + 1;
  if (bad < rule.patience || epoch < rule.guardEpoch)
    return { state: { ...state, bad }, reload: false, stop: false };
  const halvings = state.halvings + 1;
  return {
    state: { learningRate: state.learningRate / 2, bad: 0, halvings, reference: loss },
    reload: true,
    stop: halvings >= rule.halvings,
  };
}
