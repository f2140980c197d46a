import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dragged, toPixel, toStep, valueBounds, zoomed } from './chart-scale.ts';

const scale = { from: 100, to: 300, left: 50, right: 250 };

test('a step and its pixel lead to each other', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (step) => {
      expect(toStep(scale, toPixel(scale, step))).toBeCloseTo(step, 6);
    }),
  );
  expect(toPixel(scale, 200)).toBe(150);
});

test('a drag becomes a range within the chart, a click does not', () => {
  expect(dragged(scale, 200, 100)).toEqual([150, 250]);
  expect(dragged(scale, 0, 150)).toEqual([100, 200]);
  expect(dragged(scale, 100, 103)).toBeNull();
});

test('zooming keeps the step under the pointer in its place and stays within what there is', () => {
  expect(zoomed([0, 100], [0, 100], 25, 0.5)).toEqual([12.5, 62.5]);
  expect(zoomed([0, 50], [0, 100], 0, 0.5)).toEqual([0, 25]);
  expect(zoomed([40, 60], [0, 100], 50, 10)).toBeNull();
});

test('the value axis holds every value', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 }), (values) => {
      const [low, high] = valueBounds(values, false);
      expect(low).toBeLessThan(Math.min(...values));
      expect(high).toBeGreaterThan(Math.max(...values));
    }),
  );
  expect(valueBounds([1, 3], true)[0]).toBe(0);
  expect(valueBounds([], true)).toEqual([0, 1]);
});
