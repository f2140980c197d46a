/**
 * Scores many sentences together, order by order: first every record that may be needed is asked for, then all are read.
 * Same sums as `scoreLine`, to the last bit.
 */
import type { NgramModel } from './model.ts';
import { BASE, buildProbing, keep, LINE, lineOf, OFFSET, RECORD, type ProbingTable } from './probing.ts';
import { separates, type Convention, type Line } from './score.ts';
import { backoffAt, log10At } from './trie.ts';
import { BOS, EOS, UNK, type Vocabulary } from './vocabulary.ts';
import { buildWordTable, findInTable, wordPlace, type WordTable } from './word-table.ts';

/** Words scored together: enough to keep memory busy, few enough for the nearest cache. */
const BATCH = 512;

export class BatchScorer {
  readonly #order: number;
  readonly #words: WordTable;
  readonly #tables: readonly ProbingTable[];
  /** log10 p and log10 backoff of each word, and two zeros for the empty place. */
  readonly #unigrams: Float32Array;
  /** factors[k]: of the word k places before the last one. */
  readonly #factors: Int32Array;
  /** No word has it; stands before each sentence, so that nothing is matched across. */
  readonly #nothing: number;
  // By place in the batch. The first `order` places stay empty.
  #ids = new Uint32Array(0);
  #hashes = new Int32Array(0);
  #references = new Uint32Array(0);
  #found = new Uint8Array(0);
  #scores = new Float64Array(0);
  /** By place and words of context, 1 .. order - 1. */
  #backoffs = new Float64Array(0);
  /** Places still to be matched, and those that were. */
  #pending = new Uint32Array(0);
  #matched = new Uint32Array(0);
  #places = new Uint32Array(0);
  /** Last eight bytes of each word; the other arrays hold where it stands while a line is read. */
  #lows = new Uint32Array(0);
  #highs = new Uint32Array(0);
  #length = 0;
  /** How many are pending. */
  #count = 0;
  readonly #characters: number[] = [];

  constructor(model: NgramModel) {
    const { levels, vocabulary } = model;
    this.#order = levels.length;
    this.#words = buildWordTable(vocabulary);
    this.#tables = buildProbing(levels);
    const unigrams = levels[0]!;
    this.#unigrams = new Float32Array(vocabulary.size * 2 + 2);
    for (let w = 0; w < vocabulary.size; w++) {
      this.#unigrams[w * 2] = log10At(unigrams, w);
      if (levels.length > 1) this.#unigrams[w * 2 + 1] = backoffAt(unigrams, w);
    }
    this.#factors = new Int32Array(levels.length);
    this.#factors[0] = 1;
    for (let k = 1; k < levels.length; k++) this.#factors[k] = Math.imul(this.#factors[k - 1]!, BASE);
    this.#nothing = vocabulary.size;
    this.#grow(BATCH * 2);
    this.#length = this.#order;
  }

  /** The sentence bytes[start, end); true when it is time to `flush`. */
  add(bytes: Uint8Array, start: number, end: number, convention: Convention, unknown: Vocabulary): boolean {
    // A line of n bytes holds at most (n + 1) / 2 words; three marks go around them.
    const most = this.#length + ((end - start + 1) >>> 1) + 3;
    if (most > this.#ids.length) this.#grow(most * 2);
    const ids = this.#ids;
    const words = this.#words;
    let length = this.#length;
    const hashes = this.#hashes;
    const references = this.#references;
    const places = this.#places;
    const lows = this.#lows;
    const highs = this.#highs;
    let characters = 0;
    let touched = 0;
    ids[length++] = this.#nothing;
    ids[length++] = BOS;
    const begin = length;
    let i = start;
    for (;;) {
      while (i < end && bytes[i]! <= 32 && separates[bytes[i]!]) i++;
      if (i >= end) break;
      const from = i;
      let low = 0;
      let high = 0;
      let all = 0;
      for (; i < end; i++) {
        const byte = bytes[i]!;
        if (byte <= 32 && separates[byte]) break;
        high = (high << 8) | (low >>> 24);
        low = (low << 8) | byte;
        all |= byte;
      }
      characters += (all & 0x80 ? codePoints(bytes, from, i) : i - from) + 1;
      hashes[length] = wordPlace(words, low, high, i - from);
      references[length] = from;
      places[length] = i;
      lows[length] = low;
      highs[length] = high;
      length++;
    }
    const { records } = words;
    for (let t = begin; t < length; t++) touched |= records[hashes[t]!]!;
    keep(touched);
    for (let t = begin; t < length; t++) {
      const from = references[t]!;
      const to = places[t]!;
      const found = findInTable(words, hashes[t]!, lows[t]!, highs[t]!, bytes, from, to);
      ids[t] = found < 0 ? UNK : found;
      if (found <= UNK) unknown.add(bytes, from, to);
    }
    if (convention === 'workbench') {
      if (length === begin) characters++;
      ids[length++] = EOS;
    }
    this.#characters.push(characters);
    this.#length = length;
    return length >= BATCH;
  }

  /** Scores what was added; `onLine` receives each sentence's sums in the order they came. */
  flush(line: Line, onLine: (line: Line) => void): void {
    this.#start();
    for (let k = 2; k <= this.#order; k++) this.#match(k);
    this.#sum(line, onLine);
    this.#length = this.#order;
    this.#characters.length = 0;
  }

  /** Every word as a unigram. */
  #start(): void {
    const ids = this.#ids;
    const hashes = this.#hashes;
    const references = this.#references;
    const found = this.#found;
    const scores = this.#scores;
    const backoffs = this.#backoffs;
    const pending = this.#pending;
    const unigrams = this.#unigrams;
    const order = this.#order;
    const nothing = this.#nothing;
    let count = 0;
    for (let t = order; t < this.#length; t++) {
      const id = ids[t]!;
      hashes[t] = id;
      references[t] = id + 1;
      found[t] = 1;
      scores[t] = unigrams[id * 2]!;
      backoffs[t * order + 1] = unigrams[id * 2 + 1]!;
      pending[count] = t;
      count += id === nothing ? 0 : 1;
    }
    this.#count = count;
  }

  /** Goes on from order k - 1 to k with the words that were matched so far. */
  #match(k: number): void {
    const { numbers, floats, scale } = this.#tables[k - 2]!;
    const ids = this.#ids;
    const hashes = this.#hashes;
    const references = this.#references;
    const found = this.#found;
    const scores = this.#scores;
    const backoffs = this.#backoffs;
    const pending = this.#pending;
    const matched = this.#matched;
    const places = this.#places;
    const order = this.#order;
    const back = k - 1;
    const factor = this.#factors[back]!;
    const count = this.#count;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const t = pending[i]!;
      const hash = (hashes[t]! + Math.imul(ids[t - back]!, factor)) | 0;
      hashes[t] = hash;
      places[i] = lineOf(hash, scale);
    }
    // By itself, since the fewer instructions a read takes, the more reads wait at the same time.
    for (let i = 0; i < count; i++) touched |= numbers[places[i]!]!;
    let left = 0;
    // Those whose line is full go on with the line behind it, in another round, so that they wait together too.
    for (let round = count; round > 0;) {
      let again = 0;
      for (let i = 0; i < round; i++) {
        const t = pending[i]!;
        const firstWord = ids[t - back]!;
        const rest = references[t]!;
        let at = places[i]!;
        const end = at + LINE;
        let met = numbers[at + 1]!;
        while (met !== 0 && (met !== rest || numbers[at] !== firstWord)) {
          at += RECORD;
          if (at === end) break;
          met = numbers[at + 1]!;
        }
        if (at === end) {
          at = at === numbers.length ? OFFSET : at;
          touched |= numbers[at]!;
          places[again] = at;
          pending[again++] = t;
        } else if (met !== 0) {
          references[t] = at + 1;
          found[t] = k;
          scores[t] = floats[at + 2]!;
          if (k < order) backoffs[t * order + k] = floats[at + 3]!;
          matched[left++] = t;
        }
      }
      round = again;
    }
    keep(touched);
    this.#pending = matched;
    this.#matched = pending;
    this.#count = left;
  }

  #sum(line: Line, onLine: (line: Line) => void): void {
    const ids = this.#ids;
    const found = this.#found;
    const order = this.#order;
    const most = order - 1;
    const scores = this.#scores;
    const backoffs = this.#backoffs;
    const nothing = this.#nothing;
    const length = this.#length;
    for (let t = order, sentence = 0; t < length; sentence++) {
      let log10 = 0;
      let oovLog10 = 0;
      let tokens = 0;
      let oov = 0;
      // Past the empty place and `<s>`.
      for (t += 2; t < length && ids[t] !== nothing; t++) {
        let score = scores[t]!;
        const context = Math.min(most, found[t - 1]!);
        for (let k = found[t]!; k <= context; k++) score += backoffs[(t - 1) * order + k]!;
        log10 += score;
        tokens++;
        if (ids[t] === UNK) {
          oov++;
          oovLog10 += score;
        }
      }
      line.log10 = log10;
      line.oovLog10 = oovLog10;
      line.tokens = tokens;
      line.oov = oov;
      line.characters = this.#characters[sentence]!;
      onLine(line);
    }
  }

  #grow(size: number): void {
    const order = this.#order;
    const ids = new Uint32Array(size);
    ids.set(this.#ids);
    this.#ids = ids;
    this.#hashes = new Int32Array(size);
    this.#references = new Uint32Array(size);
    this.#found = new Uint8Array(size);
    this.#scores = new Float64Array(size);
    this.#backoffs = new Float64Array(size * order);
    this.#pending = new Uint32Array(size);
    this.#matched = new Uint32Array(size);
    this.#places = new Uint32Array(size);
    this.#lows = new Uint32Array(size);
    this.#highs = new Uint32Array(size);
  }
}

function codePoints(bytes: Uint8Array, start: number, end: number): number {
  let points = 0;
  for (let i = start; i < end; i++) if ((bytes[i]! & 0xc0) !== 0x80) points++;
  return points;
}
