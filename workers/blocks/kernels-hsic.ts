import { tf, type Scalar, type Tensor1D, type Tensor2D } from '../tensor/index.ts';
import { squaredDistances } from './kernels.ts';

/** log Gamma(x) for x a positive multiple of 1/2, by the recurrence from Gamma(1/2) and Gamma(1). */
function logGammaHalves(x: number): number {
  let value = Number.isInteger(x) ? 0 : 0.5 * Math.log(Math.PI);
  for (let y = Number.isInteger(x) ? 1 : 0.5; y < x; y++) value += Math.log(y);
  return value;
}

/** E12: 1 / (2 g²), g the mean distance of two standard normal codes with `dim` coordinates. */
export function bandwidth(dim: number): number {
  const distance = 2 * Math.exp(logGammaHalves((dim + 1) / 2) - logGammaHalves(dim / 2));
  return 1 / (2 * distance * distance);
}

/** Gaussian kernel of E12 on rows of a variable: [n, dim] to [n, n]. */
export function hsicKernel(x: Tensor2D): Tensor2D {
  return tf.exp(tf.mul(squaredDistances(x, x), -bandwidth(x.shape[1])));
}

/**
 * E12: how far variables are from being independent, by their kernels [n, n] (dHSIC; for two it is tr(KHLH) / n²,
 * Gretton et al. 2005). 0 where one of them is constant.
 */
export function hsic(kernels: readonly Tensor2D[]): Scalar {
  const product = <T extends Tensor2D | Tensor1D | Scalar>(all: readonly T[]): T =>
    all.reduce((x, y) => tf.mul(x, y) as T);
  const together = tf.mean(product(kernels));
  const alone = product(kernels.map((kernel) => tf.mean(kernel) as Scalar));
  const mixed = tf.mean(product(kernels.map((kernel) => tf.mean(kernel, 1) as Tensor1D)));
  return tf.sub(tf.add(together, alone), tf.mul(2, mixed)) as Scalar;
}

/** Its root, as released for HSIC-VAE; the small number keeps the slope at 0 finite. */
export function rootOf(value: Scalar): Scalar {
  return tf.sqrt(tf.add(tf.relu(value), 1e-12)) as Scalar;
}
