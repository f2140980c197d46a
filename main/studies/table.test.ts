import { describe, expect, test } from 'vitest';
import { measuredRun as run } from '../testing/measured-run.ts';
import { foldedText, foldSeeds } from './table.ts';

describe('the table', () => {
  test('folds seeds to mean and sample standard deviation and counts out runs without results', () => {
    // By hand: mean of 2, 4, 9 is 5; squares 9 + 1 + 16 = 26; sd = sqrt(13).
    const [row] = foldSeeds(['vae'], [run('vae', 2), run('vae', 4), run('vae', 9), run('vae', null)]);
    expect(row).toMatchObject({ method: 'vae', runs: 3, without: 1, kl: null });
    expect(row!.nll).toEqual({ mean: 5, sd: Math.sqrt(13), n: 3 });
  });

  test('one seed has no spread', () => {
    expect(foldSeeds(['vae'], [run('vae', 2)])[0]!.nll).toEqual({ mean: 2, sd: null, n: 1 });
  });

  test('where only a bound of the NLL is known, it stands there, marked', () => {
    const bounded = [61, 63].map((elbo) => run('vfae', 0, { nll: null, nllKind: 'undefined', elbo }));
    const [row] = foldSeeds(['vfae'], bounded);
    expect(row!.nll).toEqual({ mean: 62, sd: Math.SQRT2, n: 2, bound: true });
    expect(foldedText(row!.nll!)).toBe('≤ 62.00 (1.41)');
    expect(foldedText({ mean: 2, sd: null, n: 1 })).toBe('2.00');
  });
});
