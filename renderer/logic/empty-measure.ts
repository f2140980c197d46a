import { liveStatuses, type Run } from '../../contract/entities.ts';
import type { Measure, Method } from '../../contract/methods/index.ts';
import { methodOf } from '../../contract/methods/own.ts';
import { t } from '../text/index.ts';
import { measure, measureColumns, type MeasureKey } from './measures.ts';

/** Shown measures that are made from another one, and defined where that is. */
const madeFrom: Partial<Record<MeasureKey, Measure>> = { perplexity: 'nll', miLarge: 'mi' };

/** Why a place of a table has no number, for a method that has results or has none yet. */
export function whyEmpty(
  key: MeasureKey,
  method: Pick<Method, 'latent' | 'measures'>,
  measured: boolean,
): string {
  if (isProbe(key)) {
    if (!method.latent) return t('run.empty.code');
    return t(measured ? 'run.empty.labels' : 'run.empty.notYet');
  }
  const base = madeFrom[key] ?? (key as Measure);
  if (!method.measures.includes(base)) return t(`run.empty.${reasonOf(base, method.latent)}`);
  return t(measured ? 'run.empty.notMeasured' : 'run.empty.notYet');
}

const isProbe = (key: MeasureKey) => key === 'probeAccuracy' || key === 'probeCommonest';

/**
 * Measures without a value in any of these runs that none of them can still get: a column of them would be empty.
 * Whether a probe will find a label is not known before it was made.
 */
export function emptyMeasures(runs: readonly Run[]): MeasureKey[] {
  const hasOrMayGet = (run: Run, key: MeasureKey) => {
    if (run.results) return measure(run.results, key) !== null;
    const underWay = run.status === 'queued' || run.status === 'paused' || liveStatuses.includes(run.status);
    return underWay && !isProbe(key) && methodOf(run).measures.includes(madeFrom[key] ?? (key as Measure));
  };
  return measureColumns.map(({ key }) => key).filter((key) => !runs.some((run) => hasOrMayGet(run, key)));
}

function reasonOf(measure: Measure, latent: boolean): 'likelihood' | 'prior' | 'code' | 'spread' {
  if (measure === 'nll') return 'likelihood';
  if (measure === 'fppl' || measure === 'rppl') return 'prior';
  if (!latent) return 'code';
  return measure === 'mmd' ? 'prior' : 'spread';
}
