import type { Point, SeriesName } from '../../contract/entities.ts';

/**
 * Appends what a run has sent. Values of the same step are one point; a step below the last one means that the run
 * went back to an earlier save, so what it had drawn beyond that step is gone.
 */
export function mergePoints(old: readonly Point[], incoming: readonly Point[]): Point[] {
  const merged = [...old];
  for (const point of incoming) {
    while (merged.length > 0 && merged.at(-1)!.step > point.step) merged.pop();
    const last = merged.at(-1);
    if (last?.step === point.step) {
      merged[merged.length - 1] = { ...point, values: { ...last.values, ...point.values } };
    } else merged.push(point);
  }
  return merged;
}

/** The steps at which one series has a value, with the value. */
export function seriesOf(points: readonly Point[], name: SeriesName): [step: number, value: number][] {
  const found: [number, number][] = [];
  for (const { step, values } of points) {
    const value = values[name];
    if (value !== undefined && Number.isFinite(value)) found.push([step, value]);
  }
  return found;
}

/** Value of a series at the last step not after `step`; null before the first one. */
export function valueAt(series: readonly (readonly [number, number])[], step: number): number | null {
  let [low, high] = [0, series.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (series[middle]![0] <= step) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : series[low - 1]![1];
}

/** The known step nearest to a place on the axis; null without points. `steps` are in rising order. */
export function nearestStep(steps: readonly number[], place: number): number | null {
  if (steps.length === 0) return null;
  let [low, high] = [0, steps.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= place) low = middle;
    else high = middle;
  }
  return Math.abs(steps[low]! - place) <= Math.abs(steps[high]! - place) ? steps[low]! : steps[high]!;
}
