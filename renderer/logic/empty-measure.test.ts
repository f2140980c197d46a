import { describe, expect, test } from 'vitest';
import type { Results, Run } from '../../contract/entities.ts';
import { methodById, type OptionValues } from '../../contract/methods/index.ts';
import { run, runs } from '../testing/fixtures.ts';
import { emptyMeasures, undefinedMeasures, whyEmpty } from './empty-measure.ts';
import { foldSeeds } from './fold.ts';
import { foldedText } from './folded-text.ts';
import { measureColumns, measureText, type MeasureKey } from './measures.ts';

const made = (methodId: string, options: OptionValues = {}): Run =>
  run({ id: 'x', methodId, options: { ...methodById(methodId).preset('quick', 'text'), ...options } });

test('a label is read from codes only, and only where the data have labels', () => {
  expect(whyEmpty('probeAccuracy', made('lstm-lm'), true)).toContain('no code');
  expect(whyEmpty('probeCommonest', made('vae'), true)).toContain('no label');
  expect(whyEmpty('probeAccuracy', made('vae'), false)).toBe('Not measured yet.');
});

test.each<[MeasureKey, string]>([
  ['kl', 'Not defined: this method has no code.'],
  ['au', 'Not defined: this method has no code.'],
  ['miLarge', 'Not defined: this method has no code.'],
])('%s of a language model: %s', (key, reason) => {
  expect(whyEmpty(key, made('lstm-lm'), true)).toBe(reason);
  expect(whyEmpty(key, made('lstm-lm'), false)).toBe(reason);
});

test('a code without spread has neither likelihood nor KL, and without a prior nothing new is written', () => {
  for (const key of ['nll', 'perplexity', 'kl'] as const)
    expect(whyEmpty(key, made('fader'), true)).toContain('a single point');
  expect(whyEmpty('rppl', made('fader'), true)).toContain('no prior');
  expect(whyEmpty('mmd', made('fader'), true)).toContain('no prior');
});

test('what is defined is not there yet, or was left out of this run', () => {
  expect(whyEmpty('fppl', made('vae'), false)).toBe('Not measured yet.');
  expect(whyEmpty('fppl', made('vae'), true)).toBe('Not measured in this run.');
});

describe('the options of a run decide, not those of the standard size', () => {
  const two = made('vfae', { layers: 'two' });
  const relu = made('info-dropout', { features: 'relu' });

  test('vfae with two layers has a bound and a label that the code tells; with one it has neither reason', () => {
    for (const key of ['nll', 'perplexity'] as const) expect(whyEmpty(key, two, true)).toContain('the ELBO');
    expect(whyEmpty('labelAccuracy', two, true)).toBe('Not measured in this run.');
    expect(whyEmpty('nll', made('vfae'), true)).toBe('Not measured in this run.');
    expect(whyEmpty('labelAccuracy', made('vfae'), true)).toContain('does not have the code tell');
  });

  test('info-dropout with ReLU features has no density and no prior; with softplus features it has both', () => {
    for (const key of ['nll', 'kl', 'mi', 'miLarge'] as const) {
      expect(whyEmpty(key, relu, true)).toContain('exactly 0');
      expect(whyEmpty(key, made('info-dropout'), true)).toBe('Not measured in this run.');
    }
    expect(whyEmpty('mmd', relu, true)).toContain('codes are drawn from those of training sentences');
    expect(whyEmpty('rppl', relu, true)).toBe('Not measured in this run.');
  });

  test('a column waits for a run whose options define it', () => {
    const waiting = (of: Run): Run => ({ ...of, status: 'queued' });
    expect(emptyMeasures([waiting(relu)])).toContain('kl');
    expect(emptyMeasures([waiting(made('info-dropout'))])).not.toContain('kl');
    expect(emptyMeasures([waiting(two)])).toContain('perplexity');
  });

  test('the run page names what is not defined by its reason', () => {
    expect(undefinedMeasures(two)).toEqual([
      { measures: ['nll', 'perplexity'], reason: expect.stringContaining('the ELBO') as string },
    ]);
    expect(undefinedMeasures(made('lstm-lm'))[0]!.measures).toContain('kl');
  });
});

describe('a bound of the NLL', () => {
  const exact = runs.find(({ methodId, results }) => methodId === 'lstm-lm' && results)!.results!;
  const bounded: Results = { ...exact, nll: null, nllKind: 'undefined', elbo: 61.5 };

  test('is shown where the NLL would stand, marked; the NLL itself is not', () => {
    expect(measureText('nll', bounded)).toBe('≤ 61.50');
    expect(measureText('elbo', bounded)).toBe('≤ 61.50');
    expect(measureText('nll', exact)).toBe('59.02');
    const column = measureColumns.find(({ key }) => key === 'nll')!;
    const [group] = foldSeeds([1, 2, 3].map((seed) => run({ id: `${seed}`, seed, results: bounded })));
    expect(foldedText(group!.measures.nll, column, 3)).toBe('≤ 61.50 (0.00)');
  });
});

describe('columns that would be empty', () => {
  const [language] = runs.filter(({ methodId, results }) => methodId === 'lstm-lm' && results);
  const [vae] = runs.filter(({ methodId, results }) => methodId === 'vae' && results);
  const withMmd = { ...vae!, results: { ...vae!.results!, mmd: 0.02, labelAccuracy: null } };

  test('are those of which no run has a value', () => {
    const empty = emptyMeasures([language!]);
    expect(empty).toContain('kl');
    expect(empty).not.toContain('rppl');
    expect(emptyMeasures([language!, vae!])).toEqual([
      ...['mmd', 'labelAccuracy', 'labelInformation', 'probeAccuracy', 'probeCommonest'],
    ]);
    expect(emptyMeasures([language!, withMmd])).not.toContain('mmd');
  });

  test('are not those that a run under way will fill, but those that a broken one would have', () => {
    const waiting = run({ id: 'w', methodId: 'vib', status: 'queued' });
    expect(emptyMeasures([language!, waiting])).not.toContain('labelAccuracy');
    expect(emptyMeasures([language!, { ...waiting, status: 'crashed' }])).toContain('labelAccuracy');
    expect(emptyMeasures([language!, run({ id: 'x', status: 'paused' })])).toContain('probeAccuracy');
  });
});
