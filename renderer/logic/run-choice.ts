import type { Run } from '../../contract/entities.ts';

/** Runs whose samples can be read, the newest first. */
export function runsWithSamples(runs: readonly Run[]): Run[] {
  return runs
    .filter((run) => run.results !== null)
    .toSorted((a, b) => b.createdAt - a.createdAt || a.name.localeCompare(b.name));
}
