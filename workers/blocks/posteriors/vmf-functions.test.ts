import { describe, expect, test } from 'vitest';
import { cosineVariance, logArea, logNormaliser, meanCosine, vmfEntropy, vmfKl } from './vmf-functions.ts';

/** The table of methods.md 3.21: d, kappa, KL, A, Var[w], as printed there. */
const table = [
  [2, 1, '0.21047560738936', '0.446389965897', '0.3543460325'],
  [3, 1, '0.15159592392814', '0.313035285499', '0.275938339'],
  [3, 10, '1.9957323168382', '0.900000004122', '0.009999991755'],
  [10, 0.1, '0.00049993750991895', '0.0099991667857', '0.09997500595'],
  [10, 10, '2.484469586784', '0.633668391623', '0.028162817'],
  [16, 15, '3.643525174766', '0.609466489323', '0.01908410907'],
  [25, 100, '18.802477040208', '0.886644482094', '0.001066886671'],
  [32, 13, '2.1725913240792', '0.35693068323', '0.0214580889'],
  [32, 32, '7.7747051306673', '0.622844930211', '0.008683166768'],
  [32, 100, '20.758528079312', '0.856286595823', '0.001324421108'],
  [50, 35, '7.743044277729', '0.517124711445', '0.008607436789'],
  [50, 80, '19.515207932948', '0.738286607192', '0.002732338736'],
  [50, 150, '31.600346446026', '0.849464275623', '0.0009187810711'],
  [100, 80, '18.411172430172', '0.555630186207', '0.003682740744'],
  [128, 200, '48.783139405633', '0.73116349849', '0.001111116935'],
  [2, 700, '3.6941211744548', '0.999285458818', '1.021138593e-6'],
] as const;

/** Half a unit of the last digit that is printed. */
const lastDigit = (printed: string): number => {
  const [mantissa, exponent = '0'] = printed.split('e');
  return 0.5 * 10 ** (Number(exponent) - (mantissa!.split('.')[1]?.length ?? 0));
};

describe.each(table)('d %d, kappa %d', (d, kappa, kl, mean, variance) => {
  test('KL, mean and variance of w to every printed digit', () => {
    // Twice half a digit, where doubles may round the other way; 1e-12 is what doubles can reach (E15).
    expect(Math.abs(vmfKl(d, kappa) - Number(kl))).toBeLessThanOrEqual(Math.max(1e-12, 2 * lastDigit(kl)));
    expect(Math.abs(meanCosine(d, kappa) - Number(mean))).toBeLessThanOrEqual(2 * lastDigit(mean));
    expect(Math.abs(cosineVariance(d, kappa) - Number(variance))).toBeLessThanOrEqual(
      2 * lastDigit(variance),
    );
  });

  test('the slope of the KL is kappa Var[w]', () => {
    const by = 1e-4 * kappa;
    const slope = (vmfKl(d, kappa + by) - vmfKl(d, kappa - by)) / (2 * by);
    expect(slope / (kappa * cosineVariance(d, kappa))).toBeCloseTo(1, 5);
  });
});

test('in three dimensions the KL is kappa coth kappa - 1 + log(kappa / sinh kappa)', () => {
  for (const kappa of [0.01, 0.3, 1, 4, 10, 40]) {
    const closed = kappa / Math.tanh(kappa) - 1 + Math.log(kappa / Math.sinh(kappa));
    expect(vmfKl(3, kappa)).toBeCloseTo(closed, 12);
  }
});

test('without concentration the KL is 0, also to relative precision', () => {
  expect(vmfKl(50, 1e-3)).toBeCloseTo(9.99999999e-9, 17);
  expect(vmfKl(32, 1e-6) / (1e-12 / 64)).toBeCloseTo(1, 9);
});

test('the KL of the form that belongs to d + 2 is not used', () => {
  expect(Math.abs(vmfKl(50, 80) - 19.5847082341)).toBeGreaterThan(0.06);
  expect(vmfKl(52, 80)).toBeCloseTo(19.5847082341, 9);
});

test('kappa 24.8141516 gives the KL of 5.7 nats at d 32', () => {
  expect(vmfKl(32, 24.8141516)).toBeCloseTo(5.7, 6);
});

test('areas of circle and sphere, and the density integrates to 1 on both', () => {
  expect(logArea(2)).toBeCloseTo(Math.log(2 * Math.PI), 14);
  expect(logArea(3)).toBeCloseTo(Math.log(4 * Math.PI), 14);
  const kappa = 2.7;
  const steps = 4000;
  const angles = Array.from({ length: steps }, (_, i) => ((i + 0.5) * Math.PI) / steps);
  const integral = (weight: (angle: number) => number, d: number): number =>
    angles.reduce(
      (sum, a) =>
        sum + weight(a) * Math.exp(logNormaliser(d, kappa) + kappa * Math.cos(a)) * (Math.PI / steps),
      0,
    );
  expect(integral(() => 2, 2)).toBeCloseTo(1, 10);
  expect(integral((a) => 2 * Math.PI * Math.sin(a), 3)).toBeCloseTo(1, 6);
});

test('the entropy is minus the mean log density', () => {
  expect(vmfEntropy(10, 7)).toBeCloseTo(-(logNormaliser(10, 7) + 7 * meanCosine(10, 7)), 12);
});
