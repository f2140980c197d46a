import { expect, test } from 'vitest';
import { logMixture, mutualInformation } from '../../measure/mutual-information.ts';
import { gaussianDensity } from '../posteriors/gaussian.ts';

/** methods.md section 7, Batch-4. */
const mean = Float32Array.of(-1, 0.5, 1, -0.3, 0.5, 1.2, -0.4, -0.8);
const logVariance = Float32Array.of(0, -0.2, -0.5, 0.1, 0.2, 0, -0.1, -0.6);
const z = Float32Array.of(
  -0.7,
  -0.0429024508,
  0.2211992169,
  -0.0897457807,
  1.2736196427,
  2.3,
  -0.3048770575,
  -1.0963272883,
);
const density = gaussianDensity({ mean, logVariance }, 2);
const rows = [0, 1, 2, 3];
const average = (f: (a: number) => number): number => rows.reduce((sum, a) => sum + f(a) / 4, 0);
const logPrior = (a: number): number => -0.5 * (z[2 * a]! ** 2 + z[2 * a + 1]! ** 2) - Math.log(2 * Math.PI);

test('pixelgan-ae: the KL is mutual information plus the KL of all codes together, on any batch', () => {
  // All three at the same samples: log q(z|x) - log p, log q(z|x) - log q(z), log q(z) - log p.
  const kl = average((a) => density.log(z, a, a) - logPrior(a));
  const information = average((a) => density.log(z, a, a) - logMixture(density, z, a, 0, 4));
  const aggregate = average((a) => logMixture(density, z, a, 0, 4) - logPrior(a));
  expect(kl).toBeCloseTo(0.8119768195, 6);
  expect(information).toBeCloseTo(0.7809147011, 6);
  // T5: total correlation and dimension-wise KL.
  expect(aggregate).toBeCloseTo(0.0419641152 - 0.0109019967, 6);
  expect(information + aggregate).toBeCloseTo(kl, 12);
});

test('the reported mutual information differs from that by the exact entropy alone', () => {
  const entropy = average((a) => density.entropy(a) + density.log(z, a, a));
  const sampled = average((a) => density.log(z, a, a) - logMixture(density, z, a, 0, 4));
  expect(mutualInformation(density, z, 0, 4)).toBeCloseTo(sampled - entropy, 9);
});
