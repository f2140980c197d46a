import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, PriorBlock } from '../block.ts';
import { network } from '../network.ts';

type Spec = Omit<Extract<Posterior, { kind: 'layered' }>, 'kind'>;

/** The two maps between the layers; `label` is one-hot, [batch, classes]. */
function layersIn({ dim, upper, hidden, column }: Spec, context: BlockContext) {
  const { count, shares } = context.classes[column]!;
  const map = (name: string, group: 'encoder' | 'prior', from: number, to: number) => {
    const both = network(
      { name, group, widths: [from + count, hidden, 2 * to], activation: 'tanh' },
      context,
    );
    return (step: Step, z: Tensor2D, label: Tensor2D): { mean: Tensor2D; logVariance: Tensor2D } => {
      const [mean, logVariance] = tf.split(both(step, tf.concat([z, label], 1)), 2, 1) as [
        Tensor2D,
        Tensor2D,
      ];
      return { mean, logVariance };
    };
  };
  return {
    dim,
    above: upper,
    shares,
    /** q(z2|z1, y) */
    upper: map('encoder.layer', 'encoder', dim, upper),
    /** p(z1|z2, y) */
    lower: map('prior.layer', 'prior', upper, dim),
  };
}
type Layers = ReturnType<typeof layersIn>;

/** One pair for each context: the prior samples with it, and the posterior's KL reads it. */
const made = new WeakMap<BlockContext, Layers>();

/** The maps that the posterior of a context asks for. */
export function layersOf(context: BlockContext, spec: Spec): Layers {
  const fresh = layersIn(spec, context);
  made.set(context, fresh);
  return fresh;
}

/** Classes with the chances `shares` from uniform numbers [rows, 1], one-hot: [rows, classes]. */
export function classesFrom(uniform: Tensor2D, shares: readonly number[]): Tensor2D {
  let sum = 0;
  const from = shares.map((share) => (sum += share) - share);
  // The last class takes what rounding leaves of the sum.
  const to = [...from.slice(1), Infinity];
  const inside = tf.logicalAnd(
    tf.greaterEqual(uniform, tf.tensor2d([from])),
    tf.less(uniform, tf.tensor2d([to])),
  );
  return tf.cast(inside, 'float32') as Tensor2D;
}

/**
 * z2 ~ N(0, I), y by the shares of its classes among training sentences, z1 ~ p(z1|z2, y): the code. Noise of one
 * code: z2's, z1's, and two numbers a and b for y, since exp(-(a² + b²) / 2) is uniform between 0 and 1. The density
 * of z1 has no closed form.
 */
export function layered(context: BlockContext): PriorBlock {
  const layers = made.get(context);
  if (!layers) throw new Error('a prior of two layers stands beside a posterior of one');
  const { dim, above, shares } = layers;
  return {
    noise: above + dim + 2,
    sample: (step, noise) => {
      const [second, first, pair] = tf.split(noise, [above, dim, 2], 1) as [Tensor2D, Tensor2D, Tensor2D];
      const uniform = tf.exp(tf.mul(tf.sum(tf.square(pair), 1, true), -0.5)) as Tensor2D;
      const { mean, logVariance } = layers.lower(step, second, classesFrom(uniform, shares));
      return tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), first)) as Tensor2D;
    },
    logDensity: null,
  };
}
