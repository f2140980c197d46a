/**
 * Two models mixed: p(w | h) = weight p_a(w | h) + (1 - weight) p_b(w | h).
 *
 * The two may know different words. Over the union of their vocabularies each model's `<unk>` stands for the words only
 * the other one knows and for those neither knows; its chance is shared out evenly among the former and one more for
 * the latter. So the mixture's chances add up to one as well.
 */
import { perplexity, type CorpusScore } from './corpus-score.ts';
import type { NgramModel } from './model.ts';
import type { Convention } from './score.ts';
import { EOS, UNK } from './vocabulary.ts';

export interface MixedWord {
  word: string;
  /** Known to neither model. */
  oov: boolean;
  log10: number;
}

export type MixedScore = Pick<
  CorpusScore,
  | 'tokens'
  | 'oov'
  | 'log10'
  | 'perplexityWithOov'
  | 'perplexityWithoutOov'
  | 'perSentence'
  | 'tokensPerSentence'
>;

export class MixedModel {
  readonly a: NgramModel;
  readonly b: NgramModel;
  /** Share of `a`. */
  readonly weight: number;
  /** log10 of the number of words over which each model's `<unk>` is spread. */
  readonly #spread: readonly [number, number];

  constructor(a: NgramModel, b: NgramModel, weight: number) {
    this.a = a;
    this.b = b;
    this.weight = weight;
    this.#spread = [Math.log10(1 + unknownTo(a, b)), Math.log10(1 + unknownTo(b, a))];
  }

  scoreSentence(text: string, convention: Convention = 'workbench'): MixedWord[] {
    return this.parts(text, convention).map(({ word, oov, log10A, log10B }) => ({
      word,
      oov,
      log10: Math.log10(this.weight * 10 ** log10A + (1 - this.weight) * 10 ** log10B),
    }));
  }

  scoreCorpus(texts: Iterable<string>, convention: Convention = 'workbench'): MixedScore {
    let [tokens, oov, log10, oovLog10] = [0, 0, 0, 0];
    const perSentence: number[] = [];
    const lengths: number[] = [];
    for (const text of texts) {
      let sentence = 0;
      const words = this.scoreSentence(text, convention);
      for (const word of words) {
        sentence += word.log10;
        if (word.oov) oovLog10 += word.log10;
        if (word.oov) oov++;
      }
      log10 += sentence;
      tokens += words.length;
      perSentence.push(sentence);
      lengths.push(words.length);
    }
    return {
      tokens,
      oov,
      log10,
      perplexityWithOov: perplexity(log10, tokens),
      perplexityWithoutOov: perplexity(log10 - oovLog10, tokens - oov),
      perSentence: Float64Array.from(perSentence),
      tokensPerSentence: Uint32Array.from(lengths),
    };
  }

  /** What each model says of each word, its `<unk>` spread. */
  parts(
    text: string,
    convention: Convention,
  ): { word: string; oov: boolean; log10A: number; log10B: number }[] {
    const a = this.a.scoreSentence(text, convention).words;
    const b = this.b.scoreSentence(text, convention).words;
    return a.map(({ word, log10 }, i) => {
      const end = convention === 'workbench' && i === a.length - 1;
      const knownA = end || this.a.id(word) !== UNK;
      const knownB = end || this.b.id(word) !== UNK;
      return {
        word,
        oov: !knownA && !knownB,
        log10A: knownA ? log10 : log10 - this.#spread[0],
        log10B: knownB ? b[i]!.log10 : b[i]!.log10 - this.#spread[1],
      };
    });
  }
}

/** Number of words that `b` lists and `a` does not. */
function unknownTo(a: NgramModel, b: NgramModel): number {
  let count = 0;
  for (let id = EOS + 1; id < b.vocabulary.size; id++) {
    const spelling = b.vocabulary.bytes(id);
    if (a.vocabulary.find(spelling, 0, spelling.length) < 0) count++;
  }
  return count;
}

export interface Tuned {
  model: MixedModel;
  weight: number;
  /** Perplexity of the held-out text after each round. */
  perplexities: number[];
}

/**
 * Mixes with the weight that suits the held-out text best, found by expectation-maximisation (Jelinek & Mercer 1980):
 * each round the weight becomes the mean share that `a` had in the chances, and the perplexity never rises.
 */
export function interpolateModels(
  a: NgramModel,
  b: NgramModel,
  heldOut: Iterable<string>,
  { rounds = 100, tolerance = 1e-6, convention = 'workbench' as Convention } = {},
): Tuned {
  const even = new MixedModel(a, b, 0.5);
  const pairs: [number, number][] = [];
  for (const text of heldOut)
    for (const { log10A, log10B } of even.parts(text, convention)) pairs.push([10 ** log10A, 10 ** log10B]);
  let weight = 0.5;
  const perplexities: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let share = 0;
    let log10 = 0;
    for (const [pa, pb] of pairs) {
      const p = weight * pa + (1 - weight) * pb;
      share += (weight * pa) / p;
      log10 += Math.log10(p);
    }
    perplexities.push(perplexity(log10, pairs.length));
    const next = share / pairs.length;
    const change = Math.abs(next - weight);
    weight = next;
    if (change < tolerance) break;
  }
  return { model: new MixedModel(a, b, weight), weight, perplexities };
}
