import { tf, type Scalar, type Tensor2D } from '../tensor/index.ts';

/** E11: covariance of the rows, divided by their number: [batch, dim] to [dim, dim]. */
export function covarianceOfMeans(mean: Tensor2D): Tensor2D {
  const off = tf.sub(mean, tf.mean(mean, 0, true)) as Tensor2D;
  return tf.div(tf.matMul(off, off, true, false), mean.shape[0]);
}

/** E11, by the law of total covariance: covariance of the means plus the mean variances, [dim, dim]. */
export function covarianceOfCodes(mean: Tensor2D, logVariance: Tensor2D): Tensor2D {
  const variances = tf.mean(tf.exp(logVariance), 0, true);
  return tf.add(covarianceOfMeans(mean), tf.mul(variances, tf.eye(mean.shape[1])));
}

/** Distance of a covariance from the identity (Kumar et al. 2018), outside and on its diagonal. */
export function awayFromIdentity(covariance: Tensor2D, offDiagonal: number, diagonal: number): Scalar {
  const identity = tf.eye(covariance.shape[0]);
  const squares = tf.square(tf.sub(covariance, identity));
  const on = tf.sum(tf.mul(squares, identity));
  const outside = tf.sum(tf.mul(squares, tf.sub(1, identity)));
  return tf.add(tf.mul(offDiagonal, outside), tf.mul(diagonal, on)) as Scalar;
}
