import { describe, expect, test } from 'vitest';
import type { Point } from '../../contract/entities.ts';
import { mergePoints, nearestStep, seriesOf, valueAt } from './points.ts';

const at = (step: number, values: Point['values']): Point => ({ step, epoch: 0, values });

describe('points of a run', () => {
  test('values of the same step become one point', () => {
    const merged = mergePoints([at(10, { loss: 3 })], [at(10, { kl: 1 }), at(20, { loss: 2 })]);
    expect(merged).toEqual([at(10, { loss: 3, kl: 1 }), at(20, { loss: 2 })]);
  });

  test('a run that went back to a save loses what it had drawn beyond it', () => {
    const merged = mergePoints(
      [at(10, { loss: 3 }), at(20, { loss: 2 }), at(30, { loss: 1 })],
      [at(15, { loss: 9 })],
    );
    expect(merged.map((p) => p.step)).toEqual([10, 15]);
  });

  test('the series given is left as it was', () => {
    const old = [at(10, { loss: 3 })];
    mergePoints(old, [at(5, { loss: 1 })]);
    expect(old).toEqual([at(10, { loss: 3 })]);
  });

  test('what is missing or not a number leaves no point', () => {
    expect(seriesOf([at(1, { loss: 2 }), at(2, { kl: 1 }), at(3, { loss: Number.NaN })], 'loss')).toEqual([
      [1, 2],
    ]);
  });

  test('the value at a step is the last one known by then', () => {
    const series = [
      [10, 1],
      [20, 2],
      [30, 3],
    ] as const;
    expect([5, 10, 19, 20, 99].map((step) => valueAt(series, step))).toEqual([null, 1, 1, 2, 3]);
  });

  test('the nearest step is found on both sides', () => {
    expect([-5, 14, 16, 99].map((place) => nearestStep([10, 20, 30], place))).toEqual([10, 10, 20, 30]);
    expect(nearestStep([], 3)).toBeNull();
    expect(nearestStep([7], 3)).toBe(7);
  });
});
