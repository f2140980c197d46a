import * as z from 'zod';
import type { Watcher } from './watchers.ts';

const state = z.object({
  /** KL averaged over the last updates, nats; null before the first. */
  kl: z.number().nullable(),
  /** First update of the present stretch of low KL; null when it is not low. */
  lowSince: z.number().int().nullable(),
  warned: z.boolean(),
});

/** While the code costs less than this, nothing presses it towards the prior. */
const LEAST_WEIGHT = 0.1;
/** It has recovered when the KL is this many times above the threshold: a gap, so that the notice does not flicker. */
const RECOVERED = 3;
/** Share of one batch in the average: the KL of a single batch jumps about. */
const SHARE = 1 / 50;

/** The code is being ignored: KL below `kl` nats for `steps` updates while the KL weight is at least 0.1 (ux.md L8). */
export function collapseWatcher({
  kl,
  steps,
}: {
  kl: number;
  steps: number;
}): Watcher<z.infer<typeof state>> {
  return {
    name: 'collapse',
    schema: state,
    start: { kl: null, lowSince: null, warned: false },
    see: (before, event) => {
      if (event.kind !== 'update') return { state: before };
      const { step, klWeight, values } = event;
      const latest = values.terms['kl']!;
      const mean = before.kl === null ? latest : before.kl + SHARE * (latest - before.kl);
      const now = { ...before, kl: mean };
      if (before.warned)
        return mean > RECOVERED * kl
          ? { state: { kl: mean, lowSince: null, warned: false }, warning: { kind: 'recovered', at: step } }
          : { state: now };
      if (mean >= kl || klWeight < LEAST_WEIGHT) return { state: { ...now, lowSince: null } };
      const lowSince = before.lowSince ?? step;
      if (step - lowSince + 1 < steps) return { state: { ...now, lowSince } };
      return { state: { kl: mean, lowSince, warned: true }, warning: { kind: 'collapsed', since: lowSince } };
    },
  };
}
