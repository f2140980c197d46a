import type { Run, RunStatus } from '../../contract/entities.ts';

export interface RunFilter {
  readonly text: string;
  /** Empty: every status. */
  readonly statuses: readonly RunStatus[];
  readonly starred: boolean;
}

/** Every word has to occur somewhere in what describes the run. `describe` gives that text. */
export function matches(run: Run, filter: RunFilter, describe: (run: Run) => string): boolean {
  if (filter.starred && !run.star) return false;
  if (filter.statuses.length > 0 && !filter.statuses.includes(run.status)) return false;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = describe(run).toLowerCase();
  return words.every((word) => text.includes(word));
}
