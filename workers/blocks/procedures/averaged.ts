import * as z from 'zod';
import type { Procedure } from '../../../contract/blocks.ts';
import { withAverages } from './averages.ts';
import type { ProcedureBlock, ProcedureContext } from './procedure.ts';
import { updateOf } from './update.ts';

const state = z.object({
  /** Validation losses so far. */
  losses: z.array(z.number()),
  /** Parameters averaged since the switch; null before it. */
  averaged: z.number().int().nullable(),
});
type AveragedState = z.infer<typeof state>;

/**
 * NT-ASGD (Merity, Keskar & Socher 2018, Algorithm 1): plain SGD until the validation loss no longer falls, from then
 * on the same with the running average of the parameters, which is what is measured and kept.
 */
export function averaged(
  { patience, weightDecay }: Extract<Procedure, { kind: 'averaged' }>,
  context: ProcedureContext,
): ProcedureBlock<AveragedState> {
  const update = updateOf(context, context.model.main, { weightDecay, averages: true });
  const start: AveragedState = { losses: [], averaged: null };
  return {
    schema: state,
    start,
    advance: (before, turn) => {
      const count = before.averaged === null ? null : before.averaged + 1;
      // Before the switch the average is the newest value.
      const values = update(turn.visit, turn, 1 / (count ?? 1));
      return { state: { ...before, averaged: count }, values, update: true };
    },
    passed: (same) => ({ state: same }),
    evaluated: (before, { loss }) => {
      const switches = before.averaged === null && nonMonotone(before.losses, loss, patience);
      return {
        state: { losses: [...before.losses, loss], averaged: switches ? 0 : before.averaged },
        ...(switches && {
          says: 'The validation loss no longer falls: from here on the average of the parameters is measured.',
        }),
      };
    },
    // A fresh optimizer has no averages.
    reloaded: () => start,
    measured: ({ averaged }) => (averaged ? withAverages(context.engine) : () => {}),
  };
}

/** Whether a loss is above the smallest of all but the last `patience` before it. */
export function nonMonotone(before: readonly number[], loss: number, patience: number): boolean {
  const older = before.slice(0, Math.max(0, before.length - patience));
  return loss > Math.min(...older);
}
