import type { Kernel } from '../../contract/blocks.ts';
import { tf, type Scalar, type Tensor2D } from '../tensor/index.ts';

/** Scales of the inverse multiquadratic kernel, as in the released WAE code. */
const scales = [0.1, 0.2, 0.5, 1, 2, 5, 10] as const;

/** Squared distances of all pairs of rows: [n, dim], [m, dim] to [n, m]. */
export function squaredDistances(a: Tensor2D, b: Tensor2D): Tensor2D {
  const [n] = a.shape;
  const [m] = b.shape;
  const squareA = tf.reshape(tf.sum(tf.square(a), 1), [n, 1]);
  const squareB = tf.reshape(tf.sum(tf.square(b), 1), [1, m]);
  const products = tf.matMul(a, b, false, true);
  // Rounding may leave a distance of equal rows a little below zero.
  return tf.relu(tf.sub(tf.add(squareA, squareB), tf.mul(2, products))) as Tensor2D;
}

/** Kernel values of squared distances of codes with `dim` coordinates (methods.md E8, prior variance 1). */
export function kernelOf(kernel: Kernel, squared: Tensor2D, dim: number): Tensor2D {
  switch (kernel) {
    case 'rbf':
      return tf.exp(tf.mul(squared, -1 / (2 * dim)));
    case 'mmdvae':
      return tf.exp(tf.mul(squared, -1 / (dim * dim)));
    case 'imq':
      return scales
        .map((scale) => 2 * dim * scale)
        .map((c): Tensor2D => tf.div(c, tf.add(squared, c)))
        .reduce((sum, each) => tf.add(sum, each));
  }
}

/**
 * MMD² of two sets of codes, [n, dim] and [m, dim] (Gretton et al. 2012). The U-statistic leaves out pairs of a row
 * with itself, may be negative, and is 0 where a set has one row; the V-statistic is never negative and 0 for
 * identical sets.
 */
export function mmdSquared(q: Tensor2D, p: Tensor2D, kernel: Kernel, statistic: 'U' | 'V'): Scalar {
  const dim = q.shape[1];
  // One row makes no pair: what is left would be a pull towards one code of the prior.
  if (statistic === 'U' && (q.shape[0] === 1 || p.shape[0] === 1)) return tf.scalar(0);
  const within = (x: Tensor2D): Scalar => {
    const n = x.shape[0];
    const values = kernelOf(kernel, squaredDistances(x, x), dim);
    if (statistic === 'V') return tf.mean(values);
    const apart = tf.mul(values, tf.sub(1, tf.eye(n)));
    return tf.div(tf.sum(apart), n * (n - 1));
  };
  const between = tf.mean(kernelOf(kernel, squaredDistances(q, p), dim));
  return tf.sub(tf.add(within(q), within(p)), tf.mul(2, between)) as Scalar;
}
