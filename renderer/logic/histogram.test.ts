import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bins, spread } from './histogram.ts';

const lengths = fc.uniqueArray(fc.record({ length: fc.nat(500), count: fc.nat(1000) }), {
  selector: (l) => l.length,
  minLength: 1,
});

test('no sentence is lost and no bin is too many', () => {
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 60 }), (list, most) => {
      const made = bins(list, most);
      expect(made.length).toBeLessThanOrEqual(most);
      expect(made.reduce((sum, bin) => sum + bin.count, 0)).toBe(list.reduce((sum, l) => sum + l.count, 0));
    }),
  );
});

test('bins of width one keep every length', () => {
  expect(
    bins(
      [
        { length: 2, count: 5 },
        { length: 3, count: 1 },
      ],
      10,
    ).map((b) => b.count),
  ).toEqual([0, 0, 5, 1]);
});

test('spread leaves lengths that do not occur out', () => {
  expect(
    spread([
      { length: 1, count: 0 },
      { length: 4, count: 2 },
      { length: 9, count: 7 },
    ]),
  ).toEqual({
    shortest: 4,
    longest: 9,
    mode: 9,
  });
  expect(spread([])).toBeNull();
});
