import * as z from 'zod';
import type { Procedure } from '../../../contract/blocks.ts';
import { philox } from '../../tensor/index.ts';
import type { ProcedureBlock, ProcedureContext } from './procedure.ts';
import { updateOf } from './update.ts';

const state = z.object({
  aggressive: z.boolean(),
  /** Validation MI after the pass before, nats. */
  previousMi: z.number(),
  /** Random words drawn for inner batches so far. */
  drawn: z.number().int(),
  /** The inner loop of the visited batch; null before its first step and again after the decoder's. */
  inner: z
    .object({
      /** Number of the next step, from 1. */
      step: z.number().int(),
      batch: z.number().int(),
      /** Sums over the window: nats and predicted tokens. */
      loss: z.number(),
      words: z.number().int(),
      /** Loss per token of the window before. */
      previous: z.number(),
      done: z.boolean(),
    })
    .nullable(),
});
export type AggressiveState = z.infer<typeof state>;
type Inner = NonNullable<AggressiveState['inner']>;

/** Above every loss per token, so that at least two windows run (methods.md 3.24). */
const BEFORE_FIRST_WINDOW = 1e4;

/**
 * He et al. 2019, Algorithm 1. While aggressive, each visited batch first gets an inner loop of encoder updates on
 * random batches, which ends when a window's loss per token is above the window's before it, and then one decoder
 * update. After the first pass over the training split whose
 * validation MI is below the previous one's, updates are joint for good.
 */
export function aggressive(
  { window, maxInner }: Extract<Procedure, { kind: 'aggressive' }>,
  context: ProcedureContext,
): ProcedureBlock<AggressiveState> {
  const { model, batches, seed } = context;
  const { main } = model;
  const encoder = updateOf(context, { ...main, name: 'encoder', groups: ['encoder'] });
  const decoder = updateOf(context, {
    ...main,
    name: 'decoder',
    groups: model.groups.filter((group) => group !== 'encoder'),
  });
  const joint = updateOf(context, main);
  const begin = (batch: number): Inner => ({
    step: 1,
    batch,
    loss: 0,
    words: 0,
    previous: BEFORE_FIRST_WINDOW,
    done: maxInner <= 1,
  });

  return {
    schema: state,
    start: { aggressive: true, previousMi: 0, drawn: 0, inner: null },
    advance: (state, turn) => {
      if (!state.aggressive) return { state, values: joint(turn.visit, turn), update: true };
      const inner = state.inner ?? begin(turn.visit);
      if (inner.done)
        return { state: { ...state, inner: null }, values: decoder(turn.visit, turn), update: true };

      const { tokens } = batches.feed(inner.batch);
      const values = encoder(inner.batch, turn);
      const random = philox(seed, 'inner batches', state.drawn);
      const next = random.integer(batches.count);
      const after = closeWindow(
        {
          ...inner,
          batch: next,
          loss: inner.loss + values.loss * tokens.shape[1],
          words: inner.words + batches.words(inner.batch),
        },
        window,
      );
      const step = inner.step + 1;
      return {
        state: {
          ...state,
          drawn: random.position,
          inner: { ...after, step, done: after.done || step >= maxInner },
        },
        values,
        update: false,
      };
    },
    passed: (state, { mi }) => {
      if (!state.aggressive || mi === null) return { state };
      if (mi >= state.previousMi) return { state: { ...state, previousMi: mi } };
      return {
        state: { ...state, aggressive: false, previousMi: mi, inner: null },
        says: `The mutual information fell from ${state.previousMi.toFixed(3)} to ${mi.toFixed(3)} nats: encoder and decoder are trained together from here on.`,
      };
    },
  };
}

/** Compares and starts a new window after every `window` steps. */
export function closeWindow(inner: Inner, window: number): Inner {
  if (inner.step % window !== 0) return inner;
  const current = inner.loss / inner.words;
  if (current > inner.previous) return { ...inner, done: true };
  return { ...inner, previous: current, loss: 0, words: 0 };
}
