import type { DataSet } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { configOf, methodOf } from '../../contract/methods/own.ts';
import { toldLabel } from '../../contract/told-label.ts';
import type { TrainJob } from '../../contract/worker.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import type { RunsRoom } from '../runs/runs.ts';

/** The label that the decoder of a run is told: people name its values, models know their numbers. */
export function toldOf(
  { runId, methodId, options }: Pick<TrainJob, 'runId' | 'methodId' | 'options'>,
  runs: Pick<RunsRoom, 'get'>,
  dataSets: Pick<DataSetsRoom, 'get'>,
) {
  const method = methodOf({ methodId, options });
  const told = toldLabel(configOf({ methodId, options }).blocks);
  const label: DataSet['labels'][number] | null =
    (told && dataSets.get(runs.get(runId).dataSetId).labels[told.column]) ?? null;
  return {
    method,
    label,
    /** Null asks for no particular one. Throws `samples.no-label`, and `samples.label` for what is no value. */
    classOf(value: string | null): number | null {
      if (value === null) return null;
      if (!label) throw new AppError('samples.no-label', { method: method.title });
      const found = label.values.findIndex((each) => each.value === value);
      if (found === -1) {
        const known = label.values.map((each) => each.value);
        throw new AppError('samples.label', { label: value, column: label.name, known });
      }
      return found;
    },
    valueOf: (index: number | null): string | null =>
      index === null ? null : (label?.values[index]?.value ?? null),
  };
}
