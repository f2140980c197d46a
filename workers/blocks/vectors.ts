import { tf, type Tensor2D } from '../tensor/index.ts';

/** «Batch-4» of the method tests: four posteriors of two dimensions, noise and the samples that it makes. */
export const batch4 = {
  mean: [
    [-1, 0.5],
    [1, -0.3],
    [0.5, 1.2],
    [-0.4, -0.8],
  ],
  logVariance: [
    [0, -0.2],
    [-0.5, 0.1],
    [0.2, 0],
    [-0.1, -0.6],
  ],
  noise: [
    [0.3, -0.6],
    [-1, 0.2],
    [0.7, 1.1],
    [0.1, -0.4],
  ],
};

export const tensorOf = (rows: readonly (readonly number[])[]): Tensor2D =>
  tf.tensor2d(rows.map((row) => [...row]));

/** The same as tensors, with the samples z = mean + exp(logVariance / 2) noise. */
export function batch4Tensors() {
  const mean = tensorOf(batch4.mean);
  const logVariance = tensorOf(batch4.logVariance);
  const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tensorOf(batch4.noise))) as Tensor2D;
  return { mean, logVariance, z };
}

/** One number of a scalar. */
export const valueOf = (x: { dataSync(): ArrayLike<number> }): number => x.dataSync()[0]!;
