import { BatchScorer } from './batch.ts';
import { CorpusRun, type CorpusScore } from './corpus-score.ts';
import { Context, emptyLine, scoreLine, type Convention } from './score.ts';
import type { Discounts } from './discounts.ts';
import { ngramCounts, type TrieLevel } from './trie.ts';
import type { Vocabulary } from './vocabulary.ts';
import { EOS, RESERVED, UNK } from './vocabulary.ts';

/** What a model is made of; travels in its file. */
export interface ModelCard {
  /** In words: title, text, purpose, limits, licence. All optional, for people. */
  title?: string;
  madeOf?: string;
  goodFor?: string;
  notFor?: string;
  licence?: string;
  sentences?: number;
  words?: number;
  discounts?: Discounts[];
  fallbackOrders?: number[];
  lastNgramRule?: boolean;
  /** Thresholds by order. */
  prune?: number[];
  /** Bits a number, when quantised. */
  quantised?: 8 | 16;
}

export interface ScoredWord {
  word: string;
  /** Length of the n-gram that matched. */
  order: number;
  log10: number;
}

export interface SentenceScore {
  /** Sum over the words and the sentence end. */
  log10: number;
  /** Words and the sentence end. */
  tokens: number;
  oov: number;
  words: ScoredWord[];
}

const encoder = new TextEncoder();
const LF = 10;
/** Beyond this the tables would take more than 800 MB. */
const MOST_IN_TABLES = 25e6;

/** A back-off n-gram model, however it was made. What it says never changes after it is made. */
export class NgramModel {
  readonly order: number;
  readonly vocabulary: Vocabulary;
  readonly levels: readonly TrieLevel[];
  readonly card: ModelCard;
  /** Some n-grams have no chance of their own (see `TrieLevel.log10`). */
  readonly hasSteps: boolean;

  #batch: BatchScorer | undefined;
  #scored = 0;
  readonly #dueAfter: number;

  constructor(parts: {
    vocabulary: Vocabulary;
    levels: readonly TrieLevel[];
    card?: ModelCard;
    hasSteps?: boolean;
  }) {
    this.order = parts.levels.length;
    this.vocabulary = parts.vocabulary;
    this.levels = parts.levels;
    this.card = parts.card ?? {};
    this.hasSteps = parts.hasSteps ?? false;
    this.#dueAfter = this.counts.reduce((sum, count) => sum + count, 0) / 2;
  }

  /** Number of n-grams by order. */
  get counts(): number[] {
    return ngramCounts(this.levels);
  }

  /** At the beginning of a sentence. */
  context(): Context {
    return new Context(this.levels, this.hasSteps);
  }

  /** Id of a word, `<unk>`'s when the model does not list it. */
  id(word: string): number {
    return Math.max(UNK, this.vocabulary.findWord(word));
  }

  scoreSentence(text: string, convention: Convention = 'workbench'): SentenceScore {
    const bytes = encoder.encode(text);
    const context = this.context();
    const words: ScoredWord[] = [];
    const line = emptyLine();
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    scoreLine(
      this.vocabulary,
      context,
      bytes,
      0,
      bytes.length,
      convention,
      line,
      undefined,
      (from, to, id, log10) => {
        const word = from === to && id === EOS ? RESERVED[EOS] : decoder.decode(bytes.subarray(from, to));
        words.push({ word, order: context.matched, log10 });
      },
    );
    return { log10: line.log10, tokens: line.tokens, oov: line.oov, words };
  }

  /** Each text is one sentence. */
  scoreCorpus(texts: Iterable<string>, convention: Convention = 'workbench'): CorpusScore {
    const run = new CorpusRun(this, convention);
    let scratch = new Uint8Array(1 << 12);
    for (const text of texts) {
      // A UTF-16 unit becomes at most three bytes.
      if (text.length * 3 > scratch.length) scratch = new Uint8Array(text.length * 6);
      run.add(scratch, 0, encoder.encodeInto(text, scratch).written);
    }
    return run.result();
  }

  /** Each line is one sentence; a last line without its line break counts. */
  scoreText(chunks: Iterable<Uint8Array>, convention: Convention = 'workbench'): CorpusScore {
    const run = new CorpusRun(this, convention);
    for (const bytes of chunks) {
      for (let start = 0; start < bytes.length;) {
        const found = bytes.indexOf(LF, start);
        const end = found < 0 ? bytes.length : found;
        run.add(bytes, start, end);
        start = end + 1;
      }
    }
    return run.result();
  }

  /**
   * What scores whole texts two to three times as fast, for 32 bytes an n-gram: made by the first call. Nothing for
   * models it does not serve.
   */
  batchScorer(): BatchScorer | undefined {
    const ngrams = this.counts.reduce((sum, count) => sum + count, 0);
    if (this.hasSteps || ngrams > MOST_IN_TABLES) return undefined;
    return (this.#batch ??= new BatchScorer(this));
  }

  /**
   * To be told of tokens scored by the trie; answers the batch scorer once it is worth its making. That costs about as
   * much as the trie takes longer over half as many tokens as there are n-grams, so never more than twice the least is
   * spent, however much is still to come.
   */
  batchScorerWhenDue(tokens: number): BatchScorer | undefined {
    if (this.#batch) return this.#batch;
    this.#scored += tokens;
    return this.#scored > this.#dueAfter ? this.batchScorer() : undefined;
  }
}
