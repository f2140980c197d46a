import type { Estimate } from '../../contract/entities.ts';
import type { Timing } from '../../db/store.ts';
import type { FormulaEstimate } from './work.ts';

/** How far a run may be from the estimate: wide while nothing was measured on the device. */
const spread = { formula: { low: 0.6, high: 1.7 }, measured: { low: 0.8, high: 1.25 } };

/**
 * Corrects the formula by what finished runs on the same device really took: by the median ratio, of runs with the
 * same method where there are any (their procedure is what the formula knows least about), else of all.
 */
export function calibrated(formula: FormulaEstimate, methodId: string, timings: readonly Timing[]): Estimate {
  const alike = timings.filter((timing) => timing.methodId === methodId);
  const used = alike.length > 0 ? alike : timings;
  const basis = used.length > 0 ? 'measured' : 'formula';
  const seconds = formula.seconds * median(used.map((t) => t.seconds / t.secondsByFormula));
  const bytes = formula.bytes * median(used.map((t) => t.bytes / t.bytesByFormula));
  const { low, high } = spread[basis];
  return { seconds: { low: seconds * low, high: seconds * high }, bytes, basis, parts: formula.parts };
}

/** 1, which corrects nothing, when there is nothing to take it from. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return 1;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

/** When the last of the runs ends if each takes the slot that is free first, in the given order. */
export function makespan(durations: readonly number[], slots: number): number {
  const free = new Array<number>(Math.max(1, slots)).fill(0);
  for (const duration of durations) {
    const earliest = free.indexOf(Math.min(...free));
    free[earliest] = free[earliest]! + duration;
  }
  return Math.max(...free);
}
