/** Scores whole texts and sums up. */
import type { BatchScorer } from './batch.ts';
import type { NgramModel } from './model.ts';
import { emptyLine, scoreLine, type Context, type Convention, type Line } from './score.ts';
import { RESERVED, Vocabulary } from './vocabulary.ts';

export interface CorpusScore {
  tokens: number;
  oov: number;
  log10: number;
  perplexityWithOov: number;
  /** Leaves the unknown words out of sum and count; words after them keep what they scored there. */
  perplexityWithoutOov: number;
  /** Different unknown words. */
  oovTypes: number;
  /**
   * The chance of `<unk>` shared out evenly among the different unknown words met (Ueberla 1994). The plain perplexity
   * falls when a model knows fewer words, because each unknown one costs but a single `<unk>`; this one does not, so
   * it is the one to compare models of different vocabularies by.
   */
  perplexityAdjusted: number;
  /** Code points with one blank or line end a token; for comparing models whose vocabularies differ. */
  characters: number;
  perplexityPerCharacter: number;
  /** log10 by sentence. */
  perSentence: Float64Array;
  tokensPerSentence: Uint32Array;
}

/** 10 ^ (-mean log10); NaN when nothing was counted. */
export function perplexity(log10: number, tokens: number): number {
  return tokens > 0 ? 10 ** (-log10 / tokens) : NaN;
}

/** Scores one corpus, line after line. */
export class CorpusRun {
  readonly #model: NgramModel;
  readonly #convention: Convention;
  readonly #context: Context;
  readonly #line = emptyLine();
  readonly #take = (line: Line) => this.#sum(line);
  #batch: BatchScorer | undefined;

  /** Spellings of the unknown words. */
  readonly #unknown = Vocabulary.create();
  #log10 = 0;
  #oovLog10 = 0;
  #tokens = 0;
  #oov = 0;
  #characters = 0;
  #scores = new Float64Array(1024);
  #lengths = new Uint32Array(1024);
  #sentences = 0;

  constructor(model: NgramModel, convention: Convention) {
    this.#model = model;
    this.#convention = convention;
    this.#context = model.context();
    this.#batch = model.batchScorerWhenDue(0);
  }

  /** The sentence bytes[start, end), which need not last. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const convention = this.#convention;
    if (this.#batch) {
      if (this.#batch.add(bytes, start, end, convention, this.#unknown))
        this.#batch.flush(this.#line, this.#take);
      return;
    }
    const { vocabulary } = this.#model;
    const line = this.#line;
    scoreLine(vocabulary, this.#context, bytes, start, end, convention, line, this.#unknown);
    this.#sum(line);
    this.#batch = this.#model.batchScorerWhenDue(line.tokens);
  }

  #sum(line: Line): void {
    const i = this.#sentences++;
    if (i === this.#scores.length) {
      const scores = new Float64Array(i * 2);
      scores.set(this.#scores);
      this.#scores = scores;
      const lengths = new Uint32Array(i * 2);
      lengths.set(this.#lengths);
      this.#lengths = lengths;
    }
    this.#scores[i] = line.log10;
    this.#lengths[i] = line.tokens;
    this.#log10 += line.log10;
    this.#oovLog10 += line.oovLog10;
    this.#tokens += line.tokens;
    this.#oov += line.oov;
    this.#characters += line.characters;
  }

  result(): CorpusScore {
    this.#batch?.flush(this.#line, this.#take);
    const oovTypes = this.#unknown.size - RESERVED.length;
    const shared = this.#oov * Math.log10(Math.max(1, oovTypes));
    return {
      tokens: this.#tokens,
      oov: this.#oov,
      log10: this.#log10,
      perplexityWithOov: perplexity(this.#log10, this.#tokens),
      perplexityWithoutOov: perplexity(this.#log10 - this.#oovLog10, this.#tokens - this.#oov),
      oovTypes,
      perplexityAdjusted: perplexity(this.#log10 - shared, this.#tokens),
      characters: this.#characters,
      perplexityPerCharacter: perplexity(this.#log10, this.#characters),
      perSentence: this.#scores.slice(0, this.#sentences),
      tokensPerSentence: this.#lengths.slice(0, this.#sentences),
    };
  }
}
