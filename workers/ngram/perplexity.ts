/**
 * FPPL: real-text model, samples scored: are they fluent? RPPL: model of the samples, real text scored: do they cover
 * the language? Both depend on the number of samples, which therefore stands in the report. A sampler that repeats a few
 * words can have a low RPPL, since all other words then cost one cheap `<unk>`: look at `oov` and `adjusted` beside it,
 * or append the vocabulary.
 */
import { AppError } from '../../contract/errors.ts';
import { bootstrapPerplexity, type Interval } from './bootstrap.ts';
import { perplexity } from './corpus-score.ts';
import type { NgramModel } from './model.ts';
import type { Watch } from './progress.ts';
import type { Convention } from './score.ts';
import { trainNgram, type FallbackOrder } from './train.ts';

export interface PerplexityReport {
  kind: 'forward' | 'reverse';
  /** Unknown words scored as `<unk>` and counted. */
  value: number;
  /** Unknown words left out of sum and count. */
  withoutOov: number;
  /** See `CorpusScore.perplexityAdjusted`: the fair one when the models know different words, as RPPL's models do. */
  adjusted: number;
  perCharacter: number;
  convention: Convention;
  order: number;
  /** Number of samples: scored (forward) or trained on (reverse). Compare equal numbers only. */
  samples: number;
  /** What was scored. */
  scored: { sentences: number; tokens: number; oov: number; oovTypes: number };
  /** What the model was made from, where it is known. */
  training: { sentences?: number; words?: number };
  /** 95 % bootstrap interval over the scored sentences; the model is held fixed. */
  interval: Interval;
  /** Every word of the vocabulary was appended once, as a sentence of its own, to the text trained on. */
  vocabSmoothing: boolean;
  fallbackOrders: FallbackOrder[];
  /** Perplexity by scored sentence. */
  perSentence: Float64Array;
}

export interface ForwardOptions {
  convention?: Convention;
  replicates?: number;
  seed?: number;
}

export interface ReverseOptions extends ForwardOptions, Watch {
  order?: number;
  /** Words to append, each as one line, to the samples before training (as in the ARAE release). */
  vocabSmoothing?: readonly string[];
}

export function forwardPerplexity(
  model: NgramModel,
  samples: readonly string[],
  options: Convention | ForwardOptions = {},
): PerplexityReport {
  if (samples.length === 0) throw new AppError('ngram.empty');
  const settings = typeof options === 'string' ? { convention: options } : options;
  const { sentences, words } = model.card;
  const rest = {
    samples: samples.length,
    training: { sentences, words },
    vocabSmoothing: false,
    fallbackOrders: [],
  };
  return { kind: 'forward', ...score(model, samples, settings), ...rest };
}

/** `<unk>` in a sample counts as a word like any other, so that models that print it are neither refused nor flattered. */
export function reversePerplexity(
  samples: readonly string[],
  realTest: readonly string[],
  options: ReverseOptions = {},
): PerplexityReport {
  if (samples.length === 0 || realTest.length === 0) throw new AppError('ngram.empty');
  const { order = 5, vocabSmoothing = [], onProgress, signal } = options;
  const { model, report } = trainNgram([...samples, ...vocabSmoothing], {
    order,
    discountFallback: true,
    reserved: 'count-unk',
    onProgress,
    signal,
  });
  return {
    kind: 'reverse',
    ...score(model, realTest, options),
    samples: samples.length,
    training: { sentences: report.sentences, words: report.words },
    vocabSmoothing: vocabSmoothing.length > 0,
    fallbackOrders: report.fallbackOrders,
  };
}

type Scores = Omit<PerplexityReport, 'kind' | 'samples' | 'training' | 'vocabSmoothing' | 'fallbackOrders'>;

function score(model: NgramModel, sentences: readonly string[], options: ForwardOptions): Scores {
  const { convention = 'workbench', replicates, seed } = options;
  const sums = model.scoreCorpus(sentences, convention);
  return {
    value: sums.perplexityWithOov,
    withoutOov: sums.perplexityWithoutOov,
    adjusted: sums.perplexityAdjusted,
    perCharacter: sums.perplexityPerCharacter,
    convention,
    order: model.order,
    scored: { sentences: sentences.length, tokens: sums.tokens, oov: sums.oov, oovTypes: sums.oovTypes },
    interval: bootstrapPerplexity(sums.perSentence, sums.tokensPerSentence, { replicates, seed }),
    perSentence: sums.perSentence.map((log10, i) => perplexity(log10, sums.tokensPerSentence[i]!)),
  };
}
