/**
 * The n-grams of a model as one hash table an order, for scoring whole texts (the layout is KenLM's `probing` model,
 * Heafield 2011). Where an n-gram is looked for depends on its words alone, so the look-ups of many words and orders
 * wait for memory at the same time. A record names the n-gram exactly, not by a hash: its first word, and the record of
 * the n-gram without that word, which was found one order below.
 */
import { backoffAt, log10At, type TrieLevel } from './trie.ts';

/** Numbers a record: first word, reference of the rest, log10 p, log10 backoff. */
export const RECORD = 4;
/** Numbers a cache line; looking for an n-gram begins where one begins. */
export const LINE = 16;
/** Share of the records in use: the fuller, the more often a second line must be read. */
const FILL = 0.5;
/** glibc puts a large buffer 16 bytes behind a page's beginning; as many records are skipped to meet cache lines. */
export const OFFSET = 12;
/** Looked for at the same time while the table is built. */
const BATCH = 256;

/** The n-grams of one order of at least 2. */
export interface ProbingTable {
  readonly numbers: Uint32Array;
  /** The same memory. */
  readonly floats: Float32Array;
  /** From a hash to the cache line. */
  readonly scale: number;
}

/** The polynomial hash of words w1 .. wn is the sum of w[n-k] * factor(k) mod 2^32. */
export const BASE = 0x9e3779b1;

/** Where the cache line begins in which an n-gram of that hash is looked for first. */
export function lineOf(hash: number, scale: number): number {
  let h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  h = (h ^ (h >>> 13)) >>> 0;
  return ((((h * scale) >>> 0) << 4) + OFFSET) | 0;
}

/** The record after the one at `at`. */
function next(at: number, length: number): number {
  return at + RECORD === length ? OFFSET : at + RECORD;
}

const linesFor = (ngrams: number) => Math.ceil((ngrams * RECORD) / FILL / LINE) + 1;
/** Some records stay free, so every search ends; behind the last record it goes on with the first. */
const tableLength = (ngrams: number) => OFFSET + linesFor(ngrams) * LINE;

/**
 * A table for each order from 2 up (index 0 is order 2). A unigram is referred to by its id + 1, a longer n-gram by
 * where its record begins, + 1; 0 is no reference and marks a free record.
 */
export function buildProbing(levels: readonly TrieLevel[]): ProbingTable[] {
  const types = levels[0]!.words.length;
  const ids = new Uint32Array(types);
  for (let w = 0; w < types; w++) ids[w] = w;
  let below: Below = { suffixes: ids, hashes: ids, firstWords: ids, references: ids.map((w) => w + 1) };
  const tables: ProbingTable[] = [];
  for (let n = 2; n <= levels.length; n++) {
    const walked = walk(levels, n, below);
    const { table, references } = fill(levels[n - 1]!, walked, below.references);
    tables.push(table);
    below = { ...walked, references };
  }
  return tables;
}

/** What is known of the n-grams of an order, by their index in the trie. */
interface Walked {
  /** Index, one order below, of the n-gram without its first word. */
  suffixes: Uint32Array;
  hashes: Uint32Array;
  firstWords: Uint32Array;
}
interface Below extends Walked {
  references: Uint32Array;
}

function walk(levels: readonly TrieLevel[], n: number, below: Below): Walked {
  const parents = levels[n - 2]!;
  const { words } = levels[n - 1]!;
  const size = words.length;
  const walked: Walked = {
    suffixes: new Uint32Array(size),
    hashes: new Uint32Array(size),
    firstWords: new Uint32Array(size),
  };
  const { suffixes, hashes, firstWords } = walked;
  const { first } = parents;
  // Below order 3 what is left without the first word is the word itself.
  const families = n > 2 ? levels[n - 3]!.first : undefined;
  for (let parent = 0, from = first[0]!; parent < parents.words.length; parent++) {
    const to = first[parent + 1]!;
    if (from === to) continue;
    const hash = Math.imul(below.hashes[parent]!, BASE);
    const firstWord = below.firstWords[parent]!;
    let at = families ? families[below.suffixes[parent]!]! : 0;
    for (let i = from; i < to; i++) {
      const word = words[i]!;
      if (families) at = gallop(parents.words, at, families[below.suffixes[parent]! + 1]!, word);
      suffixes[i] = families ? at : word;
      hashes[i] = hash + word;
      firstWords[i] = firstWord;
    }
    from = to;
  }
  return walked;
}

/** Index of `word`, known to be in the sorted words[low, end). */
function gallop(words: ArrayLike<number>, low: number, end: number, word: number): number {
  let step = 1;
  while (low + step < end && words[low + step]! <= word) {
    low += step;
    step *= 2;
  }
  let high = Math.min(end, low + step);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (words[middle]! <= word) low = middle;
    else high = middle;
  }
  return low;
}

function fill(
  level: TrieLevel,
  { suffixes, hashes, firstWords }: Walked,
  shorter: Uint32Array,
): { table: ProbingTable; references: Uint32Array } {
  const size = level.words.length;
  const numbers = new Uint32Array(tableLength(size));
  const floats = new Float32Array(numbers.buffer);
  const scale = linesFor(size) / 2 ** 32;
  const references = new Uint32Array(size);
  const highest = level.backoff.length === 0;
  const places = new Uint32Array(BATCH);
  const rests = new Uint32Array(BATCH);
  for (let from = 0; from < size; from += BATCH) {
    const count = Math.min(BATCH, size - from);
    let touched = 0;
    for (let j = 0; j < count; j++) {
      const at = lineOf(hashes[from + j]!, scale);
      places[j] = at;
      touched |= numbers[at]!;
      rests[j] = shorter[suffixes[from + j]!]!;
    }
    keep(touched);
    for (let j = 0; j < count; j++) {
      let at = places[j]!;
      while (numbers[at + 1] !== 0) at = next(at, numbers.length);
      const i = from + j;
      numbers[at] = firstWords[i]!;
      numbers[at + 1] = rests[j]!;
      floats[at + 2] = log10At(level, i);
      if (!highest) floats[at + 3] = backoffAt(level, i);
      references[i] = at + 1;
    }
  }
  return { table: { numbers, floats, scale }, references };
}

const kept = new Int32Array(1);

/** Makes a value used, so that the compiler does not leave out the reads it came from. */
export function keep(value: number): void {
  kept[0] = value;
}
