import { beforeAll, expect, test } from 'vitest';
import { openEngine, tf, type Scalar, type Tensor2D } from '../tensor/index.ts';
import { awayFromIdentity, covarianceOfCodes, covarianceOfMeans } from './covariances.ts';
import { batch4, batch4Tensors, tensorOf, valueOf } from './vectors.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm', seed: 1 });
});

// Vector T6 of methods.md.
test('covariance of the means and diagonal of that of the codes: T6', () => {
  const { mean, logVariance } = batch4Tensors();
  [0.601875, 0.02625, 0.02625, 0.5825].forEach((value, i) =>
    expect(covarianceOfMeans(mean).dataSync()[i]).toBeCloseTo(value, 6),
  );
  const codes = covarianceOfCodes(mean, logVariance).dataSync();
  expect(codes[0]).toBeCloseTo(1.535067709, 6);
  expect(codes[3]).toBeCloseTo(1.4506783268, 6);
});

test('penalties of DIP-VAE I and II, and the squared distance from the identity: T6', () => {
  const { mean, logVariance } = batch4Tensors();
  expect(valueOf(awayFromIdentity(covarianceOfMeans(mean), 10, 100))).toBeCloseTo(33.2947578125, 4);
  const codes = covarianceOfCodes(mean, logVariance);
  expect(valueOf(awayFromIdentity(codes, 10, 10))).toBeCloseTo(4.9078653245, 5);
  expect(valueOf(awayFromIdentity(codes, 1, 1))).toBeCloseTo(0.4907865325, 6);
});

test('whitened means pay nothing; a collapsed posterior satisfies II and not I', () => {
  const white = tensorOf([
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ]);
  expect(valueOf(awayFromIdentity(covarianceOfMeans(white), 10, 100))).toBe(0);
  const zeros = tf.zeros([4, 2]) as Tensor2D;
  expect(valueOf(awayFromIdentity(covarianceOfCodes(zeros, zeros), 10, 10))).toBe(0);
  expect(valueOf(awayFromIdentity(covarianceOfMeans(zeros), 10, 100))).toBe(200);
});

test('its gradient is that of finite differences', () => {
  const { mean, logVariance } = batch4Tensors();
  const f = (m: Tensor2D): Scalar => awayFromIdentity(covarianceOfCodes(m, logVariance), 3, 2);
  const gradient = tf
    .grad((m) => f(m as Tensor2D))(mean)
    .dataSync();
  for (let i = 0; i < 8; i++) {
    const at = (by: number): number =>
      valueOf(f(tensorOf(batch4.mean.map((row, r) => row.map((v, c) => (2 * r + c === i ? v + by : v))))));
    expect((at(0.01) - at(-0.01)) / 0.02).toBeCloseTo(gradient[i]!, 3);
  }
});
