/**
 * Counting. All starting points of the text are sorted by the words that follow them; equal runs of words are then
 * neighbours, and one walk along the sorted row meets every n-gram of every order in lexicographic order, which is
 * the order of the trie. No hash table of n-grams is ever made; cost and memory grow with the text and not with its
 * square, whatever the text.
 */
import { AppError } from '../../contract/errors.ts';
import type { Watch } from './progress.ts';
import { BOS, EOS } from './vocabulary.ts';

/** The n-grams of one order, in lexicographic order of their word ids. */
export interface Level {
  /** Last word of each n-gram. At order 1 the index itself is the word. */
  words: Uint32Array;
  /**
   * Children (n-grams one word longer) of n-gram i stand at [first[i], first[i + 1]) of the next level. Empty at the
   * highest order.
   */
  first: Uint32Array;
  /** Index, one order down, of the n-gram without its first word. At order 1 nothing. */
  suffix: Uint32Array;
  /** How often the n-gram occurs. */
  raw: Uint32Array;
  /** What Kneser-Ney counts: raw at the highest order and after `<s>`, else the number of different words before it. */
  adjusted: Uint32Array;
}

/** Low four bits: words in common with the neighbour before; high four: words up to the sentence end, at most N. */
type Overlap = Uint8Array;

export function checkCancelled(watch: Watch): void {
  if (watch.signal?.aborted) throw new AppError('ngram.cancelled');
}

/**
 * All n-grams up to `order`; element n - 1 holds order n.
 * @param tokens ids, at least `order` of padding behind the first `length`
 */
export function countNgrams(
  tokens: Uint32Array,
  length: number,
  order: number,
  types: number,
  watch: Watch = {},
): Level[] {
  const positions = sortPositions(tokens, length, order, types, watch);
  checkCancelled(watch);
  const { levels, overlap } = growTrie(tokens, positions, order, types);
  linkSuffixes(levels, positions, overlap, watch);
  adjustCounts(levels);
  return levels;
}

/** Starting points in the order of the `order` words that follow: stable counting sorts, least significant first. */
function sortPositions(
  tokens: Uint32Array,
  length: number,
  order: number,
  types: number,
  watch: Watch,
): Uint32Array {
  let from = new Uint32Array(length);
  let to = new Uint32Array(length);
  for (let i = 0; i < length; i++) from[i] = i;
  const place = new Uint32Array(types + 1);
  for (let ahead = order - 1; ahead >= 0; ahead--) {
    checkCancelled(watch);
    watch.onProgress?.({ phase: 'counting', done: (0.5 * (order - 1 - ahead)) / order });
    place.fill(0);
    for (let i = 0; i < length; i++) place[tokens[i + ahead]! + 1]!++;
    for (let w = 0; w < types; w++) place[w + 1]! += place[w]!;
    for (let i = 0; i < length; i++) {
      const position = from[i]!;
      to[place[tokens[position + ahead]!]!++] = position;
    }
    [from, to] = [to, from];
  }
  return from;
}

/**
 * The trie and, for each sorted position, its overlap. An n-gram begins where a position has fewer than n words in
 * common with the one before, and has ended at the next such place; the way between is how often it occurs.
 */
function growTrie(
  tokens: Uint32Array,
  positions: Uint32Array,
  order: number,
  types: number,
): { levels: Level[]; overlap: Overlap } {
  const length = positions.length;
  const overlap = new Uint8Array(length);
  // No order has more n-grams than there are positions. Memory that is never touched is never taken.
  const size = (n: number) => (n === 1 ? types : length);
  const words = Array.from({ length: order }, (_, i) => new Uint32Array(size(i + 1)));
  const raw = Array.from({ length: order }, (_, i) => new Uint32Array(size(i + 1)));
  const first = Array.from({ length: order }, (_, i) => new Uint32Array(i + 1 < order ? size(i + 1) + 1 : 0));
  /** met[n]: n-grams of order n met so far, so the current one has index met[n] - 1. */
  const met = new Int32Array(order + 2);
  /** Where the current n-gram of each order began. */
  const began = new Int32Array(order + 1);
  let open = 0;

  for (let i = 0; i < length; i++) {
    const p = positions[i]!;
    const q = i > 0 ? positions[i - 1]! : p;
    let common = 0;
    while (common < open && tokens[p + common] === tokens[q + common]) common++;
    for (let n = common + 1; n <= open; n++) raw[n - 1]![met[n]! - 1] = i - began[n]!;
    let n = common;
    while (n < order && !(n > 0 && tokens[p + n - 1] === EOS)) {
      n++;
      const word = tokens[p + n - 1]!;
      // Words that were jumped over occur nowhere and have no children; every word is a unigram all the same.
      const index = n === 1 ? word : met[n]!;
      if (n < order) {
        const starts = first[n - 1]!;
        for (let k = met[n]!; k <= index; k++) starts[k] = met[n + 1]!;
      }
      words[n - 1]![index] = word;
      met[n] = index + 1;
      began[n] = i;
    }
    open = n;
    overlap[i] = (open << 4) | common;
  }
  for (let n = 1; n <= open; n++) raw[n - 1]![met[n]! - 1] = length - began[n]!;

  const sizes = Array.from(met.subarray(1, order + 1));
  for (let w = 0; w < types; w++) words[0]![w] = w;
  sizes[0] = types;
  for (let n = 1; n < order; n++) first[n - 1]!.fill(sizes[n]!, met[n], sizes[n - 1]! + 1);
  const levels = sizes.map((count, i): Level => ({
    words: words[i]!.subarray(0, count),
    first: first[i]!.subarray(0, i + 1 < order ? count + 1 : 0),
    suffix: new Uint32Array(i > 0 ? count : 0),
    raw: raw[i]!.subarray(0, count),
    adjusted: new Uint32Array(0),
  }));
  return { levels, overlap };
}

/** The n-gram that starts at p has as its suffix the (n-1)-gram that starts at p + 1. */
function linkSuffixes(levels: Level[], positions: Uint32Array, overlap: Overlap, watch: Watch): void {
  const length = positions.length;
  if (levels.length > 1) levels[1]!.suffix.set(levels[1]!.words);
  const startingAt = new Uint32Array(length);
  for (let n = 3; n <= levels.length; n++) {
    checkCancelled(watch);
    watch.onProgress?.({ phase: 'counting', done: 0.5 + (0.5 * (n - 2)) / levels.length });
    let index = -1;
    for (let i = 0; i < length; i++) {
      const words = overlap[i]! >> 4;
      if (words < n - 1) continue;
      if ((overlap[i]! & 15) < n - 1) index++;
      startingAt[positions[i]!] = index;
    }
    const suffix = levels[n - 1]!.suffix;
    let next = 0;
    for (let i = 0; i < length; i++)
      if (overlap[i]! >> 4 >= n && (overlap[i]! & 15) < n) suffix[next++] = startingAt[positions[i]! + 1]!;
  }
}

function adjustCounts(levels: Level[]): void {
  levels.at(-1)!.adjusted = levels.at(-1)!.raw;
  let from = BOS;
  let to = BOS + 1;
  for (let n = 1; n < levels.length; n++) {
    const level = levels[n - 1]!;
    const adjusted = new Uint32Array(level.words.length);
    for (const suffix of levels[n]!.suffix) adjusted[suffix]!++;
    if (n > 1) adjusted.set(level.raw.subarray(from, to), from);
    level.adjusted = adjusted;
    [from, to] = [level.first[from]!, level.first[to]!];
  }
  levels[0]!.adjusted[BOS] = 0;
}
