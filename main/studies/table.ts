import type { Results, Run } from '../../contract/entities.ts';
import { atMost, nllOf } from '../../contract/nll.ts';

/** A measure over the seeds of a method. */
export interface Folded {
  readonly mean: number;
  /** Sample standard deviation; null with one seed. */
  readonly sd: number | null;
  readonly n: number;
  /** Of upper bounds; absent where of values. */
  readonly bound?: true;
}

export const tableMeasures = ['nll', 'kl', 'mi', 'au', 'fppl', 'rppl'] as const satisfies (keyof Results)[];
export type TableMeasure = (typeof tableMeasures)[number];

export type TableRow = Record<TableMeasure, Folded | null> & {
  readonly method: string;
  /** Runs with results. */
  readonly runs: number;
  /** Runs that failed, crashed or were thrown away: counted out of the means, and said. */
  readonly without: number;
};

/** One row a method, in the given order; a measure that is not defined for it is null. */
export function foldSeeds(methodIds: readonly string[], runs: readonly Run[]): TableRow[] {
  return methodIds.map((method) => {
    const own = runs.filter((run) => run.methodId === method);
    const results = own.map((run) => run.results).filter((r) => r !== null);
    const measures = Object.fromEntries(
      tableMeasures.map((measure) => [
        measure,
        measure === 'nll' ? foldNll(results) : fold(results.map((r) => r[measure]).filter((v) => v !== null)),
      ]),
    ) as Record<TableMeasure, Folded | null>;
    return { method, runs: results.length, without: own.length - results.length, ...measures };
  });
}

/** Where only a bound is known, the bounds are folded, and said to be. */
function foldNll(results: readonly Results[]): Folded | null {
  const known = results.map(nllOf).filter((nll) => nll !== null);
  const folded = fold(known.map(({ value }) => value));
  return folded && known.some(({ bound }) => bound) ? { ...folded, bound: true } : folded;
}

/** `mean (sd)`, or the value of the only seed. */
export function foldedText({ mean, sd, bound }: Folded): string {
  const value = atMost(mean.toFixed(2), bound === true);
  return sd === null ? value : `${value} (${sd.toFixed(2)})`;
}

function fold(values: readonly number[]): Folded | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null, n };
}
