import { expect, test } from 'vitest';
import { progressMeter } from './progress.ts';

const plan = { training: 900, testing: 50, sampling: 40, scoring: 10 };

test('progress runs over the whole run, measuring included', () => {
  const meter = progressMeter(plan, () => 0);
  expect(meter('preparing', 0).progress).toBe(0);
  expect(meter('training', 0.5).progress).toBeCloseTo(0.45);
  expect(meter('testing', 0).progress).toBeCloseTo(0.9);
  expect(meter('scoring', 1).progress).toBe(1);
});

test('time left is said once 3 percent or 30 seconds are measured, and is right at a steady pace', () => {
  let now = 100;
  const meter = progressMeter(plan, () => now);
  meter('training', 0.4);
  now = 110;
  expect(meter('training', 0.41).secondsLeft).toBeNull();
  now = 131;
  // 0.031 of the training in 31 s: 1 s per 0.9 units, and 100 units come after it.
  const told = meter('training', 0.431).secondsLeft!;
  expect(told).toBeCloseTo((1 - 0.431) / 0.001 + 100 / 0.9, 0);
});

test('a continued run counts its present stretch only', () => {
  let now = 0;
  const meter = progressMeter(plan, () => now);
  meter('training', 0.9);
  now = 10;
  expect(meter('training', 0.91).secondsLeft).toBeNull();
  now = 40;
  expect(meter('training', 0.94).secondsLeft!).toBeGreaterThan(60);
});

test('within a part the time left never rises', () => {
  let now = 0;
  const meter = progressMeter(plan, () => now);
  let share = 0;
  let last = Infinity;
  for (let i = 0; i < 200; i++) {
    now += i > 100 ? 5 : 1;
    share += 0.004;
    const { secondsLeft } = meter('training', share);
    if (secondsLeft === null) continue;
    expect(secondsLeft).toBeLessThanOrEqual(last);
    last = secondsLeft;
  }
  expect(last).toBeLessThan(400);
});

test('extra executions make training slow, not what comes after it', () => {
  let now = 0;
  const meter = progressMeter(plan, () => now);
  meter('training', 0, 10);
  now = 900;
  // Half of the training in 900 s at ten executions an update: 0.2 s a unit, 100 units after the training.
  expect(meter('training', 0.5, 10).secondsLeft).toBeCloseTo(900 + 100 * 0.2, 6);
  now = 1800;
  meter('training', 1, 10);
  expect(meter('testing', 0).secondsLeft).toBeCloseTo(100 * 0.2, 6);
});
