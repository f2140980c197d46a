import { expect, test } from 'vitest';
import { methodById, type OptionValues } from '../../contract/methods/index.ts';
import { aDataSet } from '../testing/fixtures.ts';
import { measuredRun } from '../testing/measured-run.ts';
import { modelCard } from './model-card.ts';

const results = { nllKind: 'undefined', nll: null, perplexity: null, fppl: 90, rppl: 300 } as const;
const card = (methodId: string, options: OptionValues, change: object) => {
  const preset = methodById(methodId).preset('quick', 'text');
  const run = { ...measuredRun(methodId, 0, { ...results, ...change }), options: { ...preset, ...options } };
  return modelCard(run, aDataSet(), '1.0.0');
};

test('a card says why a number is missing by the options of its run', () => {
  const relu = card('info-dropout', { features: 'relu' }, { reconstruction: 50, au: 3, auOf: 8 });
  expect(relu).toContain('- NLL per sentence: Not defined: features of this code can be exactly 0');
  expect(relu).toContain('- KL: Not defined: features of this code can be exactly 0');
  expect(relu).toContain('- Active units: 3 of 8');
  expect(relu).toContain('(reverse): 300.00, from 1 samples');
});

test('where only the ELBO is known it is printed as a bound', () => {
  const two = card('vfae', { layers: 'two' }, { elbo: 61.5, kl: 4, mi: 2, au: 3 });
  expect(two).toContain('- NLL per sentence: Not defined: with a second layer');
  expect(two).toContain('(ELBO): ≤ 61.500 nats');
  expect(two).toContain('- KL: 4.000 nats');
});
