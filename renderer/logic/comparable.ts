import type { Run, SampleSet } from '../../contract/entities.ts';

export type Obstacle = 'data' | 'samples';

/** Why numbers of these runs and sets must not be held against each other. */
export function obstacles(runs: readonly Run[], sets: readonly SampleSet[]): Obstacle[] {
  const found: Obstacle[] = [];
  if (new Set(runs.map((run) => run.dataSetId)).size > 1) found.push('data');
  if (new Set(sets.map((set) => set.count)).size > 1) found.push('samples');
  return found;
}

export type Align = 'code' | 'input' | 'rank';

/** Only reconstructions have input sentences; codes and ranks are compared among samples from the prior. */
export const kindFor = (align: Align): SampleSet['kind'] => (align === 'input' ? 'reconstruction' : 'prior');
