import { describe, expect, test } from 'vitest';
import { methodById, type Measure } from '../../contract/methods/index.ts';
import { run, runs } from '../testing/fixtures.ts';
import { emptyMeasures, whyEmpty } from './empty-measure.ts';
import type { MeasureKey } from './measures.ts';

const latent = (...measures: Measure[]) => ({ latent: true, measures });

test('a label is read from codes only, and only where the data have labels', () => {
  expect(whyEmpty('probeAccuracy', methodById('lstm-lm'), true)).toContain('no code');
  expect(whyEmpty('probeCommonest', methodById('vae'), true)).toContain('no label');
  expect(whyEmpty('probeAccuracy', methodById('vae'), false)).toBe('Not measured yet.');
});

test.each<[MeasureKey, string]>([
  ['kl', 'Not defined: this method has no code.'],
  ['au', 'Not defined: this method has no code.'],
  ['miLarge', 'Not defined: this method has no code.'],
])('%s of a language model: %s', (key, reason) => {
  expect(whyEmpty(key, methodById('lstm-lm'), true)).toBe(reason);
  expect(whyEmpty(key, methodById('lstm-lm'), false)).toBe(reason);
});

test('a code without spread has neither likelihood nor KL, and without a prior nothing new is written', () => {
  const plain = latent('reconstruction', 'au');
  expect(whyEmpty('nll', plain, true)).toContain('no likelihood');
  expect(whyEmpty('perplexity', plain, true)).toContain('no likelihood');
  expect(whyEmpty('kl', plain, true)).toContain('a single point');
  expect(whyEmpty('rppl', plain, true)).toContain('no prior');
  expect(whyEmpty('mmd', plain, true)).toContain('no prior');
});

test('what is defined is not there yet, or was left out of this run', () => {
  expect(whyEmpty('fppl', methodById('vae'), false)).toBe('Not measured yet.');
  expect(whyEmpty('fppl', methodById('vae'), true)).toBe('Not measured in this run.');
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
