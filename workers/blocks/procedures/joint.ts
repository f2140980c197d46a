import * as z from 'zod';
import type { ProcedureBlock, ProcedureContext } from './procedure.ts';
import { updateOf } from './update.ts';

const state = z.object({});

/** One update of all players per visited batch. */
export function joint(context: ProcedureContext): ProcedureBlock<z.infer<typeof state>> {
  const update = updateOf(context, context.model.main);
  return {
    schema: state,
    start: {},
    advance: (state, turn) => ({ state, values: update(turn.visit, turn), update: true }),
    passed: (state) => ({ state }),
  };
}
