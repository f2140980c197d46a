import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smooth } from './smooth.ts';

const weight = fc.double({ min: 0, max: 0.99, noNaN: true });

test('a constant stays that constant', () => {
  fc.assert(
    fc.property(fc.double({ min: -100, max: 100, noNaN: true }), weight, (value, w) => {
      const smoothed = smooth(
        [1, 2, 3, 4].map((step) => [step, value] as const),
        w,
      );
      for (const [, v] of smoothed) expect(v).toBeCloseTo(value, 8);
    }),
  );
});

test('weight 0 changes nothing', () => {
  expect(
    smooth(
      [
        [1, 5],
        [2, -1],
        [3, 4],
      ],
      0,
    ),
  ).toEqual([
    [1, 5],
    [2, -1],
    [3, 4],
  ]);
});

test('weight one half by hand', () => {
  // masses 1/2, 3/4; sums 1/2 · 4 = 2, then 1/2 · 2 + 1/2 · 8 = 5
  const smoothed = smooth(
    [
      [1, 4],
      [2, 8],
    ],
    0.5,
  );
  expect(smoothed[0]![1]).toBeCloseTo(4);
  expect(smoothed[1]![1]).toBeCloseTo(5 / 0.75);
});

test('a smoothed line stays within the values it was made from', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1 }),
      weight,
      (values, w) => {
        const [low, high] = [Math.min(...values), Math.max(...values)];
        for (const [, v] of smooth(
          values.map((value, i) => [i, value] as const),
          w,
        )) {
          expect(v).toBeGreaterThanOrEqual(low - 1e-9);
          expect(v).toBeLessThanOrEqual(high + 1e-9);
        }
      },
    ),
  );
});
