import { beforeAll, expect, test } from 'vitest';
import { openEngine, philox, tf, type Scalar, type Tensor2D } from '../tensor/index.ts';
import { bandwidth, hsic, hsicKernel, rootOf } from './kernels-hsic.ts';
import { partsOf } from './regularizers/hsic.ts';
import { tensorOf, valueOf } from './vectors.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm', seed: 1 });
});

const column = (values: readonly number[]): Tensor2D => tensorOf(values.map((value) => [value]));
const of = (...variables: Tensor2D[]): number => valueOf(hsic(variables.map(hsicKernel)));
// Vector T4 of methods.md.
const a = [0, 1, 2, 3];
const b = [0, 1, 0.5, 2];
const random = philox(5, 'hsic test');
const rows = (n: number, dim: number): number[][] =>
  Array.from({ length: n }, () => Array.from({ length: dim }, () => 4 * random.uniform() - 2));

test('bandwidths of E12: pi/8, 1/(2 pi), .0161206643', () => {
  expect(bandwidth(1)).toBeCloseTo(Math.PI / 8, 12);
  expect(bandwidth(2)).toBeCloseTo(1 / (2 * Math.PI), 12);
  expect(bandwidth(16)).toBeCloseTo(0.0161206643, 10);
});

test('HSIC of T4 and its root; 0 for a constant variable', () => {
  expect(of(column(a), column(b))).toBeCloseTo(0.0420655565, 6);
  expect(valueOf(rootOf(hsic([column(a), column(b)].map(hsicKernel))))).toBeCloseTo(0.2050988944, 5);
  expect(Math.abs(of(column(a), column([0.7, 0.7, 0.7, 0.7])))).toBeLessThan(1e-7);
});

test('of two variables it is tr(KHLH) / n²', () => {
  const n = 9;
  const kernels = [rows(n, 2), rows(n, 3)].map((x) => hsicKernel(tensorOf(x)));
  const [k, l] = kernels.map((kernel) => kernel.arraySync()) as [number[][], number[][]];
  const centred = (m: number[][]): number[][] => {
    const mean = (values: number[]): number => values.reduce((s, v) => s + v, 0) / n;
    const means = m.map(mean);
    const all = mean(means);
    return m.map((row, i) => row.map((value, j) => value - means[i]! - means[j]! + all));
  };
  const [kc, lc] = [centred(k), centred(l)];
  let trace = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) trace += kc[i]![j]! * lc[j]![i]!;
  expect(valueOf(hsic(kernels))).toBeCloseTo(trace / (n * n), 6);
});

test('of three variables it is dHSIC by its definition, term by term', () => {
  const n = 6;
  const kernels = [rows(n, 1), rows(n, 2), rows(n, 1)].map((x) => hsicKernel(tensorOf(x)));
  const k = kernels.map((kernel) => kernel.arraySync() as number[][]);
  const sums = { together: 0, alone: 1, mixed: 0 };
  for (const each of k) sums.alone *= each.flat().reduce((s, v) => s + v, 0) / (n * n);
  for (let i = 0; i < n; i++) {
    let product = 1;
    for (const each of k) product *= each[i]!.reduce((s, v) => s + v, 0) / n;
    sums.mixed += product / n;
    for (let j = 0; j < n; j++) {
      sums.together += k.reduce((p, each) => p * each[i]![j]!, 1) / (n * n);
    }
  }
  expect(valueOf(hsic(kernels))).toBeCloseTo(sums.together + sums.alone - 2 * sums.mixed, 6);
});

test('it does not change when the rows of both variables change places together', () => {
  const order = [0, 2, 1, 3];
  const moved = (values: readonly number[]) => column(order.map((i) => values[i]!));
  expect(of(moved(a), moved(b))).toBeCloseTo(of(column(a), column(b)), 6);
  expect(Math.abs(of(moved(a), column(b)) - of(column(a), column(b)))).toBeGreaterThan(0.005);
});

test('the gradients of HSIC and of its root are those of finite differences, and finite at 0', () => {
  const second = column(b);
  for (const root of [false, true]) {
    const f = (x: Tensor2D): Scalar => {
      const value = hsic([x, second].map(hsicKernel));
      return root ? rootOf(value) : value;
    };
    const gradient = tf
      .grad((x) => f(x as Tensor2D))(column(a))
      .dataSync();
    for (let i = 0; i < 4; i++) {
      const at = (by: number): number => valueOf(f(column(a.map((v, j) => (j === i ? v + by : v)))));
      expect((at(0.02) - at(-0.02)) / 0.04).toBeCloseTo(gradient[i]!, 3);
    }
    const flat = tf
      .grad((x) => f(x as Tensor2D))(column([1, 1, 1, 1]))
      .dataSync();
    expect([...flat].every(Number.isFinite)).toBe(true);
  }
});

test('a code is cut into parts that hold every dimension once, also where it does not divide', () => {
  const z = tensorOf([[1, 2, 3, 4, 5]]);
  expect(partsOf(z, 2).map((part) => [...part.dataSync()])).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
  expect(partsOf(z, 8).flatMap((part) => [...part.dataSync()])).toEqual([1, 2, 3, 4, 5]);
});
