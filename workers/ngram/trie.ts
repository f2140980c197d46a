/**
 * The n-grams of a model as a trie read forwards: below each n-gram stand, sorted by id, the words that may follow it.
 * Every order is a few flat arrays, so a model is opened by pointing into one buffer.
 */

export type WordIds = Uint16Array | Uint32Array;
export type Codes = Uint8Array | Uint16Array;

/** One order, as it is stored. */
export interface TrieLevel {
  /** Last word of each n-gram; at order 1 the index itself. */
  words: WordIds;
  /** Children of n-gram i are [first[i], first[i + 1]) of the next level; empty at the highest order. */
  first: Uint32Array;
  /** log10 p, or the values that `log10Codes` names. NaN: the n-gram is only a step on the way to longer ones. */
  log10: Float32Array;
  log10Codes?: Codes;
  /** log10 of the backoff, or the values that `backoffCodes` names; empty at the highest order. */
  backoff: Float32Array;
  backoffCodes?: Codes;
}

/** Where a binary search gives way to a walk. */
const WALK = 8;

/** Index in `children` of `word` below n-gram `parent` of `level`, or -1. */
export function findChild(level: TrieLevel, children: TrieLevel, parent: number, word: number): number {
  let low = level.first[parent]!;
  let high = level.first[parent + 1]!;
  const words = children.words;
  while (high - low > WALK) {
    const middle = (low + high) >>> 1;
    if (words[middle]! <= word) low = middle;
    else high = middle;
  }
  for (; low < high; low++) {
    const met = words[low]!;
    if (met >= word) return met === word ? low : -1;
  }
  return -1;
}

export function log10At(level: TrieLevel, index: number): number {
  const codes = level.log10Codes;
  return codes ? level.log10[codes[index]!]! : level.log10[index]!;
}

export function backoffAt(level: TrieLevel, index: number): number {
  const codes = level.backoffCodes;
  return codes ? level.backoff[codes[index]!]! : level.backoff[index]!;
}

/** Index of an n-gram given by its word ids, or -1. */
export function findNgram(levels: readonly TrieLevel[], ids: ArrayLike<number>): number {
  let index = ids[0]!;
  for (let n = 1; n < ids.length && index >= 0; n++) {
    if (n >= levels.length) return -1;
    index = findChild(levels[n - 1]!, levels[n]!, index, ids[n]!);
  }
  return index;
}

/** Number of n-grams, by order. */
export function ngramCounts(levels: readonly TrieLevel[]): number[] {
  return levels.map((level) => level.words.length);
}
