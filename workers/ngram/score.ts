/**
 * Scoring by KenLM's rule: the longest listed n-gram that ends in the word gives its chance; each context that had to
 * be shortened adds its backoff. The context is held as the trie nodes of all its endings, so each word costs one
 * look-up an order and stops at the first order that does not match.
 */
import { backoffAt, findChild, log10At, type TrieLevel } from './trie.ts';
import { BOS, EOS, UNK, type Vocabulary } from './vocabulary.ts';

/** Scoring separates words at space, TAB, LF, VT, FF and CR; a NUL is part of a word (training has it the other way). */
export const separates = new Uint8Array(256);
for (const byte of [9, 10, 11, 12, 13, 32]) separates[byte] = 1;

/** What is known of the words so far: nodes[k] is the last k words as an n-gram, k = 1 .. length. */
export class Context {
  readonly levels: readonly TrieLevel[];
  /** Length of the n-gram that gave the last word its chance. */
  matched = 0;
  #nodes: Int32Array;
  #spare: Int32Array;
  #length = 0;
  #stepping: boolean;

  /** `hasSteps`: some n-grams hold no chance of their own (NaN), as in pruned models of other programs. */
  constructor(levels: readonly TrieLevel[], hasSteps: boolean) {
    this.levels = levels;
    this.#nodes = new Int32Array(levels.length + 2);
    this.#spare = new Int32Array(levels.length + 2);
    this.#stepping = hasSteps;
    this.begin();
  }

  /** Back to the beginning of a sentence. */
  begin(): this {
    this.#nodes[1] = BOS;
    this.#length = Math.min(1, this.levels.length - 1);
    return this;
  }

  get length(): number {
    return this.#length;
  }

  /** Node of the last `words` words, at order `words`. */
  node(words: number): number {
    return this.#nodes[words]!;
  }

  copy(): Context {
    const copy = new Context(this.levels, this.#stepping);
    copy.#nodes.set(this.#nodes);
    copy.#length = this.#length;
    return copy;
  }

  /** log10 p of the word after this context, which then moves on past it. */
  advance(word: number): number {
    const levels = this.levels;
    const order = levels.length;
    const nodes = this.#nodes;
    const next = this.#spare;
    const length = this.#length;
    next[1] = word;
    let found = 1;
    while (found <= length) {
      const node = findChild(levels[found - 1]!, levels[found]!, nodes[found]!, word);
      if (node < 0) break;
      next[++found] = node;
    }
    let matched = found;
    let log10 = log10At(levels[matched - 1]!, next[matched]!);
    if (this.#stepping)
      while (Number.isNaN(log10) && matched > 1) log10 = log10At(levels[--matched - 1]!, next[matched]!);
    for (let k = matched; k <= length; k++) log10 += backoffAt(levels[k - 1]!, nodes[k]!);
    this.matched = matched;
    this.#length = found < order ? found : order - 1;
    this.#nodes = next;
    this.#spare = nodes;
    return log10;
  }
}

/** Whether the sentence end is scored and counted (`workbench`) or neither (`arae`, as in that method's release). */
export type Convention = 'workbench' | 'arae';

/** Sums over one sentence. */
export interface Line {
  log10: number;
  /** Part of `log10` that is of unknown words. */
  oovLog10: number;
  tokens: number;
  oov: number;
  /** Code points, the blank or line end after each word included. */
  characters: number;
}

export function emptyLine(): Line {
  return { log10: 0, oovLog10: 0, tokens: 0, oov: 0, characters: 0 };
}

/** Scores the line bytes[start, end): `line` receives the sums, `unknown` the unknown words, `onWord` each word. */
export function scoreLine(
  vocabulary: Vocabulary,
  context: Context,
  bytes: Uint8Array,
  start: number,
  end: number,
  convention: Convention,
  line: Line,
  unknown?: Vocabulary,
  onWord?: (from: number, to: number, id: number, log10: number) => void,
): void {
  let log10 = 0;
  let oovLog10 = 0;
  let tokens = 0;
  let oov = 0;
  let characters = 0;
  context.begin();
  let i = start;
  for (;;) {
    while (i < end && separates[bytes[i]!]) i++;
    if (i >= end) break;
    const from = i;
    while (i < end && !separates[bytes[i]!]) {
      if ((bytes[i]! & 0xc0) !== 0x80) characters++;
      i++;
    }
    const found = vocabulary.find(bytes, from, i);
    const id = found < 0 ? UNK : found;
    const score = context.advance(id);
    log10 += score;
    tokens++;
    characters++;
    if (id === UNK) {
      oov++;
      oovLog10 += score;
      unknown?.add(bytes, from, i);
    }
    onWord?.(from, i, id, score);
  }
  if (convention === 'workbench') {
    const score = context.advance(EOS);
    log10 += score;
    tokens++;
    if (tokens === 1) characters++;
    onWord?.(end, end, EOS, score);
  }
  line.log10 = log10;
  line.oovLog10 = oovLog10;
  line.tokens = tokens;
  line.oov = oov;
  line.characters = characters;
}
