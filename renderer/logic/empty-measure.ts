import type { Measure, Method } from '../../contract/methods/index.ts';
import { t } from '../text/index.ts';
import type { MeasureKey } from './measures.ts';

/** Shown measures that are made from another one, and defined where that is. */
const madeFrom: Partial<Record<MeasureKey, Measure>> = { perplexity: 'nll', miLarge: 'mi' };

/** Why a place of a table has no number, for a method that has results or has none yet. */
export function whyEmpty(
  key: MeasureKey,
  method: Pick<Method, 'latent' | 'measures'>,
  measured: boolean,
): string {
  if (key === 'probeAccuracy' || key === 'probeCommonest') {
    if (!method.latent) return t('run.empty.code');
    return t(measured ? 'run.empty.labels' : 'run.empty.notYet');
  }
  const base = madeFrom[key] ?? (key as Measure);
  if (!method.measures.includes(base)) return t(`run.empty.${reasonOf(base, method.latent)}`);
  return t(measured ? 'run.empty.notMeasured' : 'run.empty.notYet');
}

function reasonOf(measure: Measure, latent: boolean): 'likelihood' | 'prior' | 'code' | 'spread' {
  if (measure === 'nll') return 'likelihood';
  if (measure === 'fppl' || measure === 'rppl') return 'prior';
  if (!latent) return 'code';
  return measure === 'mmd' ? 'prior' : 'spread';
}
