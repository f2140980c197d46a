import { beforeAll, expect, test } from 'vitest';
import type { KlWeight } from '../../../contract/blocks.ts';
import { openEngine, tf, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import { build, type KlWeightBlock } from '../block.ts';
import { gaussianKl } from '../posteriors/gaussian.ts';
import { batch4Tensors, valueOf } from '../vectors.ts';
import { flooredKl } from './free-bits.ts';
import { klWeights } from './index.ts';

const weights = (spec: KlWeight, updates: readonly number[], updatesPerEpoch = 3125): number[] => {
  const block: KlWeightBlock = build(klWeights, spec, { updatesPerEpoch });
  const out: number[] = [];
  let weight = block.start;
  for (let t = 0; t <= Math.max(...updates); t++) {
    weight = block.next(weight, t, 0);
    if (updates.includes(t)) out.push(weight);
  }
  return out;
};

test('constant and off do not move', () => {
  expect(weights({ kind: 'constant', value: 0.4 }, [0, 1, 100])).toEqual([0.4, 0.4, 0.4]);
  expect(weights({ kind: 'off' }, [0, 7])).toEqual([0, 0]);
});

test('linear grows by 2.88e-5 before each update for N = 100,000, B = 32, 10 epochs from 0.1', () => {
  const [first, second] = weights({ kind: 'linear', start: 0.1, epochs: 10 }, [0, 1], 100_000 / 32);
  expect(first).toBeCloseTo(0.1 + 2.88e-5, 12);
  expect(second).toBeCloseTo(0.1 + 2 * 2.88e-5, 12);
});

test('linear reaches 1 at the end of the warm-up and stays there', () => {
  const [last, after] = weights({ kind: 'linear', start: 0.1, epochs: 2 }, [199, 500], 100);
  expect(last).toBeCloseTo(1, 9);
  expect(after).toBe(1);
});

test('logistic: .00192673 at update 0, one half at the midpoint, .99807327 at twice of it', () => {
  const found = weights({ kind: 'logistic', slope: 0.0025, midpoint: 2500 }, [0, 2500, 5000]);
  [0.00192673, 0.5, 0.99807327].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 8));
});

const blockOf = (spec: KlWeight): KlWeightBlock => build(klWeights, spec, { updatesPerEpoch: 100 });
/** Weights after each of these mean KLs, as the loop asks for them. */
const adapted = (spec: KlWeight, kls: readonly number[]): number[] => {
  const block = blockOf(spec);
  let weight = block.next(block.start, 0, 0);
  return kls.map((kl, i) => (weight = block.next(weight, i + 1, kl)));
};
const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(9)));
beforeAll(async () => {
  await openEngine({ backend: 'wasm', seed: 1 });
});
const batchKl = (): Tensor2D => {
  const { mean, logVariance } = batch4Tensors();
  return gaussianKl(mean, logVariance);
};
const charged = (spec: KlWeight, kl: Tensor2D, at: { weight: number; gauge?: number }): Scalar =>
  blockOf(spec).penalty!(kl, {
    weight: tf.scalar(at.weight),
    gauge: at.gauge === undefined ? null : tf.scalar(at.gauge),
  });

test('an upper bound: the multiplier climbs .1, .3, .3, .2 for KLs of 6, 7, 5, 4 about 5 at rate .1', () => {
  const spec = { kind: 'lagrange', bound: 'atMost', nats: 5, rate: 0.1, most: 10 } as const;
  expect(rounded(adapted(spec, [6, 7, 5, 4]))).toEqual([0.1, 0.3, 0.3, 0.2]);
  expect(rounded(adapted(spec, [0, 200, 0]))).toEqual([0, 10, 9.5]);
});

test('a lower bound: the KL weighs 1 less the multiplier, which climbs while the KL is below', () => {
  const spec = { kind: 'lagrange', bound: 'atLeast', nats: 5, rate: 0.1, most: 2 } as const;
  expect(rounded(adapted(spec, [4, 3, 5, 6]))).toEqual([0.9, 0.7, 0.7, 0.8]);
  expect(rounded(adapted(spec, [-100, 9, 100]))).toEqual([-1, -0.6, 1]);
});

test('what the bounds charge: b (KL - nats), and KL + b (nats - KL)', () => {
  const kl = batchKl();
  const most = { kind: 'lagrange', bound: 'atMost', nats: 5, rate: 0.1, most: 10 } as const;
  expect(valueOf(charged(most, kl, { weight: 0.3 }))).toBeCloseTo(0.3 * (0.6419355179 - 5), 5);
  const least = { ...most, bound: 'atLeast' } as const;
  const expected = 0.6419355179 + 0.3 * (5 - 0.6419355179);
  expect(valueOf(charged(least, kl, { weight: 0.7 }))).toBeCloseTo(expected, 5);
});

test('a multiplier on a toy problem ends at the bound, or at 0 where the bound does not bind', () => {
  // Rec = (k - 8)² / 2 has its least value at k = 8; k follows the gradient of Rec + b (k - nats).
  for (const nats of [5, 9]) {
    const block = blockOf({ kind: 'lagrange', bound: 'atMost', nats, rate: 0.02, most: 10 });
    let [k, b] = [1, block.next(block.start, 0, 0)];
    for (let t = 1; t < 4000; t++) {
      k -= 0.1 * (k - 8 + b);
      b = block.next(b, t, k);
    }
    expect(k).toBeCloseTo(Math.min(nats, 8), 2);
    expect(b).toBeCloseTo(Math.max(0, 8 - nats), 1);
  }
});

test('the capacity rises in a line and stays; it charges its distance from the KL on both sides', () => {
  const spec = { kind: 'capacity', weight: 10, nats: 6, epochs: 2 } as const;
  const { gauge, start } = blockOf(spec);
  const at = (t: number): number => gauge!.next(0, { t, updatesPerEpoch: 100, terms: {} });
  expect([gauge!.start, at(50), at(100), at(200), at(900)]).toEqual([0, 1.5, 3, 6, 6]);
  expect(start).toBe(10);
  const kl = batchKl();
  expect(valueOf(charged(spec, kl, { weight: 10, gauge: 3 }))).toBeCloseTo(10 * (3 - 0.6419355179), 4);
  expect(valueOf(charged(spec, kl, { weight: 10, gauge: 0.5 }))).toBeCloseTo(10 * (0.6419355179 - 0.5), 4);
});

// Vector T7 of methods.md.
test('free bits of T7: floors by dimension and in total', () => {
  const kl = batchKl();
  expect(valueOf(flooredKl(kl, 0.5, 'dimension'))).toBeCloseTo(1, 6);
  expect(valueOf(flooredKl(kl, 1, 'total'))).toBe(1);
  expect(valueOf(flooredKl(kl, 0.32, 'dimension'))).toBeCloseTo(0.6440891634, 6);
  expect(valueOf(flooredKl(kl, 0.2, 'total'))).toBeCloseTo(0.6419355179, 6);
});

test('below its floor the KL has no slope, above it the slope of the KL', () => {
  const { mean, logVariance } = batch4Tensors();
  const slope = (nats: number, by: 'dimension' | 'total'): number[] => [
    ...tf
      .grad((m) => flooredKl(gaussianKl(m as Tensor2D, logVariance), nats, by))(mean)
      .dataSync(),
  ];
  expect(slope(0.5, 'dimension').every((g) => g === 0)).toBe(true);
  expect(slope(1, 'total').every((g) => g === 0)).toBe(true);
  // d KL / d mean = mean / batch; with the floor at .32 only the second dimension (.3241) is above.
  const expected = [...mean.dataSync()].map((m, i) => (i % 2 === 0 ? 0 : m / 4));
  slope(0.32, 'dimension').forEach((g, i) => expect(g).toBeCloseTo(expected[i]!, 6));
});
