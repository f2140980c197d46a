import type { Model } from '../blocks/model.ts';
import { tf, type Engine, type Tensor2D } from '../tensor/index.ts';
import type { Breathe } from './breathe.ts';
import { logSumExp } from './mutual-information.ts';

/** E14: -20 to 19.9 in steps of 0.1 (400 points an axis, as released). */
export const axis: readonly number[] = Array.from({ length: 400 }, (_, i) => (i - 200) / 10);

/** Every point of the grid in `dim` dimensions (1 or 2), [points, dim]. */
export function gridOf(dim: number): Float32Array {
  if (dim !== 1 && dim !== 2) throw new Error('the grid is for one or two dimensions');
  if (dim === 1) return Float32Array.from(axis);
  return Float32Array.from(axis.flatMap((a) => axis.flatMap((b) => [a, b])));
}

/** Mean of the points under weights exp(log joint), normalised: sum of w z by coordinate. */
export function gridMean(points: ArrayLike<number>, dim: number, logJoint: Float64Array): number[] {
  const norm = logSumExp(logJoint);
  const mean = Array<number>(dim).fill(0);
  logJoint.forEach((log, i) => {
    const weight = Math.exp(log - norm);
    for (let j = 0; j < dim; j++) mean[j]! += weight * points[i * dim + j]!;
  });
  return mean;
}

/** Points in one execution. */
const ROWS = 400;

/** The model posterior's mean of one sentence, tokens [time] with `<s>` and `</s>`: grid and exact likelihood. */
export function posteriorMeanOf(model: Model, engine: Engine) {
  const { prior, posterior } = model;
  const priorDensity = prior?.logDensity;
  if (!priorDensity || !posterior) throw new Error('a posterior mean needs a code');
  const { dim } = posterior;
  const points = gridOf(dim);
  const count = points.length / dim;
  const program = engine.program({
    name: 'joint density on a grid',
    feeds: { tokens: { dtype: 'int32' }, points: { dtype: 'float32' } },
    body: ({ tokens, points }, step) => {
      const z = points as Tensor2D;
      const sentences = tf.tile(tokens as Tensor2D, [1, z.shape[0]]);
      const nll = model.nll(step, { tokens: sentences, labels: null }, z, 'evaluate');
      return { logJoint: tf.sub(priorDensity(z, step), nll) };
    },
  });
  return async (tokens: Int32Array, breathe: Breathe): Promise<number[]> => {
    const logJoint = new Float64Array(count);
    for (let from = 0; from < count; from += ROWS) {
      const rows = Math.min(ROWS, count - from);
      const out = program.run(
        {
          tokens: { data: tokens, shape: [tokens.length, 1] },
          points: { data: points.slice(from * dim, (from + rows) * dim), shape: [rows, dim] },
        },
        { counter: 0 },
      );
      logJoint.set(out.logJoint, from);
      await breathe();
    }
    return gridMean(points, dim, logJoint);
  };
}
