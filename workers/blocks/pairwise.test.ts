import { beforeAll, expect, test } from 'vitest';
import { openEngine, tf, type Scalar, type Tensor2D, type Tensor3D } from '../tensor/index.ts';
import { diversity, meanOfPairs, pairKl, smoothness } from './pairwise.ts';
import { batch4, batch4Tensors, tensorOf, valueOf } from './vectors.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm', seed: 1 });
});
const batchPairs = (): Tensor3D => {
  const { mean, logVariance } = batch4Tensors();
  return pairKl(mean, logVariance);
};

test('KL between two Gaussians of T2, both ways, and exactly 0 from itself', () => {
  const mean = tensorOf([
    [1, -0.5, 0],
    [0, 0.25, -1],
  ]);
  const logVariance = tensorOf([
    [0.2, -0.7, 0],
    [0, 0.1, -0.3],
  ]);
  const total = tf.sum(pairKl(mean, logVariance), 2).dataSync();
  expect(total[1]).toBeCloseTo(1.5897101925, 5);
  expect(total[2]).toBeCloseTo(1.7182782766, 5);
  expect(Math.abs(total[0]!) + Math.abs(total[3]!)).toBeLessThan(1e-6);
});

// Vector T6 of methods.md.
test('mean pair KL by dimension and in total: T6', () => {
  const means = meanOfPairs(batchPairs()).dataSync();
  expect(means[0]).toBeCloseTo(1.0035956841, 5);
  expect(means[1]).toBeCloseTo(1.0430484588, 5);
  expect(means[0]! + means[1]!).toBeCloseTo(2.0466441429, 5);
});

test('diversity of T6 as published and as released, which is never above it', () => {
  expect(valueOf(diversity(batchPairs(), 'pairMean'))).toBeCloseTo(0.7561357264, 5);
  expect(valueOf(diversity(batchPairs(), 'meanThenSoftplus'))).toBeCloseTo(0.6141610679, 5);
});

test('smoothness of T6 divides by n - 1 (with n it would be .9505357659)', () => {
  expect(valueOf(smoothness(batchPairs()))).toBeCloseTo(0.9928022282, 5);
  expect(valueOf(smoothness(batchPairs())) * Math.sqrt(11 / 12)).toBeCloseTo(0.9505357659, 5);
});

test('equal posteriors pay dim log 2 for diversity and nothing for smoothness', () => {
  const zeros = tf.zeros([5, 3]) as Tensor2D;
  expect(valueOf(diversity(pairKl(zeros, zeros), 'pairMean'))).toBeCloseTo(3 * Math.log(2), 6);
  expect(valueOf(smoothness(pairKl(zeros, zeros)))).toBeLessThanOrEqual(1.01e-6);
});

test('diversity falls with every step that the means move apart', () => {
  const { mean, logVariance } = batch4Tensors();
  const values = [0, 0.5, 1, 1.5, 3].map((spread) =>
    valueOf(diversity(pairKl(tf.mul(mean, spread), logVariance), 'pairMean')),
  );
  expect(values).toEqual(values.toSorted((a, b) => b - a));
  expect(values.at(-1)).toBeLessThan(0.3 * values[0]!);
});

test.each([
  ['diversity', (pairs: Tensor3D) => diversity(pairs, 'pairMean')],
  ['diversity as released', (pairs: Tensor3D) => diversity(pairs, 'meanThenSoftplus')],
  ['smoothness', smoothness],
] as const)('the gradient of %s is that of finite differences, and finite for equal posteriors', (_, of) => {
  const { mean, logVariance } = batch4Tensors();
  const f = (m: Tensor2D): Scalar => of(pairKl(m, logVariance));
  const gradient = tf
    .grad((m) => f(m as Tensor2D))(mean)
    .dataSync();
  for (let i = 0; i < 8; i++) {
    const at = (by: number): number =>
      valueOf(f(tensorOf(batch4.mean.map((row, r) => row.map((v, c) => (2 * r + c === i ? v + by : v))))));
    expect((at(0.01) - at(-0.01)) / 0.02).toBeCloseTo(gradient[i]!, 3);
  }
  const same = tf.zeros([4, 2]) as Tensor2D;
  const flat = tf
    .grad((m) => of(pairKl(m as Tensor2D, same)))(same)
    .dataSync();
  expect([...flat].every(Number.isFinite)).toBe(true);
});
