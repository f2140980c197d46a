import * as z from 'zod';
import type { Watcher } from './watchers.ts';

const state = z.object({
  best: z.object({ loss: z.number(), step: z.number().int() }).nullable(),
  last: z.number().nullable(),
  /** Evaluations in a row that rose, and the step of the first. */
  rises: z.number().int(),
  since: z.number().int(),
});

/** Rises in a row before it is called over-fitting. */
const RISES = 3;

/** The validation NLL rises at three evaluations in a row (ux.md L9). */
export function overfittingWatcher(): Watcher<z.infer<typeof state>> {
  return {
    name: 'over-fitting',
    schema: state,
    start: { best: null, last: null, rises: 0, since: 0 },
    see: (before, event) => {
      if (event.kind !== 'evaluation') return { state: before };
      const { step, evaluation } = event;
      const { loss } = evaluation;
      const best = before.best === null || loss < before.best.loss ? { loss, step } : before.best;
      if (before.last === null || loss <= before.last)
        return { state: { best, last: loss, rises: 0, since: 0 } };
      const rises = before.rises + 1;
      const since = rises === 1 ? step : before.since;
      return {
        state: { best, last: loss, rises, since },
        ...(rises === RISES && { warning: { kind: 'over-fitting', since, best: best.step } as const }),
      };
    },
  };
}
