import { expect, test } from 'vitest';
import { afterEpoch, startRate } from './learning-rate.ts';

/** Applies the rule to a sequence of validation losses; one row of what happened for each. */
function rows(losses: readonly number[], rule: { patience: number; guardEpoch: number; halvings: number }) {
  let state = startRate(1);
  return losses.map((loss, epoch) => {
    const after = afterEpoch(state, { loss, epoch }, rule);
    state = after.state;
    return [state.learningRate, state.bad, state.reference, after.reload, after.stop];
  });
}

test('two bad epochs halve, the reference becomes the present loss, the count starts anew', () => {
  expect(rows([10, 9, 9.5, 9.4, 9.3, 9.2], { patience: 2, guardEpoch: 0, halvings: 5 })).toEqual([
    [1, 0, 10, false, false],
    [1, 0, 9, false, false],
    [1, 1, 9, false, false],
    [0.5, 0, 9.4, true, false],
    [0.5, 0, 9.3, false, false],
    [0.5, 0, 9.2, false, false],
  ]);
});

test('an equal loss is not worse', () => {
  expect(rows([5, 5, 5], { patience: 1, guardEpoch: 0, halvings: 5 }).map(([rate]) => rate)).toEqual([
    1, 1, 1,
  ]);
});

test('nothing is halved before the guard epoch, counted from 0, but bad epochs add up', () => {
  const after = rows([1, 2, 3, 4], { patience: 2, guardEpoch: 3, halvings: 5 });
  expect(after.map(([rate, bad]) => [rate, bad])).toEqual([
    [1, 0],
    [1, 1],
    [1, 2],
    [0.5, 0],
  ]);
});

test('training stops with the last of the halvings', () => {
  const after = rows([1, 2, 3, 4, 5, 6], { patience: 1, guardEpoch: 0, halvings: 3 });
  expect(after.map(([rate, , , reload, stop]) => [rate, reload, stop])).toEqual([
    [1, false, false],
    [0.5, true, false],
    [0.25, true, false],
    [0.125, true, true],
    [0.0625, true, true],
    [0.03125, true, true],
  ]);
});
