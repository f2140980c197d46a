import { tf, type Scalar, type Tensor1D, type Tensor2D, type Tensor3D } from '../tensor/index.ts';

/** E1 between all diagonal Gaussians of a batch: KL(q_a || q_b) by dimension, [a, b, dim], nats. */
export function pairKl(mean: Tensor2D, logVariance: Tensor2D): Tensor3D {
  const first = (x: Tensor2D): Tensor3D => tf.expandDims(x, 1);
  const second = (x: Tensor2D): Tensor3D => tf.expandDims(x, 0);
  const difference = tf.sub(second(logVariance), first(logVariance)) as Tensor3D;
  const square = tf.square(tf.sub(first(mean), second(mean)));
  // exp of the difference, not a difference of exps: then a posterior is exactly 0 from itself.
  const ratio = tf.add(tf.exp(tf.neg(difference)), tf.mul(square, second(tf.exp(tf.neg(logVariance)))));
  return tf.mul(tf.sub(tf.add(difference, ratio), 1), 0.5) as Tensor3D;
}

/** 1 for pairs of different rows, 0 for a row with itself: [n, n]. */
const apart = (n: number): Tensor2D => tf.sub(1, tf.eye(n));

/** Mean over the ordered pairs of different rows: [a, b, dim] to [dim]. */
export function meanOfPairs(values: Tensor3D): Tensor1D {
  const [n] = values.shape;
  return tf.div(tf.sum(tf.mul(values, tf.expandDims(apart(n), 2)), [0, 1]), n * (n - 1));
}

/**
 * L_div of Ma, Zhou & Hovy 2019: sum_k log(1 + exp(-KL_k)), the mean over pairs taken of the softplus (as published)
 * or inside of it (as released); dim log 2 for equal posteriors, 0 when they are infinitely far apart.
 */
export function diversity(pairs: Tensor3D, reduction: 'pairMean' | 'meanThenSoftplus'): Scalar {
  const softplus = <T extends Tensor1D | Tensor3D>(x: T): T => tf.softplus(tf.neg(x)) as T;
  return tf.sum(
    reduction === 'pairMean' ? meanOfPairs(softplus(pairs)) : softplus(meanOfPairs(pairs)),
  ) as Scalar;
}

/** Under the root, since its slope at 0 is infinite; it adds a millionth where all pairs are alike. */
const FLAT = 1e-12;

/** L_smooth of Ma, Zhou & Hovy 2019: standard deviation (n - 1) of the total KL over the ordered pairs. */
export function smoothness(pairs: Tensor3D): Scalar {
  const [n] = pairs.shape;
  const count = n * (n - 1);
  const totals = tf.sum(pairs, 2);
  const mean = tf.div(tf.sum(tf.mul(totals, apart(n))), count);
  const off = tf.mul(tf.sub(totals, mean), apart(n));
  return tf.sqrt(tf.add(tf.div(tf.sum(tf.square(off)), count - 1), FLAT)) as Scalar;
}
