import type { Estimate } from '../../contract/entities.ts';
import type { Timing } from '../../db/store.ts';
import type { FormulaEstimate } from './work.ts';

/** How far a run may be from the estimate: wide while nothing was measured on the device. */
const spread = { formula: { low: 0.6, high: 1.7 }, measured: { low: 0.8, high: 1.25 } };

/** What an estimate is for: a method, and a run of it that differs from others like it in its seed only. */
export interface Estimated {
  readonly methodId: string;
  readonly likeness: string;
}

/**
 * The timings that tell most about a run: finished runs like it, else test drives of a run like it, else finished
 * runs or test drives with the same method (its procedure is what the formula knows least about), else all.
 */
function telling({ methodId, likeness }: Estimated, timings: readonly Timing[]): readonly Timing[] {
  const choices = [
    timings.filter((timing) => timing.methodId === methodId && timing.likeness === likeness),
    timings.filter((timing) => timing.methodId === methodId),
  ].flatMap((alike) => [
    alike.filter(({ origin }) => origin === 'run'),
    // What was measured last was measured as the machine is now.
    alike.filter(({ origin }) => origin === 'drive').slice(0, 1),
  ]);
  return choices.find((choice) => choice.length > 0) ?? timings;
}

/** Corrects the formula by the median ratio to it of what was really measured on the same device; newest first. */
export function calibrated(formula: FormulaEstimate, of: Estimated, timings: readonly Timing[]): Estimate {
  const used = telling(of, timings);
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
