import { expect, test } from 'vitest';
import { normalAt, philox, philoxBlock, streamKey, uniformAt } from './random.ts';

// Known-answer vectors of the Random123 library (kat_vectors, philox4x32 10 rounds).
test.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
])('Philox gives the published block for counter %j', (counter, key, expected) => {
  const out = new Uint32Array(4);
  const [c0, c1, c2, c3] = counter as [number, number, number, number];
  philoxBlock(key as [number, number], c0, c1, c2, c3, out);
  expect([...out]).toEqual(expected);
});

const moments = (xs: readonly number[]) => {
  const mean = xs.reduce((a, b) => a + b) / xs.length;
  return { mean, variance: xs.reduce((a, x) => a + (x - mean) ** 2, 0) / xs.length };
};

test('normal numbers have mean 0 and variance 1 within five standard errors', () => {
  const n = 100_000;
  for (const xs of [
    [...normalAt(streamKey(3, 'test'), 0, n)],
    Array.from(
      { length: n },
      (
        (g) => () =>
          g.normal()
      )(philox(3, 'test')),
    ),
  ]) {
    const { mean, variance } = moments(xs);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  }
});

test('seed, purpose and counter each change every number', () => {
  const first = uniformAt(streamKey(1, 'a'), 0, 64);
  for (const other of [
    uniformAt(streamKey(2, 'a'), 0, 64),
    uniformAt(streamKey(1 + 2 ** 32, 'a'), 0, 64),
    uniformAt(streamKey(1, 'b'), 0, 64),
    uniformAt(streamKey(1, 'a'), 1, 64),
    uniformAt(streamKey(1, 'a'), 2 ** 32, 64),
  ]) {
    expect(first.filter((x, i) => x === other[i])).toHaveLength(0);
  }
});

test('a longer draw begins with the shorter one', () => {
  const key = streamKey(1, 'a');
  expect([...uniformAt(key, 5, 10)].slice(0, 7)).toEqual([...uniformAt(key, 5, 7)]);
  expect([...normalAt(key, 5, 10)].slice(0, 7)).toEqual([...normalAt(key, 5, 7)]);
});

test('a generator goes on from its position', () => {
  const whole = philox(9, 'order');
  const draws = Array.from({ length: 11 }, () => whole.integer(1000));
  const first = philox(9, 'order');
  for (let i = 0; i < 4; i++) first.integer(1000);
  const second = philox(9, 'order', first.position);
  expect(Array.from({ length: 7 }, () => second.integer(1000))).toEqual(draws.slice(4));
});

test('integers are uniform (chi-squared with 5 degrees of freedom below its 99.999th percentile)', () => {
  const g = philox(4, 'dice');
  const counts = new Array<number>(6).fill(0);
  const n = 60_000;
  for (let i = 0; i < n; i++) counts[g.integer(6)]!++;
  const chi = counts.reduce((sum, count) => sum + (count - n / 6) ** 2 / (n / 6), 0);
  expect(chi).toBeLessThan(30.9);
});

test('shuffling keeps the items, moves them, and every first item is equally likely', () => {
  const g = philox(4, 'shuffle');
  const firsts = new Array<number>(5).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const items = g.shuffle([0, 1, 2, 3, 4]);
    expect(items.toSorted()).toEqual([0, 1, 2, 3, 4]);
    firsts[items[0]!]!++;
  }
  for (const count of firsts) expect(Math.abs(count - 2000)).toBeLessThan(5 * 40);
  expect(g.shuffle(Int32Array.of(1, 2, 3))).toBeInstanceOf(Int32Array);
});
