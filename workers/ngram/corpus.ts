import { AppError } from '../../contract/errors.ts';
import { BOS, EOS, RESERVED, UNK, Vocabulary } from './vocabulary.ts';

const LF = 10;

/** Training separates words at space, TAB, CR and NUL; everything else, even a no-break space, is part of a word. */
const separates = new Uint8Array(256);
for (const byte of [0, 9, LF, 13, 32]) separates[byte] = 1;

const encoder = new TextEncoder();

/**
 * What to do where the text holds `<s>`, `</s>` or `<unk>` as words: refuse it, drop them as if they were blanks, or
 * drop the first two and count `<unk>` like any word (for text in which rare words were replaced by it).
 */
export type Reserved = 'refuse' | 'skip' | 'count-unk';

/**
 * A training text as one long row of word ids: `<s> w w w </s> <s> w ...`. Rows of n words never reach over a
 * `</s>`, so nothing else marks the sentences.
 */
export class Corpus {
  vocabulary = Vocabulary.create();
  sentences = 0;
  /** Words without `<s>` and `</s>`. */
  words = 0;
  #tokens = new Uint32Array(1 << 16);
  #length = 0;
  readonly #reserved: Reserved;

  constructor(options: { reserved?: Reserved } = {}) {
    this.#reserved = options.reserved ?? 'refuse';
  }

  get length(): number {
    return this.#length;
  }

  /** The ids, followed by at least `padding` zeros so that windows of that many words can be read at the end. */
  tokens(padding: number): Uint32Array {
    this.#reserve(padding);
    return this.#tokens.fill(0, this.#length);
  }

  /** One tokenised sentence; a line break inside it starts another one. */
  addSentence(sentence: string): void {
    const bytes = encoder.encode(sentence);
    this.#addLines(bytes, bytes.length);
  }

  /** Whole lines; a last line without its line break counts as one that has it. */
  addText(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#addLines(bytes, bytes[bytes.length - 1] === LF ? bytes.length - 1 : bytes.length);
  }

  /** Replaces every id by `map[id]` and the vocabulary by `vocabulary`. */
  renumber(map: Uint32Array, vocabulary: Vocabulary): void {
    const tokens = this.#tokens;
    for (let i = 0; i < this.#length; i++) tokens[i] = map[tokens[i]!]!;
    this.vocabulary = vocabulary;
  }

  #addLines(bytes: Uint8Array, end: number): void {
    let start = 0;
    for (;;) {
      const found = bytes.indexOf(LF, start);
      const stop = found < 0 || found > end ? end : found;
      this.#addLine(bytes, start, stop);
      if (stop >= end) return;
      start = stop + 1;
    }
  }

  #addLine(bytes: Uint8Array, start: number, end: number): void {
    // A line of n bytes holds at most (n + 1) / 2 words, and two marks go around them.
    this.#reserve((end - start) / 2 + 4);
    const tokens = this.#tokens;
    const vocabulary = this.vocabulary;
    const before = this.#length;
    let length = before;
    tokens[length++] = BOS;
    let i = start;
    for (;;) {
      while (i < end && separates[bytes[i]!]) i++;
      if (i >= end) break;
      const from = i;
      while (i < end && !separates[bytes[i]!]) i++;
      const id = vocabulary.add(bytes, from, i);
      if (id >= RESERVED.length || (id === UNK && this.#reserved === 'count-unk')) tokens[length++] = id;
      else if (this.#reserved === 'refuse')
        throw new AppError('ngram.reserved-word', { word: RESERVED[id]!, line: this.sentences + 1 });
    }
    this.words += length - before - 1;
    tokens[length++] = EOS;
    this.#length = length;
    this.sentences++;
  }

  #reserve(more: number): void {
    const needed = this.#length + Math.ceil(more);
    if (needed <= this.#tokens.length) return;
    const grown = new Uint32Array(Math.max(needed, Math.ceil(this.#tokens.length * 1.5)));
    grown.set(this.#tokens.subarray(0, this.#length));
    this.#tokens = grown;
  }
}
