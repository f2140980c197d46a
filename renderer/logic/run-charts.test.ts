import { describe, expect, test } from 'vitest';
import { run, series } from '../testing/fixtures.ts';
import { chartsOf } from './run-charts.ts';

const points = series(true, 600);
const vae = run({ id: 'a' });

describe('the charts of a run', () => {
  test('a method with a code has six of them, one without has two', () => {
    expect(chartsOf(points, vae, 0).map((chart) => chart.key)).toEqual([
      'loss',
      'reconstruction',
      'kl',
      'mi',
      'au',
      'validationNll',
    ]);
    const lm = run({ id: 'b', methodId: 'lstm-lm' });
    expect(chartsOf(points, lm, 0).map((chart) => chart.key)).toEqual(['loss', 'validationNll']);
  });

  test('the values of batches are smoothed with the measured line behind, measurements are left as they are', () => {
    const charts = chartsOf(points, vae, 0.9);
    const [loss, mi] = [charts[0]!, charts[3]!];
    expect(loss.raw).toEqual(loss.values);
    expect(loss.line).not.toEqual(loss.values);
    expect(mi.raw).toBeUndefined();
    expect(mi.line).toEqual(mi.values);
  });

  test('KL has its weight as a second line, active units end at the number of dimensions', () => {
    const charts = chartsOf(points, vae, 0);
    expect(charts[2]!.second!.at(-1)).toEqual([600, 1]);
    expect(charts[4]!.top).toBe(8);
  });

  test('the summary says where a curve began and where it is', () => {
    expect(chartsOf(points, vae, 0)[4]!.summary).toBe('Active units: 1.00 at step 150, 0.00 at step 600.');
    expect(chartsOf([], vae, 0)[0]!.summary).toBe('Loss: no values yet.');
  });
});
