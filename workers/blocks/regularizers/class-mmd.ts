import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Step, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, RegularizerBlock } from '../block.ts';
import { columnOf } from '../conditions/label.ts';
import { squaredDistances } from '../kernels.ts';

/** Width of the kernel exp(-|a - b|² / γ) (Louizos et al. 2016). */
const GAMMA = 2;

/** Kernel values of all pairs of codes: [batch, dim] to [batch, batch]. */
export function kernelOfCodes(z: Tensor2D): Tensor2D {
  return tf.exp(tf.mul(squaredDistances(z, z), -1 / GAMMA));
}

/**
 * The same by random Fourier features ψ(z) = sqrt(2/D) cos(sqrt(2/γ) z W + b), W [dim, D] standard normal and b [D]
 * uniform in [0, 2π): products ψ(a) ψ(b).
 */
export function kernelOfFeatures(z: Tensor2D, directions: Tensor2D, phases: Tensor1D): Tensor2D {
  const angles = tf.add(tf.mul(tf.matMul(z, directions), Math.sqrt(2 / GAMMA)), phases);
  const features = tf.mul(tf.cos(angles), Math.sqrt(2 / directions.shape[1])) as Tensor2D;
  return tf.matMul(features, features, false, true);
}

/**
 * MMD² between the rows of one class and all others, from kernel values [batch, batch] (E8). The V-statistic counts
 * pairs of a row with itself. The U-statistic does not: it is unbiased, where the V-statistic of two equal
 * distributions falls as codes shrink to a point. 0 where either side has too few rows for a pair.
 */
export function mmdOfClass(kernel: Tensor2D, labels: Tensor1D, value: number, statistic: 'U' | 'V'): Scalar {
  const [batch] = labels.shape;
  const inside = tf.cast(tf.equal(labels, tf.scalar(value, 'int32')), 'float32');
  const outside = tf.sub(1, inside);
  const own = statistic === 'U' ? 1 : 0;
  const pairs = own ? tf.mul(kernel, tf.sub(1, tf.eye(batch))) : kernel;
  const sum = (a: typeof inside, b: typeof inside, of: typeof kernel) =>
    tf.sum(tf.mul(tf.mul(tf.reshape(a, [batch, 1]), tf.reshape(b, [1, batch])), of));
  const [n, m] = [tf.sum(inside), tf.sum(outside)];
  const within = (a: typeof inside, rows: typeof n) =>
    tf.div(sum(a, a, pairs as Tensor2D), tf.maximum(1, tf.mul(rows, tf.sub(rows, own))));
  const between = tf.div(sum(inside, outside, kernel), tf.maximum(1, tf.mul(n, m)));
  const enough = tf.minimum(1, tf.mul(tf.relu(tf.sub(n, own)), tf.relu(tf.sub(m, own))));
  const mmd = tf.sub(tf.add(within(inside, n), within(outside, m)), tf.mul(2, between));
  return tf.mul(enough, mmd) as Scalar;
}

/** weight times the MMD² between the codes of one class and of all others, summed over classes (methods.md 3.14). */
export function classMmd(
  { column, weight, features }: Extract<Regularizer, { kind: 'classMmd' }>,
  { classes, latent }: BlockContext,
): RegularizerBlock {
  const { count } = classes[column]!;
  // With two classes the second comparison is the first one again.
  const compared = Array.from({ length: count === 2 ? 1 : count }, (_, value) => value);
  const kernelOf = (step: Step, z: Tensor2D): Tensor2D => {
    if (features === 0) return kernelOfCodes(z);
    const directions = step.normal('fourier directions', [latent, features]) as Tensor2D;
    const phases = tf.mul(step.uniform('fourier phases', [features]), 2 * Math.PI) as Tensor1D;
    return kernelOfFeatures(z, directions, phases);
  };
  return {
    name: 'classMmd',
    term: (step, { sentences, z }) => {
      const labels = columnOf(sentences, column);
      const kernel = kernelOf(step, z);
      const parts = compared.map((value) => mmdOfClass(kernel, labels, value, 'U'));
      return tf.mul(weight, tf.addN(parts)) as Scalar;
    },
  };
}
