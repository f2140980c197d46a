import { liveStatuses, type Run } from '../../contract/entities.ts';
import type { Measure } from '../../contract/methods/index.ts';
import { methodOf, whyUndefinedIn } from '../../contract/methods/own.ts';
import { t } from '../text/index.ts';
import { measure, measureColumns, type MeasureKey } from './measures.ts';

/** Shown measures that are made from another one, and defined where that is. */
const madeFrom: Partial<Record<MeasureKey, Measure>> = { perplexity: 'nll', miLarge: 'mi' };
type Defined = Pick<Run, 'methodId' | 'options'>;

/** Why a place of a table has no number, for a run with these options that has results or has none yet. */
export function whyEmpty(key: MeasureKey, run: Defined, measured: boolean): string {
  if (isProbe(key)) {
    if (!methodOf(run).latent) return t('run.empty.code');
    return t(measured ? 'run.empty.labels' : 'run.empty.notYet');
  }
  const reason = whyUndefinedIn(run, baseOf(key));
  if (reason !== null) return t(`run.empty.${reason}`);
  return t(measured ? 'run.empty.notMeasured' : 'run.empty.notYet');
}

type Probe = 'probeAccuracy' | 'probeCommonest';
const isProbe = (key: MeasureKey): key is Probe => key === 'probeAccuracy' || key === 'probeCommonest';
const baseOf = (key: Exclude<MeasureKey, Probe>): Measure => madeFrom[key] ?? (key as Measure);

/**
 * Measures without a value in any of these runs that none of them can still get: a column of them would be empty.
 * Whether a probe will find a label is not known before it was made.
 */
export function emptyMeasures(runs: readonly Run[]): MeasureKey[] {
  const hasOrMayGet = (run: Run, key: MeasureKey) => {
    if (run.results) return measure(run.results, key) !== null;
    const underWay = run.status === 'queued' || run.status === 'paused' || liveStatuses.includes(run.status);
    return underWay && !isProbe(key) && whyUndefinedIn(run, baseOf(key)) === null;
  };
  return measureColumns.map(({ key }) => key).filter((key) => !runs.some((run) => hasOrMayGet(run, key)));
}

/** What a run does not define of the measures that every paper prints, by its reason. */
export function undefinedMeasures(run: Defined): { measures: MeasureKey[]; reason: string }[] {
  const reasons = printed.flatMap((key) => {
    const reason = whyUndefinedIn(run, baseOf(key));
    return reason === null ? [] : [{ key, reason }];
  });
  return [...Map.groupBy(reasons, ({ reason }) => reason)].map(([reason, of]) => ({
    measures: of.map(({ key }) => key),
    reason: t(`run.empty.${reason}`),
  }));
}
const printed = ['nll', 'perplexity', 'reconstruction', 'kl', 'mi', 'au', 'fppl', 'rppl'] as const;
