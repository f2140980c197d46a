import { expect, test } from 'vitest';
import type { Evaluation } from '../measure/evaluate.ts';
import { collapseWatcher } from './watch-collapse.ts';
import { overfittingWatcher } from './watch-overfitting.ts';
import type { LoopEvent, Warning, Watcher } from './watchers.ts';

const update = (step: number, kl: number, klWeight = 1): LoopEvent => ({
  kind: 'update',
  step,
  klWeight,
  values: { loss: 10, gradientNorm: 1, terms: { reconstruction: 10, kl } },
});
const evaluation = (step: number, nll: number): LoopEvent => ({
  kind: 'evaluation',
  step,
  evaluation: {
    sentences: 1,
    tokens: 1,
    loss: nll,
    nll,
    reconstruction: nll,
    kl: 0,
    mi: 0,
    au: 0,
    mmd: null,
    label: null,
  } satisfies Evaluation,
});

function warnings<S>(watcher: Watcher<S>, events: readonly LoopEvent[]): Warning[] {
  let state = watcher.start;
  return events.flatMap((event) => {
    const after = watcher.see(state, event);
    state = after.state;
    return after.warning ? [after.warning] : [];
  });
}
const steps = (from: number, to: number, kl: number, weight = 1): LoopEvent[] =>
  Array.from({ length: to - from + 1 }, (_, i) => update(from + i, kl, weight));

test('a KL below the threshold for so many updates is a collapse, told once, since its first update', () => {
  const watcher = collapseWatcher({ kl: 0.1, steps: 100 });
  expect(warnings(watcher, steps(1, 99, 0.01))).toEqual([]);
  expect(warnings(watcher, steps(1, 500, 0.01))).toEqual([{ kind: 'collapsed', since: 1 }]);
});

test('while the KL weight is below 0.1 a low KL is no collapse', () => {
  const watcher = collapseWatcher({ kl: 0.1, steps: 100 });
  expect(warnings(watcher, steps(1, 500, 0.01, 0.05))).toEqual([]);
  expect(warnings(watcher, [...steps(1, 300, 0.01, 0.05), ...steps(301, 400, 0.01)])).toEqual([
    { kind: 'collapsed', since: 301 },
  ]);
});

test('one batch that stands out neither hides a collapse nor ends it', () => {
  const watcher = collapseWatcher({ kl: 0.1, steps: 100 });
  const events = [...steps(1, 60, 0.01), update(61, 2), ...steps(62, 200, 0.01), update(201, 5)];
  expect(warnings(watcher, events)).toEqual([{ kind: 'collapsed', since: 1 }]);
});

test('a KL above three times the threshold is a recovery, after which it can collapse again', () => {
  const watcher = collapseWatcher({ kl: 0.1, steps: 50 });
  const found = warnings(watcher, [...steps(1, 60, 0), ...steps(61, 400, 1), ...steps(401, 900, 0)]);
  expect(found.map(({ kind }) => kind)).toEqual(['collapsed', 'recovered', 'collapsed']);
});

test('a healthy KL says nothing', () => {
  expect(warnings(collapseWatcher({ kl: 0.1, steps: 10 }), steps(1, 200, 4))).toEqual([]);
});

test('three rises of the validation NLL in a row are over-fitting, told once with the best evaluation', () => {
  const losses = [9, 8, 8.1, 8.2, 8.3, 8.4, 7];
  const events = losses.map((nll, i) => evaluation((i + 1) * 100, nll));
  expect(warnings(overfittingWatcher(), events)).toEqual([{ kind: 'over-fitting', since: 300, best: 200 }]);
});

test('a fall in between starts the count anew', () => {
  const losses = [9, 9.1, 9.2, 9.15, 9.3, 9.4];
  expect(
    warnings(
      overfittingWatcher(),
      losses.map((nll, i) => evaluation(i, nll)),
    ),
  ).toEqual([]);
});
