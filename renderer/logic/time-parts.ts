import { phase } from '../../contract/entities.ts';
import { t } from '../text/index.ts';

/** A part of a run's time in words: the phases of a run. The contract leaves parts open; another one keeps its name. */
export function partName(what: string): string {
  const known = phase.safeParse(what);
  return known.success ? t(`phase.${known.data}`) : what;
}
