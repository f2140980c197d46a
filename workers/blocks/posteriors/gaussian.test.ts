import { beforeAll, expect, test } from 'vitest';
import { openEngine, tf, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import { gaussianDensity, gaussianKl, gaussianLogDensity } from './gaussian.ts';

// Vector T2 of methods.md.
const mean = [1, -0.5, 0];
const logVariance = [0.2, -0.7, 0];
const z = [0.3, -0.2, 0.9];

beforeAll(async () => {
  await openEngine({ backend: 'wasm', seed: 1 });
});
const row = (values: readonly number[]): Tensor2D => tf.tensor2d([[...values]]);

test('KL to the standard normal: T2', () => {
  const kl = tf.sum(gaussianKl(row(mean), row(logVariance)));
  expect(kl.dataSync()[0]).toBeCloseTo(0.733994031, 6);
});

test('log density: T2, in float32 and in double precision', () => {
  expect(gaussianLogDensity(row(mean), row(logVariance), row(z)).dataSync()[0]).toBeCloseTo(-3.203023506, 5);
  const density = gaussianDensity(
    { mean: Float32Array.from(mean), logVariance: Float32Array.from(logVariance) },
    3,
  );
  expect(density.log(Float32Array.from(z), 0, 0)).toBeCloseTo(-3.203023506, 6);
});

test('entropy of the standard normal is log sqrt(2 pi e) a dimension', () => {
  const density = gaussianDensity({ mean: new Float32Array(4), logVariance: new Float32Array(4) }, 2);
  expect(density.entropy(1)).toBeCloseTo(Math.log(2 * Math.PI * Math.E), 12);
});

test('the KL is 0 at the prior, and flat there in mean and log-variance', () => {
  const zero = tf.zeros([2, 3]) as Tensor2D;
  expect(Math.max(...gaussianKl(zero, zero).dataSync().map(Math.abs))).toBe(0);
  const total = (m: Tensor2D, l: Tensor2D): Scalar => tf.sum(gaussianKl(m, l)) as Scalar;
  const gradients = tf.grads((m, l) => total(m as Tensor2D, l as Tensor2D))([zero, zero]);
  for (const gradient of gradients) expect([...gradient.dataSync()].every((g) => g === 0)).toBe(true);
});

test('the KL is never below 0', () => {
  const m = tf.randomNormal([50, 4], 0, 1, 'float32', 1) as Tensor2D;
  const l = tf.randomNormal([50, 4], 0, 1, 'float32', 2) as Tensor2D;
  expect(Math.min(...gaussianKl(m, l).dataSync())).toBeGreaterThanOrEqual(-1e-6);
});
