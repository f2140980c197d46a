import * as z from 'zod';
import type { Procedure } from '../../../contract/blocks.ts';
import { withAverages } from './averages.ts';
import type { ProcedureBlock, ProcedureContext } from './procedure.ts';
import { updateOf } from './update.ts';

const state = z.object({
  /** Updates averaged so far. */
  averaged: z.number().int(),
});

/**
 * Share of the newest parameters in the average after update `n` (from 1): 1 - decay, but at first 10 / (9 + n), so that
 * the average does not remember the parameters before training.
 */
export const newestShare = (n: number, decay: number): number => Math.max(1 - decay, 10 / (9 + n));

/**
 * One update of all players per visited batch, with an exponentially weighted average of the parameters (Polyak &
 * Juditsky 1992) beside them: the average is what is measured and kept.
 */
export function polyak(
  { decay }: Extract<Procedure, { kind: 'polyak' }>,
  context: ProcedureContext,
): ProcedureBlock<z.infer<typeof state>> {
  const update = updateOf(context, context.model.main, { averages: true });
  const start = { averaged: 0 };
  return {
    schema: state,
    start,
    advance: (before, turn) => {
      const averaged = before.averaged + 1;
      return {
        state: { averaged },
        values: update(turn.visit, turn, newestShare(averaged, decay)),
        update: true,
      };
    },
    passed: (same) => ({ state: same }),
    // A fresh optimizer has no averages.
    reloaded: () => start,
    measured: ({ averaged }) => (averaged > 0 ? withAverages(context.engine) : () => {}),
  };
}
