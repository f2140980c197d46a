import { AppError } from '../../contract/errors.ts';
import { Corpus, type Reserved } from './corpus.ts';
import { checkCancelled, countNgrams } from './count.ts';
import {
  countCounts,
  estimateDiscounts,
  explainFlaw,
  FALLBACK,
  type CountOfCounts,
  type Discounts,
  type Flaw,
} from './discounts.ts';
import { estimateTrie } from './estimate.ts';
import { withLastNgramRule } from './last-ngram.ts';
import { readLines } from './lines.ts';
import { limitVocabulary } from './limit.ts';
import { NgramModel, type ModelCard } from './model.ts';
import type { Watch } from './progress.ts';

export const MAX_ORDER = 6;

export interface TrainOptions extends Watch {
  /** Words in the longest n-gram, 1 to 6. */
  order: number;
  /** Count the greatest n-gram as KenLM does (off: as the method says). Shows on small texts only. */
  lastNgramRule?: boolean;
  /**
   * Orders whose discounts cannot be estimated take these (true: 0.5, 1, 1.5) instead of ending the training. Small
   * or repetitive texts, samples among them, need it.
   */
  discountFallback?: boolean | Discounts;
  /** By order, not falling, the last one for all higher orders: n-grams that occur at most that often are left out. */
  prune?: number[];
  /** Keep this many of the most frequent words; all others are counted as the word `<unk>`. */
  vocabulary?: number;
  /** What to do where `<s>`, `</s>` or `<unk>` stand in the text as words. Default: an error. */
  reserved?: Reserved;
  /** For people: what the model is made of. */
  card?: ModelCard;
}

export interface FallbackOrder {
  order: number;
  flaw: Flaw;
  /** The warning, for a person. */
  sentence: string;
}

export interface TrainReport {
  order: number;
  sentences: number;
  words: number;
  /** Words listed, `<unk>`, `<s>` and `</s>` included. */
  types: number;
  /** n-grams by order, after pruning. */
  ngrams: number[];
  countOfCounts: CountOfCounts[];
  discounts: Discounts[];
  fallbackOrders: FallbackOrder[];
}

export interface Trained {
  model: NgramModel;
  report: TrainReport;
}

/** Estimates a model from tokenised sentences, tokens separated by blanks. */
export function trainNgram(sentences: Iterable<string>, options: TrainOptions): Trained {
  checkOptions(options);
  const corpus = new Corpus(options);
  for (const sentence of sentences) {
    corpus.addSentence(sentence);
    if ((corpus.sentences & 0x3fff) === 0) checkCancelled(options);
  }
  return trainOnCorpus(corpus, options);
}

/** The same from a text file of one sentence a line, plain or gzip. */
export function trainNgramFile(path: string, options: TrainOptions): Trained {
  checkOptions(options);
  const corpus = new Corpus(options);
  for (const { bytes, done } of readLines(path)) {
    corpus.addText(bytes);
    options.onProgress?.({ phase: 'reading', done });
    checkCancelled(options);
  }
  return trainOnCorpus(corpus, options);
}

/** The same from a text in memory. */
export function trainNgramBytes(text: Uint8Array, options: TrainOptions): Trained {
  checkOptions(options);
  const corpus = new Corpus(options);
  corpus.addText(text);
  return trainOnCorpus(corpus, options);
}

function checkOptions({ order, prune = [], vocabulary }: TrainOptions): void {
  const refuse = (option: string, reason: string) => {
    throw new AppError('ngram.option', { option, reason });
  };
  if (!Number.isInteger(order) || order < 1 || order > MAX_ORDER)
    refuse('order', `it must be a whole number from 1 to ${MAX_ORDER}`);
  if (prune.some((t, i) => !Number.isInteger(t) || t < (prune[i - 1] ?? 0)))
    refuse('prune', 'the thresholds must be whole numbers, none smaller than the one before');
  if ((prune[0] ?? 0) > 0)
    refuse('prune', 'the first threshold must be 0: single words are left out with the vocabulary limit');
  if (prune.length > order) refuse('prune', `there are more thresholds than orders (${order})`);
  if (vocabulary !== undefined && (!Number.isInteger(vocabulary) || vocabulary < 1))
    refuse('vocabulary', 'it must be a whole number above 0');
}

function trainOnCorpus(corpus: Corpus, options: TrainOptions): Trained {
  if (corpus.sentences === 0) throw new AppError('ngram.empty');
  if (options.vocabulary !== undefined) limitVocabulary(corpus, options.vocabulary);
  const { order } = options;
  const tokens = corpus.tokens(order);
  const types = corpus.vocabulary.size;
  const levels = countNgrams(tokens, corpus.length, order, types, options);
  let countOfCounts = levels.map(countCounts);
  if (options.lastNgramRule) countOfCounts = withLastNgramRule(countOfCounts, levels, tokens, corpus.length);
  const { discounts, fallbackOrders } = chooseDiscounts(countOfCounts, options.discountFallback ?? false);
  const thresholds = spreadThresholds(options.prune ?? [], order);
  const trie = estimateTrie(levels, discounts, thresholds, options);
  const model = new NgramModel({
    vocabulary: corpus.vocabulary,
    levels: trie,
    card: {
      ...options.card,
      sentences: corpus.sentences,
      words: corpus.words,
      discounts,
      fallbackOrders: fallbackOrders.map((f) => f.order),
      lastNgramRule: options.lastNgramRule ?? false,
      prune: thresholds,
    },
  });
  const report: TrainReport = {
    order,
    sentences: corpus.sentences,
    words: corpus.words,
    types,
    ngrams: model.counts,
    countOfCounts,
    discounts,
    fallbackOrders,
  };
  return { model, report };
}

/** One threshold an order; the last one given holds for all above. */
function spreadThresholds(prune: readonly number[], order: number): number[] {
  return Array.from({ length: order }, (_, i) => prune[i] ?? prune.at(-1) ?? 0);
}

function chooseDiscounts(
  countOfCounts: readonly CountOfCounts[],
  fallback: boolean | Discounts,
): { discounts: Discounts[]; fallbackOrders: FallbackOrder[] } {
  const given = typeof fallback === 'boolean' ? FALLBACK : fallback;
  const fallbackOrders: FallbackOrder[] = [];
  const discounts = countOfCounts.map((t, i) => {
    const estimate = estimateDiscounts(t);
    if ('discounts' in estimate) return estimate.discounts;
    const order = i + 1;
    const reason = explainFlaw(order, estimate.flaw);
    if (!fallback) throw discountError(order, estimate.flaw, reason);
    const sentence =
      `For n-grams of ${order} ${order === 1 ? 'word' : 'words'} the fixed discounts ${given.join(', ')} were used: ` +
      `${reason}. This is usual for small or repetitive texts.`;
    fallbackOrders.push({ order, flaw: estimate.flaw, sentence });
    return given;
  });
  return { discounts, fallbackOrders };
}

function discountError(order: number, flaw: Flaw, reason: string): AppError {
  return flaw.kind === 'missing-count'
    ? new AppError('ngram.discount-missing', { order, count: flaw.count, reason })
    : new AppError('ngram.discount-range', { order, count: flaw.count, value: flaw.value, reason });
}
