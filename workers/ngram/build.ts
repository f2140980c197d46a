/** A trie from unordered lists of n-grams. */
import { findNgram, type TrieLevel } from './trie.ts';

/** The n-grams of one order n, in any order. */
export interface Entries {
  /** n word ids each. */
  ids: Uint32Array;
  log10: Float32Array;
  /** Empty at the highest order. */
  backoff: Float32Array;
}

/**
 * The trie, or nothing when it cannot be built because an n-gram lacks its beginning or its end among the shorter ones
 * (`addSteps` mends that) or is listed twice (nothing mends that). `orders[0]` is in the order of the word ids.
 */
export function buildTrie(
  orders: readonly Entries[],
): { levels: TrieLevel[]; hasSteps: boolean } | undefined {
  const levels: TrieLevel[] = [];
  for (let n = 1; n <= orders.length; n++) {
    const level = n === 1 ? unigrams(orders[0]!) : addLevel(levels, orders[n - 1]!, n);
    if (!level) return undefined;
    levels.push(level);
  }
  if (!endsAreListed(levels, orders)) return undefined;
  return { levels, hasSteps: levels.some((level) => level.log10.some(Number.isNaN)) };
}

function unigrams({ ids, log10, backoff }: Entries): TrieLevel {
  return { words: ids, first: new Uint32Array(0), log10, backoff };
}

function addLevel(levels: TrieLevel[], entries: Entries, n: number): TrieLevel | undefined {
  const parents = levels.at(-1)!;
  const size = entries.log10.length;
  const parentOf = new Uint32Array(size);
  const wordOf = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    const parent = findNgram(levels, entries.ids.subarray(i * n, i * n + n - 1));
    if (parent < 0) return undefined;
    parentOf[i] = parent;
    wordOf[i] = entries.ids[i * n + n - 1]!;
  }
  const byWord = countingSort(wordOf, levels[0]!.words.length);
  const { sorted, starts } = countingSortOf(parentOf, parents.words.length, byWord);
  parents.first = starts;
  const words = Uint32Array.from(sorted, (i) => wordOf[i]!);
  for (let i = 1; i < size; i++)
    if (words[i] === words[i - 1] && parentOf[sorted[i]!] === parentOf[sorted[i - 1]!]) return undefined;
  return {
    words,
    first: new Uint32Array(0),
    log10: Float32Array.from(sorted, (i) => entries.log10[i]!),
    backoff:
      entries.backoff.length > 0 ? Float32Array.from(sorted, (i) => entries.backoff[i]!) : entries.backoff,
  };
}

function countingSort(keys: Uint32Array, kinds: number): Uint32Array {
  return countingSortOf(
    keys,
    kinds,
    Uint32Array.from({ length: keys.length }, (_, i) => i),
  ).sorted;
}

/** Stable; `starts[k]` is where key k begins. */
function countingSortOf(
  keys: Uint32Array,
  kinds: number,
  items: Uint32Array,
): { sorted: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(kinds + 1);
  for (const key of keys) starts[key + 1]!++;
  for (let k = 0; k < kinds; k++) starts[k + 1]! += starts[k]!;
  const place = starts.slice();
  const sorted = new Uint32Array(items.length);
  for (const item of items) sorted[place[keys[item]!]!++] = item;
  return { sorted, starts };
}

/** Scoring stops at the first order that does not match, so the end of every n-gram must be an n-gram too. */
function endsAreListed(levels: readonly TrieLevel[], orders: readonly Entries[]): boolean {
  for (let n = 3; n <= orders.length; n++) {
    const { ids, log10 } = orders[n - 1]!;
    for (let i = 0; i < log10.length; i++)
      if (findNgram(levels, ids.subarray(i * n + 1, (i + 1) * n)) < 0) return false;
  }
  return true;
}

/** Adds what is missing on the way to longer n-grams: without a chance of its own (NaN), and with no backoff. */
export function addSteps(orders: readonly Entries[]): Entries[] {
  const complete = [...orders];
  for (let n = orders.length; n > 2; n--) {
    const { ids, log10 } = complete[n - 1]!;
    const shorter = complete[n - 2]!;
    const size = n - 1;
    const key = (from: Uint32Array, at: number) => from.subarray(at, at + size).join();
    const known = new Set<string>();
    for (let i = 0; i < shorter.log10.length; i++) known.add(key(shorter.ids, i * size));
    const missing: number[] = [];
    for (let i = 0; i < log10.length; i++)
      for (const at of [i * n, i * n + 1]) {
        const step = key(ids, at);
        if (known.has(step)) continue;
        known.add(step);
        missing.push(...ids.subarray(at, at + size));
      }
    const count = missing.length / size;
    complete[n - 2] = {
      ids: concat(Uint32Array, shorter.ids, missing),
      log10: concat(Float32Array, shorter.log10, new Array<number>(count).fill(NaN)),
      backoff: concat(Float32Array, shorter.backoff, new Array<number>(count).fill(0)),
    };
  }
  return complete;
}

function concat<T extends Uint32Array | Float32Array>(
  Kind: new (length: number) => T,
  a: T,
  b: readonly number[],
): T {
  const both = new Kind(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
