/**
 * From counts to probabilities: interpolated modified Kneser-Ney (Chen & Goodman 1999; Heafield et al. 2013).
 *
 *   p(w | h) = (a(hw) - D(a(hw))) / S(h) + G(h) p(w | h'),   h' = h without its first word
 *
 * Pruned n-grams stay in S(h), and all that was theirs goes into G(h); the chances after h still add up to one.
 */
import { checkCancelled, type Level } from './count.ts';
import type { Discounts } from './discounts.ts';
import type { Watch } from './progress.ts';
import type { TrieLevel } from './trie.ts';
import { BOS } from './vocabulary.ts';

export function estimateTrie(
  levels: readonly Level[],
  discounts: readonly Discounts[],
  thresholds: readonly number[],
  watch: Watch = {},
): TrieLevel[] {
  const order = levels.length;
  const trie: TrieLevel[] = [];
  let lower = estimateUnigrams(levels[0]!, discounts[0]!);
  for (let n = 1; n <= order; n++) {
    checkCancelled(watch);
    watch.onProgress?.({ phase: 'estimating', done: (n - 1) / order });
    const level = levels[n - 1]!;
    const next = levels[n];
    const log10 = new Float32Array(lower.length);
    for (let i = 0; i < lower.length; i++) log10[i] = Math.log10(lower[i]!);
    if (n === 1) log10[BOS] = 0; // `<s>` is given, never predicted: it costs nothing
    const backoff = new Float32Array(next ? lower.length : 0);
    trie.push({ words: level.words, first: level.first, log10, backoff });
    if (next) lower = estimateLevel(level, next, lower, discounts[n]!, thresholds[n] ?? 0, backoff);
  }
  return thresholds.some((t) => t > 0) ? prune(trie, levels, thresholds) : trie;
}

/** p(w) by word id; `<unk>` is the word with count 0, `<s>` takes no part. */
function estimateUnigrams(level: Level, discounts: Discounts): Float64Array {
  const held = discountTable(discounts);
  const { adjusted } = level;
  let sum = 0;
  let mass = 0;
  for (const count of adjusted) {
    sum += count;
    mass += held[Math.min(count, 3)]!;
  }
  const uniform = mass / sum / (adjusted.length - 1);
  const p = new Float64Array(adjusted.length);
  for (let w = 0; w < p.length; w++) p[w] = (adjusted[w]! - held[Math.min(adjusted[w]!, 3)]!) / sum + uniform;
  return p;
}

/** p of every n-gram of `level` given p of those one word shorter; fills the backoffs of their contexts. */
function estimateLevel(
  contexts: Level,
  level: Level,
  lower: Float64Array,
  discounts: Discounts,
  threshold: number,
  backoff: Float32Array,
): Float64Array {
  const held = discountTable(discounts);
  const { adjusted, raw, suffix } = level;
  const p = new Float64Array(adjusted.length);
  for (let h = 0, from = contexts.first[0]!; h < backoff.length; h++) {
    const to = contexts.first[h + 1]!;
    if (from === to) continue;
    let sum = 0;
    let mass = 0;
    for (let i = from; i < to; i++) {
      const count = adjusted[i]!;
      sum += count;
      mass += raw[i]! > threshold ? held[count < 3 ? count : 3]! : count;
    }
    const rest = mass / sum;
    backoff[h] = Math.log10(rest);
    for (let i = from; i < to; i++) {
      const count = adjusted[i]!;
      p[i] = (count - held[count < 3 ? count : 3]!) / sum + rest * lower[suffix[i]!]!;
    }
    from = to;
  }
  return p;
}

/** D(c) for c = 0, 1, 2 and 3 or more. */
function discountTable(discounts: Discounts): Float64Array {
  return Float64Array.of(0, ...discounts);
}

/**
 * Leaves the n-grams out that occur too seldom. Thresholds do not fall with the order, so whatever is kept has its
 * beginning and its end kept too.
 */
function prune(
  trie: readonly TrieLevel[],
  levels: readonly Level[],
  thresholds: readonly number[],
): TrieLevel[] {
  const order = trie.length;
  let kept = levels[0]!.words;
  return trie.map((level, i) => {
    const next = trie[i + 1];
    const first = new Uint32Array(next ? kept.length + 1 : 0);
    const keptNext = new Uint32Array(next ? next.words.length : 0);
    let met = 0;
    if (next) {
      const raw = levels[i + 1]!.raw;
      const threshold = thresholds[i + 1] ?? 0;
      kept.forEach((old, now) => {
        first[now] = met;
        for (let c = level.first[old]!; c < level.first[old + 1]!; c++)
          if (raw[c]! > threshold) keptNext[met++] = c;
      });
      first[kept.length] = met;
    }
    const thinned: TrieLevel = {
      words: kept.map((old) => level.words[old]!),
      first,
      log10: Float32Array.from(kept, (old) => level.log10[old]!),
      backoff: i + 1 < order ? Float32Array.from(kept, (old) => level.backoff[old]!) : new Float32Array(0),
    };
    kept = keptNext.subarray(0, met);
    return thinned;
  });
}
