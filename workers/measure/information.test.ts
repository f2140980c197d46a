import { expect, test } from 'vitest';
import { gaussianDensity } from '../blocks/posteriors/gaussian.ts';
import { philox } from '../tensor/index.ts';
import { activeUnits } from './active-units.ts';
import { logMixture, logSumExp, mutualInformation } from './mutual-information.ts';

/** «Batch-4» of methods.md section 7. */
const mean = [
  [-1, 0.5],
  [1, -0.3],
  [0.5, 1.2],
  [-0.4, -0.8],
];
const logVariance = [
  [0, -0.2],
  [-0.5, 0.1],
  [0.2, 0],
  [-0.1, -0.6],
];
const noise = [
  [0.3, -0.6],
  [-1, 0.2],
  [0.7, 1.1],
  [0.1, -0.4],
];
const samples = (m: number[][], l: number[][], e: number[][]): Float32Array =>
  Float32Array.from(m.flatMap((row, i) => row.map((mu, j) => mu + Math.exp(l[i]![j]! / 2) * e[i]![j]!)));
const densityOf = (m: number[][], l: number[][]) =>
  gaussianDensity(
    { mean: Float32Array.from(m.flat()), logVariance: Float32Array.from(l.flat()) },
    m[0]!.length,
  );

test('T5, batch mixture: mean log q(z|x) minus mean log mixture is .7809147011', () => {
  const density = densityOf(mean, logVariance);
  const z = samples(mean, logVariance, noise);
  const gap = [0, 1, 2, 3].reduce(
    (sum, a) => sum + density.log(z, a, a) - logMixture(density, z, a, 0, 4),
    0,
  );
  expect(gap / 4).toBeCloseTo(0.7809147011, 6);
});

test('T5, batch mixture: total correlation, dimension-wise KL and their sum', () => {
  const z = samples(mean, logVariance, noise);
  const density = densityOf(mean, logVariance);
  const column = (j: number) =>
    densityOf(
      mean.map((row) => [row[j]!]),
      logVariance.map((row) => [row[j]!]),
    );
  const zOf = (j: number) => Float32Array.from([0, 1, 2, 3].map((a) => z[2 * a + j]!));
  const columns = [column(0), column(1)];
  const logPrior = (a: number) => -0.5 * (z[2 * a]! ** 2 + z[2 * a + 1]! ** 2 + 2 * Math.log(2 * Math.PI));
  let [mi, tc, dimensions, whole] = [0, 0, 0, 0];
  for (let a = 0; a < 4; a++) {
    const joint = logMixture(density, z, a, 0, 4);
    const marginals = [0, 1].reduce((sum, j) => sum + logMixture(columns[j]!, zOf(j), a, 0, 4), 0);
    mi += (density.log(z, a, a) - joint) / 4;
    tc += (joint - marginals) / 4;
    dimensions += (marginals - logPrior(a)) / 4;
    whole += (density.log(z, a, a) - logPrior(a)) / 4;
  }
  expect(tc).toBeCloseTo(0.0419641152, 6);
  expect(dimensions).toBeCloseTo(-0.0109019967, 6);
  expect(whole).toBeCloseTo(0.8119768195, 6);
  // E6 telescopes exactly.
  expect(mi + tc + dimensions).toBeCloseTo(whole, 12);
});

test('T5: the one-dimensional estimate with exact entropies is .0153898217', () => {
  const m = [[-1], [1], [0.5]];
  const l = [[0], [-0.5], [0.2]];
  const z = samples(m, l, [[0.3], [-1], [0.7]]);
  expect(mutualInformation(densityOf(m, l), z, 0, 3)).toBeCloseTo(0.0153898217, 6);
});

test.each([
  [0.5, 0.1114214822],
  [1, 0.3368308203],
  [2, 0.6327201937],
  [3, 0.689297933],
])('two posteriors N(±%f, 1) share %f nats (closed form, by many samples)', (m, expected) => {
  const random = philox(5, 'mutual information');
  const pairs = 200;
  const sides = Array.from({ length: 2 * pairs }, (_, i) => [i % 2 ? m : -m]);
  const flat = sides.map(() => [0]);
  const density = densityOf(sides, flat);
  let sum = 0;
  const repeats = 40;
  for (let r = 0; r < repeats; r++) {
    const z = samples(
      sides,
      flat,
      sides.map(() => [random.normal()]),
    );
    sum += mutualInformation(density, z, 0, 2 * pairs);
  }
  // 16,000 samples of a quantity with a standard deviation below 0.8.
  expect(Math.abs(sum / repeats - expected)).toBeLessThan(0.02);
});

test('sentences with one posterior share nothing, and no set shares more than its log size', () => {
  const same = Array.from({ length: 8 }, () => [0.4, -0.2]);
  const flat = same.map(() => [0, 0]);
  const random = philox(2, 'noise');
  const e = same.map(() => [random.normal(), random.normal()]);
  const density = densityOf(same, flat);
  const z = samples(same, flat, e);
  // What is left is the sampled against the exact entropy.
  const sampled = e.flat().reduce((sum, x) => sum + (x * x - 1) / 2, 0) / 8;
  expect(mutualInformation(density, z, 0, 8)).toBeCloseTo(sampled, 5);
  const far = Array.from({ length: 8 }, (_, i) => [100 * i, 0]);
  const apart = mutualInformation(
    densityOf(far, flat),
    samples(
      far,
      flat,
      same.map(() => [1, 1]),
    ),
    0,
    8,
  );
  expect(apart).toBeCloseTo(Math.log(8), 5);
});

test('log-sum-exp is stable far from zero', () => {
  expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.log(2), 10);
  expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
});

test('T6: both units of the batch are active; a constant one is not', () => {
  expect(activeUnits(Float32Array.from(mean.flat()), 2)).toBe(2);
  const half = mean.map(([a], i) => [a!, 0.5 + 0.001 * i]);
  expect(activeUnits(Float32Array.from(half.flat()), 2)).toBe(1);
});

test('the border of an active unit is a variance of 0.01, dividing by n - 1', () => {
  // Two values d apart: the variance is d^2 / 2.
  const wide = Math.sqrt(0.0201);
  const narrow = Math.sqrt(0.0199);
  expect(activeUnits(Float32Array.from([0, 0, wide, narrow]), 2)).toBe(1);
});
