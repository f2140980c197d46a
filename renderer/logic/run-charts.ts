import { termNames } from '../../contract/blocks.ts';
import type { Point, Run, SeriesName } from '../../contract/entities.ts';
import { methodOf } from '../../contract/methods/own.ts';
import type { en } from '../text/en.ts';
import { f } from '../text/format.ts';
import { t } from '../text/index.ts';
import { seriesOf } from './points.ts';
import { smooth } from './smooth.ts';

type Series = [step: number, value: number][];

export interface RunChart {
  readonly key: SeriesName;
  readonly term: keyof typeof en.glossary;
  readonly title: string;
  readonly unit: string;
  /** What was measured. */
  readonly values: Series;
  /** What is drawn: smoothed where that was asked for, with the measured line behind. */
  readonly line: Series;
  readonly raw: Series | undefined;
  readonly second: Series | undefined;
  readonly color: number;
  readonly fromZero: boolean;
  /** Of every batch; otherwise of every epoch. */
  readonly batch: boolean;
  readonly top: number | undefined;
  readonly digits: number;
  readonly summary: string;
}

interface Plan {
  key: keyof typeof en.run.chart & SeriesName;
  term: keyof typeof en.glossary;
  fromZero: boolean;
  /** A value of every batch, which is noisy; the others are measured at the end of an epoch. */
  batch: boolean;
  /** Only drawn for methods with a code. */
  latent: boolean;
}
/** Drawn only where a run has values of them. */
const optional = new Set<SeriesName>(['validationMmd', 'labelAccuracy', ...termNames]);
const plan: readonly Plan[] = [
  { key: 'loss', term: 'elbo', fromZero: false, batch: true, latent: false },
  { key: 'reconstruction', term: 'reconstruction', fromZero: false, batch: true, latent: true },
  { key: 'kl', term: 'kl', fromZero: true, batch: true, latent: true },
  { key: 'mi', term: 'mi', fromZero: true, batch: false, latent: true },
  { key: 'au', term: 'au', fromZero: true, batch: false, latent: true },
  { key: 'validationNll', term: 'nll', fromZero: false, batch: false, latent: false },
  { key: 'labelAccuracy', term: 'labelAccuracy', fromZero: true, batch: false, latent: true },
  { key: 'validationMmd', term: 'mmd', fromZero: true, batch: false, latent: true },
  // Terms and losses of other players, where a method has them.
  ...termNames.map(
    (key) => ({ key, term: 'regularizer', fromZero: false, batch: true, latent: true }) as const,
  ),
];

/** The curves that are the diagnosis of a run: what is drawn, in which order, with which words. */
export function chartsOf(points: readonly Point[], run: Run, smoothing: number): RunChart[] {
  const method = methodOf(run);
  const dimensions = Number(run.options['latent'] ?? 0);
  return plan
    .filter((chart) => method.latent || !chart.latent)
    .filter(({ key }) => !optional.has(key) || seriesOf(points, key).length > 0)
    .map(({ key, term, fromZero, batch }, color) => {
      const values = seriesOf(points, key);
      const smoothed = batch && smoothing > 0;
      const title = t(`run.chart.${key}`);
      const second = key === 'kl' ? seriesOf(points, 'klWeight') : [];
      return {
        key,
        term,
        title,
        unit: key === 'au' ? t('run.unit.units', { of: dimensions }) : t('run.unit.nats'),
        values,
        line: smoothed ? smooth(values, smoothing) : values,
        raw: smoothed ? values : undefined,
        second: second.length > 0 ? second : undefined,
        color,
        fromZero,
        batch,
        top: key === 'au' && dimensions > 0 ? dimensions : undefined,
        digits: key === 'au' ? 0 : 2,
        summary: summaryOf(title, values),
      };
    });
}

function summaryOf(title: string, values: Series): string {
  const [first, last] = [values.at(0), values.at(-1)];
  if (!first || !last) return t('run.chartNothing', { title });
  return t('run.chartSummary', {
    title,
    first: f.fixed(first[1]),
    from: f.count(first[0]),
    last: f.fixed(last[1]),
    to: f.count(last[0]),
  });
}
