import type { Results } from '../../contract/entities.ts';
import type { Measure } from '../../contract/methods/index.ts';
import { atMost, nllOf } from '../../contract/nll.ts';
import type { en } from '../text/en.ts';
import { f } from '../text/format.ts';
import { t } from '../text/index.ts';

export type MeasureKey = Measure | 'perplexity' | 'miLarge' | 'probeAccuracy' | 'probeCommonest';

export interface MeasureColumn {
  readonly key: MeasureKey;
  readonly term: keyof typeof en.glossary;
  readonly digits: number;
  /** Which values are better; null where neither is. */
  readonly better: 'lower' | 'higher' | null;
}

/** The measures of tables: first those that every paper prints, then those that only some methods or data have. */
export const measureColumns: readonly MeasureColumn[] = [
  { key: 'nll', term: 'nll', digits: 2, better: 'lower' },
  { key: 'perplexity', term: 'perplexity', digits: 1, better: 'lower' },
  { key: 'reconstruction', term: 'reconstruction', digits: 2, better: 'lower' },
  { key: 'kl', term: 'kl', digits: 2, better: null },
  { key: 'mi', term: 'mi', digits: 2, better: 'higher' },
  { key: 'au', term: 'au', digits: 1, better: 'higher' },
  { key: 'fppl', term: 'fppl', digits: 1, better: 'lower' },
  { key: 'rppl', term: 'rppl', digits: 1, better: 'lower' },
  { key: 'mmd', term: 'mmd', digits: 3, better: 'lower' },
  { key: 'labelAccuracy', term: 'labelAccuracy', digits: 3, better: 'higher' },
  { key: 'labelInformation', term: 'labelInformation', digits: 2, better: 'higher' },
  { key: 'probeAccuracy', term: 'probeAccuracy', digits: 3, better: null },
  { key: 'probeCommonest', term: 'probeAccuracy', digits: 3, better: null },
];

/** Where only a bound of the NLL is known, that bound; `isBound` tells. */
export const measure = (results: Results, key: MeasureKey): number | null =>
  key === 'nll' ? (nllOf(results)?.value ?? null) : (results[key] ?? null);

/** Whether a measure is an upper bound of what its column names. */
export const isBound = (results: Results, key: MeasureKey): boolean =>
  key === 'elbo' || (key === 'nll' && nllOf(results)?.bound === true);

/** A small negative MI is noise of the estimate around 0. */
export const isAboutZero = (key: MeasureKey, value: number | null) =>
  (key === 'mi' || key === 'miLarge') && value !== null && value < 0 && value > -0.5;

/** A measure of one run as it is shown. */
export function measureText(key: MeasureKey, results: Results, digits = 2): string {
  const value = measure(results, key);
  if (isAboutZero(key, value)) return t('run.aboutZero');
  if (key === 'au' && value !== null) {
    return t('run.ofDimensions', { n: f.count(value), of: f.count(results.auOf ?? 0) });
  }
  return value === null ? f.fixed(null) : atMost(f.fixed(value, digits), isBound(results, key));
}
