import { beforeAll, describe, expect, test } from 'vitest';
import { openEngine, philox, tf, type Scalar, type Tensor2D } from '../tensor/index.ts';
import { kernelOf, mmdSquared, squaredDistances } from './kernels.ts';
import { tensorOf, valueOf } from './vectors.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm', seed: 1 });
});

// Vector T3 of methods.md.
const X = [
  [0, 0],
  [1, 0],
  [0, 1],
];
const Y = [
  [0.5, 0.5],
  [-1, 0],
  [0, -2],
];
const mmd = (...given: Parameters<typeof mmdSquared>): number => valueOf(mmdSquared(...given));

test.each([
  ['rbf', 0.2271833494, -0.0858377477, -0.1857483943],
  ['mmdvae', 0.2271833494, -0.0858377477, -0.1857483943],
  ['imq', 1.4325734262, -0.5077616853, -1.4871267847],
] as const)('MMD² of T3 with the kernel %s', (kernel, v, u, same) => {
  const [x, y] = [tensorOf(X), tensorOf(Y)];
  expect(mmd(x, y, kernel, 'V')).toBeCloseTo(v, 5);
  expect(mmd(x, y, kernel, 'U')).toBeCloseTo(u, 5);
  expect(mmd(x, x, kernel, 'V')).toBe(0);
  expect(mmd(x, x, kernel, 'U')).toBeCloseTo(same, 5);
});

test('MMD² of T3 with exp(-d²/2): the kernel rbf of points moved apart by the root of 2', () => {
  const wide = (rows: number[][]): Tensor2D => tf.mul(tensorOf(rows), Math.SQRT2);
  expect(mmd(wide(X), wide(Y), 'rbf', 'V')).toBeCloseTo(0.2919172783, 5);
  expect(mmd(wide(X), wide(Y), 'rbf', 'U')).toBeCloseTo(-0.1538266369, 5);
  expect(mmd(wide(X), wide(X), 'rbf', 'U')).toBeCloseTo(-0.3153464976, 5);
});

test('one row makes no pair: the U-statistic is 0, without a pull towards the other set', () => {
  expect(mmd(tensorOf([[1, 2]]), tensorOf(Y), 'imq', 'U')).toBe(0);
  expect(mmd(tensorOf(X), tensorOf([[1, 2]]), 'imq', 'U')).toBe(0);
});

test('the kernels are those of E8 at a squared distance of 3 in 5 dimensions', () => {
  const at = (kernel: Parameters<typeof kernelOf>[0]): number =>
    valueOf(kernelOf(kernel, tf.tensor2d([[3]]), 5));
  expect(at('rbf')).toBeCloseTo(Math.exp(-3 / 10), 6);
  expect(at('mmdvae')).toBeCloseTo(Math.exp(-3 / 25), 6);
  const c = [0.1, 0.2, 0.5, 1, 2, 5, 10].map((s) => 10 * s);
  expect(at('imq')).toBeCloseTo(
    c.reduce((sum, each) => sum + each / (each + 3), 0),
    5,
  );
});

test('squared distances are those of a double loop and never negative', () => {
  const far = X.map((row) => row.map((value) => 1000 + value / 7));
  const got = squaredDistances(tensorOf(far), tensorOf(far)).dataSync();
  expect(Math.min(...got)).toBeGreaterThanOrEqual(0);
  const plain = squaredDistances(tensorOf(X), tensorOf(Y)).dataSync();
  X.forEach((a, i) =>
    Y.forEach((b, j) => expect(plain[3 * i + j]).toBeCloseTo((a[0]! - b[0]!) ** 2 + (a[1]! - b[1]!) ** 2, 5)),
  );
});

describe('on many draws', () => {
  const normals = (seed: number, n: number, dim: number, shift = 0, sd = 1): Tensor2D => {
    const random = philox(seed, 'mmd test');
    const data = Float32Array.from({ length: n * dim }, (_, i) => {
      const [u, v] = [1 - random.uniform(), random.uniform()];
      return sd * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v) + (i % dim === 0 ? shift : 0);
    });
    return tf.tensor2d(data, [n, dim]);
  };
  // Kernel rbf is exp(-d²/2d): the population values of T3.
  test.each([
    ['a mean shifted by 1', 2, 1, 1, 0.1175030974],
    ['a mean shifted by 1', 32, 1, 1, 0.0110679869],
    ['a quarter of the variance', 2, 0, 0.5, 0.0692307692],
    ['a quarter of the variance', 32, 0, 0.5, 0.0760568071],
  ])('the U-statistic finds the population value: %s in %i dimensions', (_, dim, shift, sd, population) => {
    const n = 1500;
    const found = mmd(normals(1, n, dim, shift, sd), normals(2, n, dim), 'rbf', 'U');
    expect(Math.abs(found - population)).toBeLessThan(dim === 2 ? 0.012 : 0.0015);
  });

  test('the V-statistic of equal distributions is above 0 by 2 (1 - E k) / n: .03125 for 32 draws of 2 dimensions', () => {
    let sum = 0;
    for (let seed = 0; seed < 60; seed++)
      sum += mmd(normals(2 * seed + 10, 32, 2), normals(2 * seed + 11, 32, 2), 'rbf', 'V');
    expect(Math.abs(sum / 60 - 0.03125)).toBeLessThan(0.006);
  });
});

test.each(['rbf', 'mmdvae', 'imq'] as const)(
  'the gradient of MMD² wrt one point is that of finite differences: %s',
  (kernel) => {
    const y = tensorOf(Y);
    const f = (x: Tensor2D): Scalar => mmdSquared(x, y, kernel, 'U');
    const gradient = tf
      .grad((x) => f(x as Tensor2D))(tensorOf(X))
      .dataSync();
    for (let i = 0; i < 6; i++) {
      const at = (by: number): number =>
        valueOf(f(tensorOf(X.map((row, r) => row.map((v, c) => (2 * r + c === i ? v + by : v))))));
      expect((at(0.01) - at(-0.01)) / 0.02).toBeCloseTo(gradient[i]!, 2);
    }
  },
);
