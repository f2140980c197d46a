import type { DataSet, Run } from '../../contract/entities.ts';
import { configOf } from '../../contract/methods/own.ts';
import { toldLabel } from '../../contract/told-label.ts';

export type ToldColumn = DataSet['labels'][number];

/** The label column that the decoder of a run is told; null where it reads the code alone. */
export function toldColumn(
  run: Pick<Run, 'methodId' | 'options'>,
  data: Pick<DataSet, 'labels'> | undefined,
): ToldColumn | null {
  const told = toldLabel(configOf(run).blocks);
  return (told && data?.labels[told.column]) ?? null;
}
