/** Discounts of modified Kneser-Ney (Chen & Goodman 1999) with the checks of KenLM's trainer, in its order. */
import type { Level } from './count.ts';

/** D(1), D(2) and D(3 and more). */
export type Discounts = readonly [number, number, number];

export const FALLBACK: Discounts = [0.5, 1, 1.5];

/** Why the discounts of an order cannot be estimated. */
export type Flaw =
  { kind: 'missing-count'; count: 1 | 2 | 3 } | { kind: 'out-of-range'; count: 1 | 2 | 3; value: number };

/** t_1 .. t_4: how many n-grams have an adjusted count of 1, 2, 3, 4. */
export type CountOfCounts = [number, number, number, number];

export function countCounts(level: Level): CountOfCounts {
  const met: CountOfCounts = [0, 0, 0, 0];
  for (const count of level.adjusted) if (count >= 1 && count <= 4) met[count - 1]!++;
  return met;
}

export function estimateDiscounts(t: CountOfCounts): { discounts: Discounts } | { flaw: Flaw } {
  for (const count of [1, 2, 3] as const)
    if (t[count - 1] === 0) return { flaw: { kind: 'missing-count', count } };
  const y = t[0] / (t[0] + 2 * t[1]);
  const at = (j: 1 | 2 | 3) => j - ((j + 1) * y * t[j]!) / t[j - 1]!;
  for (const count of [1, 2, 3] as const) {
    const value = at(count);
    if (value < 0 || value > count) return { flaw: { kind: 'out-of-range', count, value } };
  }
  return { discounts: [at(1), at(2), at(3)] };
}

const times = { 1: 'exactly one', 2: 'exactly two', 3: 'exactly three' };

/** The reason in words that need no knowledge of the method. */
export function explainFlaw(order: number, flaw: Flaw): string {
  const things = order === 1 ? 'single words' : `runs of ${order} words`;
  return flaw.kind === 'missing-count'
    ? `among the ${things} none has a count of ${times[flaw.count]}, so how much to hold back for unseen ones ` +
        'cannot be read off the text'
    : `among the ${things} those with a count of ${flaw.count} and of ${flaw.count + 1} are in an unusual proportion, ` +
        `so that ${flaw.value.toFixed(2)} would be held back from a count of ${flaw.count}`;
}
