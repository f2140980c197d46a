import * as z from 'zod';
import type { Procedure } from '../../../contract/blocks.ts';
import { philox, tf, type Tensor, type Tensor2D } from '../../tensor/index.ts';
import type { Batch } from '../../text/batches.ts';
import { lengthOf, type Split } from '../../text/split.ts';
import type { ProcedureBlock, ProcedureContext } from './procedure.ts';
import { updateOf } from './update.ts';

type Spec = Extract<Procedure, { kind: 'factorBatches' }>;
const state = z.object({
  /** Random words drawn so far. */
  drawn: z.number().int(),
});
export type FactorState = z.infer<typeof state>;

/**
 * Kulkarni et al. 2015: every update draws a factor, builds a batch of equally long sentences in which all other
 * factors agree, and lets only the coordinates of that factor vary: the others are clamped to one value on the way to
 * the decoder and get the invariance gradient on the way back. Factor i owns coordinates i w to (i + 1) w, the
 * remaining ones are intrinsic and vary in batches in which every factor agrees. The gradient of the KL stays as it is.
 */
export function factorBatches(spec: Spec, context: ProcedureContext): ProcedureBlock<FactorState> {
  const { model, batches, seed, training } = context;
  const { groupWidth, intrinsicRatio } = spec;
  const { dim } = model.posterior!;
  const factors = model.classes.length;
  const owned = factors * groupWidth;
  if (owned >= dim)
    throw new Error(`${factors} factors of ${groupWidth} dimensions leave no intrinsic one of ${dim}`);
  const updates = Array.from({ length: factors + 1 }, (_, factor) => {
    const from = factor * groupWidth;
    const to = factor === factors ? dim : from + groupWidth;
    const free = Float32Array.from({ length: dim }, (_, j) => (j >= from && j < to ? 1 : 0));
    const phase = model.altered((codes) => clamped(codes, free, spec));
    return updateOf(context, phase);
  });
  const pools = poolsOf(batches.split);

  return {
    schema: state,
    start: { drawn: 0 },
    advance: ({ drawn }, turn) => {
      const random = philox(seed, 'factors', drawn);
      const share = random.uniform() * (factors + intrinsicRatio);
      const wanted = Math.min(factors, Math.floor(share));
      // A factor of which no two sentences agree in all the rest gives its turn to the intrinsic part.
      const factor = pools[wanted]!.total > 0 ? wanted : factors;
      const batch = drawBatch(batches.split, pools[factor]!, training.batch, (below) =>
        random.integer(below),
      );
      return { state: { drawn: random.position }, values: updates[factor]!(batch, turn), update: true };
    },
    passed: (same) => ({ state: same }),
  };
}

/** Sets of sentences among which batches of one factor are cut; a set is drawn as often as it has sentences. */
interface Pool {
  readonly sets: readonly Int32Array[];
  /** Sentences up to and with each set. */
  readonly upTo: Int32Array;
  readonly total: number;
}

/**
 * For each factor the sets of sentences of one length that agree in all other factors; last those that agree in every
 * factor. Sets of a single sentence are left out, but for the last pool, which holds every sentence.
 */
export function poolsOf(split: Split): Pool[] {
  const labels = split.labels ?? [];
  return Array.from({ length: labels.length + 1 }, (_, factor) => {
    const sets = new Map<string, number[]>();
    for (let row = 0; row < split.count; row++) {
      const key = [
        lengthOf(split, row),
        ...labels.map((column, c) => (c === factor ? '' : column[row]!)),
      ].join();
      const rows = sets.get(key) ?? [];
      sets.set(key, rows);
      rows.push(row);
    }
    const intrinsic = factor === labels.length;
    const varying = (rows: readonly number[]): boolean =>
      intrinsic || rows.some((row) => labels[factor]![row] !== labels[factor]![rows[0]!]);
    const kept = [...sets.values()].filter(varying).map((rows) => Int32Array.from(rows));
    let total = 0;
    const upTo = Int32Array.from(kept, (rows) => (total += rows.length));
    return { sets: kept, upTo, total };
  });
}

/** At most `size` sentences of one set, without repetition. */
export function drawBatch(split: Split, pool: Pool, size: number, integer: (below: number) => number): Batch {
  const at = integer(pool.total);
  const rows = pool.sets[pool.upTo.findIndex((upTo) => at < upTo)]!.slice();
  const count = Math.min(size, rows.length);
  for (let i = 0; i < count; i++) {
    const j = i + integer(rows.length - i);
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  return { length: lengthOf(split, rows[0]!), rows: rows.subarray(0, count) };
}

/**
 * Codes [batch, dim] with every coordinate that is not `free` set to the mean (or the first row) of the batch.
 * Backwards, free coordinates keep their gradient and the others get η (z - mean) instead.
 */
export function clamped(
  codes: Tensor2D,
  free: Float32Array,
  { clamp, invariance }: Pick<Spec, 'clamp' | 'invariance'>,
): Tensor2D {
  const dim = free.length;
  const body = tf.customGrad(((z: Tensor2D, save: (tensors: Tensor[]) => void) => {
    save([z]);
    const open = tf.tensor2d(free, [1, dim]);
    const shut = tf.sub(1, open);
    const still = clamp === 'mean' ? tf.mean(z, 0, true) : tf.slice(z, [0, 0], [1, dim]);
    return {
      value: tf.add(tf.mul(z, open), tf.mul(still, shut)),
      gradFunc: (slope: Tensor, [saved]: Tensor[]) => {
        const keep = tf.tensor2d(free, [1, dim]);
        const away = tf.mul(tf.sub(saved!, tf.mean(saved!, 0, true)), invariance);
        return tf.add(tf.mul(slope, keep), tf.mul(away, tf.sub(1, keep)));
      },
    };
  }) as unknown as Parameters<typeof tf.customGrad>[0]);
  return body(codes) as Tensor2D;
}
