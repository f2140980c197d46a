import type { Phase } from '../../contract/entities.ts';

/** Work of a run in its four parts, in units of one sentence read by the model once. */
export interface Plan {
  readonly training: number;
  readonly testing: number;
  readonly sampling: number;
  readonly scoring: number;
}
type Part = keyof Plan;
const parts: readonly Part[] = ['training', 'testing', 'sampling', 'scoring'];

const partOf: Record<Phase, Part | null> = {
  preparing: null,
  training: 'training',
  validating: 'training',
  testing: 'testing',
  sampling: 'sampling',
  scoring: 'scoring',
  saving: 'scoring',
};

export interface Told {
  readonly progress: number;
  readonly secondsLeft: number | null;
}

/** Seconds back over which the present speed is judged: long enough to hold an evaluation, short enough to forget a phase. */
const WINDOW = 60;
/** Nothing is said before so much has been measured (ux.md L5). */
const LEAST_SECONDS = 30;
const LEAST_SHARE = 0.03;

/**
 * Progress over the whole run and time left, from the present stretch alone. Within a part the time left never
 * rises: a slower moment holds it still.
 */
export function progressMeter(plan: Plan, now: () => number = () => performance.now() / 1000) {
  const total = parts.reduce((sum, part) => sum + plan[part], 0);
  const before = (part: Part): number =>
    parts.slice(0, parts.indexOf(part)).reduce((sum, each) => sum + plan[each], 0);
  let part: Part | null = null;
  let marks: { at: number; share: number }[] = [];
  let begun: { at: number; units: number } | null = null;
  /** Units of work done in this stretch, extra executions counted. */
  let work = 0;
  let shown: number | null = null;

  /** `effort`: executions per update so far, where a procedure makes more of them than the plan foresees. */
  return (phase: Phase, share: number, effort = 1): Told => {
    const present = partOf[phase];
    if (present === null) return { progress: 0, secondsLeft: null };
    const at = now();
    const units = before(present) + share * plan[present];
    begun ??= { at, units };
    if (present !== part) {
      part = present;
      marks = [];
      shown = null;
    }
    const last = marks.at(-1);
    if (last) work += (share - last.share) * plan[present] * effort;
    marks.push({ at, share });
    while (marks.length > 2 && at - marks[0]!.at > WINDOW) marks.shift();
    const progress = Math.min(1, units / total);
    const measured = at - begun.at >= LEAST_SECONDS || (units - begun.units) / total >= LEAST_SHARE;
    if (!measured || work === 0) return { progress, secondsLeft: null };
    const perUnit = (at - begun.at) / work;
    const first = marks[0]!;
    const speed = (share - first.share) / (at - first.at);
    const here = (1 - share) * (speed > 0 ? 1 / speed : plan[present] * perUnit * effort);
    const later = (total - before(present) - plan[present]) * perUnit;
    shown = Math.min(shown ?? Infinity, here + later);
    return { progress, secondsLeft: shown };
  };
}
