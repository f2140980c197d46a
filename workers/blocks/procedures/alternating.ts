import * as z from 'zod';
import { philox } from '../../tensor/index.ts';
import type { Phase } from '../block.ts';
import type { ProcedureBlock, ProcedureContext, Values } from './procedure.ts';
import { measureScale } from './scale.ts';
import { updateOf } from './update.ts';

const state = z.object({
  /** Place in the cycle of phases. */
  at: z.number().int(),
  /** Random words drawn for batches so far. */
  drawn: z.number().int(),
  /** Of the phases of this update that have been executed. */
  values: z
    .object({ loss: z.number(), gradientNorm: z.number(), terms: z.record(z.string(), z.number()) })
    .nullable(),
});
export type AlternatingState = z.infer<typeof state>;

/** The phases of the method in turn, one execution each; an update is a whole cycle. */
export function alternating(context: ProcedureContext): ProcedureBlock<AlternatingState> {
  const { model, batches, seed } = context;
  const programs = new Map<string, ReturnType<typeof updateOf>>();
  const programOf = (phase: Phase): ReturnType<typeof updateOf> => {
    const known = programs.get(phase.name) ?? updateOf(context, phase);
    programs.set(phase.name, known);
    return known;
  };

  const still = model.posterior?.still;
  return {
    schema: state,
    start: { at: 0, drawn: 0, values: null },
    ...(still && {
      opens: async ({ at }, epoch, breathe) => {
        if (at === 0 && epoch === (still.first?.epochs ?? 0)) await measureScale(still, context, breathe);
      },
    }),
    advance: (before, turn) => {
      const cycle = model.cycle(turn.epoch);
      const phase = cycle[before.at]!;
      let { drawn } = before;
      let batch = turn.visit;
      if (phase.batch === 'random') {
        const random = philox(seed, 'batches of phases', drawn);
        batch = random.integer(batches.count);
        drawn = random.position;
      }
      const values = merge(before.values, programOf(phase)(batch, turn), phase, model.main);
      const update = before.at + 1 === cycle.length;
      return {
        state: update ? { at: 0, drawn, values: null } : { at: before.at + 1, drawn, values },
        values,
        update,
      };
    },
    passed: (same) => ({ state: same }),
  };
}

/** The main phase gives loss and gradient norm; every other phase adds its loss as a term of its name. */
function merge(before: Values | null, now: Values, phase: Phase, main: Phase): Values {
  if (phase.name === main.name) return { ...now, terms: { ...before?.terms, ...now.terms } };
  return {
    loss: before?.loss ?? now.loss,
    gradientNorm: before?.gradientNorm ?? now.gradientNorm,
    // A phase may tell its loss without what it pays besides.
    terms: { ...before?.terms, [phase.name]: now.loss, ...now.terms },
  };
}
