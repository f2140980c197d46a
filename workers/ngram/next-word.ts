/** What may come next: the whole distribution, the likeliest words, draws from it, and surprisal against it. */
import type { NgramModel } from './model.ts';
import { uniform } from './random.ts';
import type { Context } from './score.ts';
import { backoffAt, log10At } from './trie.ts';
import { BOS, EOS, UNK } from './vocabulary.ts';

export interface Candidate {
  word: string;
  log10: number;
}

export interface Surprisal {
  word: string;
  /** Length of the n-gram that matched. */
  order: number;
  oov: boolean;
  log10: number;
  /** Surprisal in bits: -log2 p. */
  bits: number;
  /** How many words the model thought at least as likely here, this one included. */
  rank: number;
  /** The likeliest words here, most likely first. */
  alternatives: Candidate[];
}

/**
 * Chances of every word after a context, by word id; `<s>` has none. Built from the shortest context up: each longer
 * one scales all by its backoff and sets the words it lists.
 */
export class NextWord {
  readonly #model: NgramModel;
  readonly #unigrams: Float64Array;
  /** The result; overwritten by each call of `after`. */
  readonly #chances: Float64Array;

  constructor(model: NgramModel) {
    this.#model = model;
    const level = model.levels[0]!;
    this.#unigrams = Float64Array.from({ length: model.vocabulary.size }, (_, w) => 10 ** log10At(level, w));
    this.#unigrams[BOS] = 0;
    this.#chances = new Float64Array(this.#unigrams.length);
  }

  after(context: Context): Float64Array {
    const { levels } = this.#model;
    const chances = this.#chances;
    chances.set(this.#unigrams);
    for (let k = 1; k <= context.length; k++) {
      const node = context.node(k);
      const level = levels[k - 1]!;
      const rest = 10 ** backoffAt(level, node);
      if (rest !== 1) for (let w = 0; w < chances.length; w++) chances[w]! *= rest;
      const children = levels[k]!;
      for (let c = level.first[node]!, end = level.first[node + 1]!; c < end; c++) {
        const log10 = log10At(children, c);
        if (!Number.isNaN(log10)) chances[children.words[c]!] = 10 ** log10;
      }
    }
    return chances;
  }
}

/** Ids of the `count` greatest chances, greatest first; ties by id. */
function likeliest(chances: Float64Array, count: number): number[] {
  const best: number[] = [];
  for (let id = 0; id < chances.length; id++) {
    const chance = chances[id]!;
    if (id === BOS || (best.length === count && chance <= chances[best.at(-1)!]!)) continue;
    let at = best.length;
    while (at > 0 && chances[best[at - 1]!]! < chance) at--;
    best.splice(at, 0, id);
    if (best.length > count) best.pop();
  }
  return best;
}

function contextOf(model: NgramModel, text: string): Context {
  const context = model.context();
  for (const word of text.split(/\s+/)) if (word !== '') context.advance(model.id(word));
  return context;
}

function candidate(model: NgramModel, chances: Float64Array, id: number): Candidate {
  return { word: model.vocabulary.word(id), log10: Math.log10(chances[id]!) };
}

/** The likeliest words after the beginning of a sentence; `</s>` is its end, `<unk>` any word the model does not know. */
export function nextWords(model: NgramModel, beginning: string, count = 10): Candidate[] {
  const chances = new NextWord(model).after(contextOf(model, beginning));
  return likeliest(chances, count).map((id) => candidate(model, chances, id));
}

/** Every word of the sentence and its end, with how surprising it was and what would have been likelier. */
export function surprisals(model: NgramModel, text: string, alternatives = 5): Surprisal[] {
  const next = new NextWord(model);
  const context = model.context();
  const { words } = model.scoreSentence(text);
  return words.map(({ word, order, log10 }, i) => {
    const chances = next.after(context);
    const end = i === words.length - 1;
    const id = end ? EOS : model.id(word);
    let rank = 1;
    for (const chance of chances) if (chance > chances[id]!) rank++;
    const likely = likeliest(chances, alternatives).map((w) => candidate(model, chances, w));
    context.advance(id);
    return { word, order, oov: id === UNK, log10, bits: -log10 / Math.log10(2), rank, alternatives: likely };
  });
}

export interface SampleOptions {
  seed: number;
  /** Chances are raised to 1 / temperature and scaled to sum to one. */
  temperature?: number;
  /** Words, the sentence end not counted. */
  maxWords?: number;
  /** Beginning of the sentence, kept in the result. */
  beginning?: string;
}

/** Draws a sentence; `<unk>` is never drawn. The same seed gives the same sentence. */
export function sampleSentence(
  model: NgramModel,
  options: SampleOptions,
  next = new NextWord(model),
): string {
  const { seed, temperature = 1, maxWords = 100, beginning = '' } = options;
  const words = beginning.split(/\s+/).filter((word) => word !== '');
  const context = contextOf(model, beginning);
  for (let step = 0; words.length < maxWords; step++) {
    const weights = next.after(context);
    weights[UNK] = 0;
    if (temperature !== 1)
      for (let w = 0; w < weights.length; w++) weights[w] = weights[w]! ** (1 / temperature);
    const id = draw(weights, uniform(seed, step));
    if (id === EOS) break;
    context.advance(id);
    words.push(model.vocabulary.word(id));
  }
  return words.join(' ');
}

/** Sentences of consecutive seeds. */
export function* sampleSentences(
  model: NgramModel,
  count: number,
  options: SampleOptions,
): Generator<string> {
  const next = new NextWord(model);
  for (let i = 0; i < count; i++) yield sampleSentence(model, { ...options, seed: options.seed + i }, next);
}

function draw(weights: Float64Array, u: number): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  let left = u * sum;
  for (let id = 0; id < weights.length; id++) {
    left -= weights[id]!;
    if (left < 0) return id;
  }
  // Rounding ate the rest: the last word that can be drawn.
  return weights.findLastIndex((weight) => weight > 0);
}
