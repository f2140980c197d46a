import { atMost } from '../../contract/nll.ts';
import { f } from '../text/format.ts';
import { t } from '../text/index.ts';
import type { Folded } from './fold.ts';
import { isAboutZero, type MeasureColumn } from './measures.ts';

/** Mean and standard deviation over seeds; below three seeds the number of them takes the place of the latter. */
export function foldedText(folded: Folded | undefined, column: MeasureColumn, members: number): string {
  if (!folded) return f.fixed(null);
  const mean = isAboutZero(column.key, folded.mean)
    ? t('run.aboutZero')
    : atMost(f.fixed(folded.mean, column.digits), folded.bound === true);
  if (members === 1) return mean;
  if (folded.n < 3 || folded.sd === null) return `${mean} (${t('runs.n', { n: folded.n })})`;
  return `${mean} (${f.fixed(folded.sd, column.digits)})`;
}
