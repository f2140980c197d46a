import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Run } from '../../contract/entities.ts';
import { isBound, measure, measureColumns, type MeasureKey } from './measures.ts';

/** A measure over the seeds of a group: `n` runs have it, `sd` needs two. */
export interface Folded {
  readonly mean: number;
  readonly sd: number | null;
  readonly n: number;
  /** Of upper bounds; absent where of values. */
  readonly bound?: true;
}

/** Runs that differ only in their seed. */
export interface SeedGroup {
  readonly key: string;
  readonly runs: readonly Run[];
  /** How many of them have results. */
  readonly measured: number;
  readonly measures: Readonly<Partial<Record<MeasureKey, Folded>>>;
}

export function fold(values: readonly number[]): Folded | undefined {
  if (values.length === 0) return undefined;
  return {
    mean: mean([...values]),
    sd: values.length < 2 ? null : sampleStandardDeviation([...values]),
    n: values.length,
  };
}

const keyOf = (run: Run) =>
  JSON.stringify([
    run.studyId,
    run.dataSetId,
    run.methodId,
    run.size,
    Object.entries(run.options).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** Groups in the order of their first run. A run without results is counted out of the means, and stays a member. */
export function foldSeeds(runs: readonly Run[]): SeedGroup[] {
  const byKey = Map.groupBy(runs, keyOf);
  return [...byKey].map(([key, members]) => {
    const results = members.flatMap((run) => (run.results ? [run.results] : []));
    const measures: Partial<Record<MeasureKey, Folded>> = {};
    for (const { key: name } of measureColumns) {
      const folded = fold(results.map((r) => measure(r, name)).filter((value) => value !== null));
      const bound = results.some((r) => isBound(r, name));
      if (folded) measures[name] = bound ? { ...folded, bound } : folded;
    }
    return {
      key,
      runs: members.toSorted((a, b) => a.seed - b.seed),
      measured: results.length,
      measures,
    };
  });
}

/** Which of the values is the best; ties are all best. Nothing is best where neither direction is better. */
export function bestOf(values: readonly (number | null)[], better: 'lower' | 'higher' | null): boolean[] {
  const known = values.filter((value) => value !== null);
  if (better === null || known.length < 2) return values.map(() => false);
  const best = better === 'lower' ? Math.min(...known) : Math.max(...known);
  return values.map((value) => value === best);
}
