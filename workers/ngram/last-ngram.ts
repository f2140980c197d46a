/**
 * A peculiarity of KenLM's trainer: the greatest n-gram (compared from its last word backwards) enters the
 * count-of-counts of the orders below the highest with its plain number of occurrences in place of its adjusted
 * count. It shows on small texts only. Users have reported it as a defect, so it is off unless asked for; on, the
 * discounts equal KenLM's.
 */
import type { Level } from './count.ts';
import type { CountOfCounts } from './discounts.ts';
import { BOS } from './vocabulary.ts';

/** Where the greatest window ends and how many words it has, at most `order`, at most one `<s>` among them. */
function greatestWindow(tokens: Uint32Array, length: number, order: number): { end: number; words: number } {
  let best = -1;
  for (let end = 0; end < length; end++) {
    if (tokens[end] === BOS) continue;
    if (best < 0 || compareBackwards(tokens, end, best, order) > 0) best = end;
  }
  let words = 1;
  while (words < order && tokens[best - words + 1] !== BOS) words++;
  return { end: best, words };
}

function compareBackwards(tokens: Uint32Array, a: number, b: number, order: number): number {
  for (let back = 0; back < order; back++) {
    const difference = tokens[a - back]! - tokens[b - back]!;
    // Before `<s>` both have nothing but more `<s>`.
    if (difference !== 0 || tokens[a - back] === BOS) return difference;
  }
  return 0;
}

/** Index of the n-gram tokens[from, from + n) in level n. */
function locate(levels: readonly Level[], tokens: Uint32Array, from: number, n: number): number {
  let index = tokens[from]!;
  for (let i = 1; i < n; i++) {
    const { words } = levels[i]!;
    let low = levels[i - 1]!.first[index]!;
    while (words[low] !== tokens[from + i]) low++;
    index = low;
  }
  return index;
}

/** The count-of-counts of each order as KenLM has them. */
export function withLastNgramRule(
  counts: readonly CountOfCounts[],
  levels: readonly Level[],
  tokens: Uint32Array,
  length: number,
): CountOfCounts[] {
  const order = levels.length;
  const changed = counts.map((t): CountOfCounts => [...t]);
  const { end, words } = greatestWindow(tokens, length, order);
  for (let n = 1; n <= Math.min(words, order - 1); n++) {
    const level = levels[n - 1]!;
    const index = locate(levels, tokens, end - n + 1, n);
    const adjusted = level.adjusted[index]!;
    const raw = level.raw[index]!;
    if (adjusted >= 1 && adjusted <= 4) changed[n - 1]![adjusted - 1]!--;
    if (raw >= 1 && raw <= 4) changed[n - 1]![raw - 1]!++;
  }
  return changed;
}
