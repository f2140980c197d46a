import { expect, test } from 'vitest';
import { averager } from './points.ts';

test('the first update is told at once, the others four times a second as means over all of them', () => {
  let now = 0;
  const averages = averager(250, () => now);
  expect(averages.add(1, 0.1, { loss: 8 })).toEqual({ step: 1, epoch: 0.1, values: { loss: 8 } });
  now = 100;
  expect(averages.add(2, 0.2, { loss: 6, kl: 1 })).toBeNull();
  now = 200;
  expect(averages.add(3, 0.3, { loss: 4, kl: 3 })).toBeNull();
  now = 260;
  expect(averages.add(4, 0.4, { loss: 2 })).toEqual({ step: 4, epoch: 0.4, values: { loss: 4, kl: 2 } });
});

test('what has not been told is told by a flush, once', () => {
  const averages = averager(250, () => 0);
  averages.add(1, 1, { loss: 8 });
  averages.add(2, 1, { loss: 6 });
  expect(averages.flush()).toEqual({ step: 2, epoch: 1, values: { loss: 6 } });
  expect(averages.flush()).toBeNull();
});
