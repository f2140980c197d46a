import { describe, expect, test } from 'vitest';
import type { Results } from '../../contract/entities.ts';
import { run } from '../testing/fixtures.ts';
import { bestOf, fold, foldSeeds } from './fold.ts';

const results = (nll: number, kl: number | null): Results => ({
  nll,
  nllKind: 'exact',
  nllSentences: 10,
  elbo: null,
  reconstruction: null,
  kl,
  mi: null,
  miLarge: null,
  au: null,
  auOf: null,
  perplexity: 1,
  predictedTokens: 1,
  collapse: 'undefined',
  fppl: null,
  rppl: null,
  samples: 1,
});

describe('seeds folded', () => {
  test('mean and standard deviation by hand', () => {
    // mean 4, squared differences 4 + 0 + 4, over n - 1 = 2: variance 4
    expect(fold([2, 4, 6])).toEqual({ mean: 4, sd: 2, n: 3 });
    expect(fold([5])).toEqual({ mean: 5, sd: null, n: 1 });
    expect(fold([])).toBeUndefined();
  });

  test('runs that differ only in their seed are one group, in the order of seeds', () => {
    const groups = foldSeeds([
      run({ id: 'b', seed: 2, results: results(2, 1) }),
      run({ id: 'other', seed: 1, methodId: 'lstm-lm' }),
      run({ id: 'a', seed: 1, results: results(4, null) }),
      run({ id: 'wide', seed: 3, options: { hidden: 999 } }),
    ]);
    expect(groups.map((group) => group.runs.map((r) => r.id))).toEqual([['a', 'b'], ['other'], ['wide']]);
    expect(groups[0]!.measures.nll).toEqual({ mean: 3, sd: Math.SQRT2, n: 2 });
    expect(groups[0]!.measures.kl).toEqual({ mean: 1, sd: null, n: 1 });
    expect(groups[0]!.measures.mi).toBeUndefined();
  });

  test('the order of option names makes no other group', () => {
    const [one, two] = [run({ id: '1', options: { a: 1, b: 2 } }), run({ id: '2', options: { b: 2, a: 1 } })];
    expect(foldSeeds([one, two])).toHaveLength(1);
  });

  test('a run without results is a member but counts in no mean', () => {
    const [group] = foldSeeds([run({ id: 'a', seed: 1, results: results(4, 1) }), run({ id: 'b', seed: 2 })]);
    expect(group!.measured).toBe(1);
    expect(group!.runs).toHaveLength(2);
    expect(group!.measures.nll!.n).toBe(1);
  });
});

test('the best of a column', () => {
  expect(bestOf([3, null, 1, 1], 'lower')).toEqual([false, false, true, true]);
  expect(bestOf([3, null, 1], 'higher')).toEqual([true, false, false]);
  expect(bestOf([3, 1], null)).toEqual([false, false]);
  expect(bestOf([3, null], 'lower')).toEqual([false, false]);
});
