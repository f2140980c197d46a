import { beforeAll, expect, test } from 'vitest';
import { openEngine, philox, tf, type Scalar, type Tensor1D, type Tensor2D } from '../tensor/index.ts';
import { decompose, evenWeights, pairLogDensities, stratifiedWeights, type LogWeights } from './mixture.ts';
import { gaussianLogDensity } from './posteriors/gaussian.ts';
import { batch4Tensors, tensorOf, valueOf } from './vectors.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm', seed: 1 });
});

const logPrior = (z: Tensor2D): Tensor1D =>
  tf.mul(tf.sum(tf.add(tf.square(z), Math.log(2 * Math.PI)), 1), -0.5) as Tensor1D;
const partsOf = (
  { mean, logVariance, z }: { mean: Tensor2D; logVariance: Tensor2D; z: Tensor2D },
  weights: LogWeights,
  groupSize = 1,
): Record<string, number> => {
  const parts = decompose(pairLogDensities(mean, logVariance, z), logPrior(z), { weights, groupSize });
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, valueOf(part)]));
};
const normals = (seed: number, shape: [number, number]): Tensor2D => {
  const random = philox(seed, 'mixture test');
  const data = Float32Array.from(
    { length: shape[0] * shape[1] },
    () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform()),
  );
  return tf.tensor2d(data, shape);
};

// Vector T5 of methods.md.
test.each([
  ['E3', () => evenWeights(4), [0.7809147011, 0.0419641152, -0.0109019967]],
  ['MWS with N = 1000', () => -Math.log(1000 * 4), [7.6886699801, 6.9497193941, -13.8264125546]],
  ['MSS with N = 1000', () => stratifiedWeights(4, 1000), [1.5463506625, -0.1916628732, -0.5427109697]],
] as const)('MI, TC and dimension-wise KL of T5 by %s, and their sum', (_, weights, expected) => {
  const parts = partsOf(batch4Tensors(), weights());
  const found = [parts['information']!, parts['total']!, parts['dimensions']!];
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  expect(found.reduce((a, b) => a + b)).toBeCloseTo(0.8119768195, 5);
});

test('the mutual information of one dimension of T5 by the sampled density', () => {
  const mean = tensorOf([[-1], [1], [0.5]]);
  const logVariance = tensorOf([[0], [-0.5], [0.2]]);
  const noise = tensorOf([[0.3], [-1], [0.7]]);
  const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise)) as Tensor2D;
  // T5 takes the exact entropy where the decomposition takes the density of the sample: exchanged for it here.
  const sampled = valueOf(tf.mean(gaussianLogDensity(mean, logVariance, z)));
  const entropy = valueOf(tf.mean(tf.mul(0.5, tf.sum(tf.add(logVariance, 1 + Math.log(2 * Math.PI)), 1))));
  const { information } = partsOf({ mean, logVariance, z }, evenWeights(3));
  expect(information! - sampled - entropy).toBeCloseTo(0.0153898217, 5);
});

test.each([1, 2, 3, 5])(
  'MI, dependence between and within groups of %i, and dimensions add up to log q(z|x) - log p(z)',
  (groupSize) => {
    const [mean, logVariance, noise] = [1, 2, 3].map((seed) => normals(seed, [7, 5])) as [
      Tensor2D,
      Tensor2D,
      Tensor2D,
    ];
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise)) as Tensor2D;
    const whole = valueOf(tf.mean(tf.sub(gaussianLogDensity(mean, logVariance, z), logPrior(z))));
    for (const weights of [evenWeights(7), stratifiedWeights(7, 400)]) {
      const parts = partsOf({ mean, logVariance, z }, weights, groupSize);
      const sum = (...names: string[]): number => names.reduce((total, name) => total + parts[name]!, 0);
      expect(sum('information', 'between', 'within', 'dimensions')).toBeCloseTo(whole, 4);
      expect(sum('between', 'within')).toBeCloseTo(parts['total']!, 4);
      expect(sum('total', 'dimensions')).toBeCloseTo(parts['aggregate']!, 4);
    }
  },
);

test('groups of one have nothing within, one group has nothing beside it: exactly 0', () => {
  expect(partsOf(batch4Tensors(), evenWeights(4), 1)['within']).toBe(0);
  expect(partsOf(batch4Tensors(), evenWeights(4), 2)['between']).toBe(0);
  expect(partsOf(batch4Tensors(), evenWeights(4), 9)['between']).toBe(0);
});

test('groups are those of a double loop over the batch', () => {
  const [mean, logVariance, z] = [4, 5, 6].map((seed) => normals(seed, [3, 3])) as [
    Tensor2D,
    Tensor2D,
    Tensor2D,
  ];
  const [m, l, c] = [mean, logVariance, z].map((x) => x.arraySync()) as [number[][], number[][], number[][]];
  const log = (a: number, b: number, j: number): number =>
    -0.5 * ((c[a]![j]! - m[b]![j]!) ** 2 * Math.exp(-l[b]![j]!) + l[b]![j]! + Math.log(2 * Math.PI));
  const mixture = (a: number, js: number[]): number =>
    Math.log([0, 1, 2].reduce((s, b) => s + Math.exp(js.reduce((t, j) => t + log(a, b, j), 0)), 0) / 3);
  const mean3 = (of: (a: number) => number): number => (of(0) + of(1) + of(2)) / 3;
  const parts = partsOf({ mean, logVariance, z }, evenWeights(3), 2);
  expect(parts['between']).toBeCloseTo(
    mean3((a) => mixture(a, [0, 1, 2]) - mixture(a, [0, 1]) - mixture(a, [2])),
    4,
  );
  expect(parts['within']).toBeCloseTo(
    mean3((a) => mixture(a, [0, 1]) - mixture(a, [0]) - mixture(a, [1])),
    4,
  );
});

test('rows of the stratified weights sum to 1; a batch of one or of everything is the even mixture', () => {
  const weights = (stratifiedWeights(6, 50) as Tensor2D).arraySync() as number[][];
  for (const [a, row] of weights.entries()) {
    expect(row.reduce((sum, w) => sum + Math.exp(w), 0)).toBeCloseTo(1, 5);
    expect(Math.exp(row[a]!)).toBeCloseTo(1 / 50, 6);
  }
  expect(stratifiedWeights(1, 50)).toBeCloseTo(0, 12);
  expect(stratifiedWeights(6, 6)).toBe(evenWeights(6));
});

test('the gradients of MI and TC by E3 and by MWS are equal', () => {
  const { logVariance, z, mean } = batch4Tensors();
  for (const part of ['information', 'total'] as const) {
    const [even, weighted] = [evenWeights(4), -Math.log(4000)].map((weights) => {
      const f = (m: Tensor2D): Scalar =>
        decompose(pairLogDensities(m, logVariance, z), logPrior(z), { weights, groupSize: 1 })[part];
      return tf
        .grad((m) => f(m as Tensor2D))(mean)
        .dataSync();
    });
    even!.forEach((g, i) => expect(g).toBeCloseTo(weighted![i]!, 5));
  }
});

test('on a Gaussian with correlation .8 the total correlation nears -log(1 - .64) / 2', () => {
  // Narrow posteriors on 1200 draws: the mixture is the Gaussian, smoothed a little (variance 1.04).
  const n = 1200;
  const [e, f] = [normals(7, [n, 1]), normals(8, [n, 1])];
  const mean = tf.concat([e, tf.add(tf.mul(0.8, e), tf.mul(0.6, f))], 1) as Tensor2D;
  const logVariance = tf.fill([n, 2], Math.log(0.04)) as Tensor2D;
  const z = tf.add(mean, tf.mul(0.2, normals(9, [n, 2]))) as Tensor2D;
  const smoothed = -0.5 * Math.log(1 - (0.8 / 1.04) ** 2);
  expect(Math.abs(partsOf({ mean, logVariance, z }, evenWeights(n))['total']! - smoothed)).toBeLessThan(0.06);
});
