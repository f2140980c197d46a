import { expect, test } from 'vitest';
import {
  newDraft,
  pruneProblem,
  settingsOf,
  titleProblem,
  vocabularyProblem,
} from './language-model-draft.ts';

test('thresholds are whole numbers, the first one 0, none smaller than the one before, as many as orders at most', () => {
  const problem = (prune: string, order = 5) => pruneProblem({ ...newDraft(), prune, order });
  for (const fine of ['', '0', '0 0 1', '0,0,1', ' 0, 0 1 ', '0 0 0 1 2'])
    expect(problem(fine), fine).toBeUndefined();
  expect(problem('0 x')).toBe('prune');
  expect(problem('0 -1')).toBe('prune');
  expect(problem('0 1.5')).toBe('prune');
  expect(problem('1 1')).toBe('pruneFirst');
  expect(problem('0 2 1')).toBe('pruneFalls');
  expect(problem('0 0 1', 2)).toBe('pruneTooMany');
});

test('a limit of the vocabulary is a whole number from 1 on, or nothing', () => {
  const problem = (vocabulary: string) => vocabularyProblem({ ...newDraft(), vocabulary });
  expect(problem('')).toBeUndefined();
  expect(problem('20000')).toBeUndefined();
  for (const wrong of ['0', '-3', '2.5', 'all']) expect(problem(wrong), wrong).toBe('vocabulary');
});

test('a draft becomes settings', () => {
  expect(titleProblem(newDraft())).toBe('title');
  expect(settingsOf({ ...newDraft(), title: ' Tales ', prune: '0, 0 1', vocabulary: '900' })).toEqual({
    title: 'Tales',
    order: 5,
    prune: [0, 0, 1],
    vocabulary: 900,
    reserved: 'refuse',
    discountFallback: false,
  });
  expect(settingsOf({ ...newDraft(), title: 'a' }).vocabulary).toBeNull();
});
