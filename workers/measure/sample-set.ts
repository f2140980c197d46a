import path from 'node:path';
import type { Decoding, Perplexity, SampleSet } from '../../contract/entities.ts';
import { runFiles, type SampleLine } from '../../contract/worker.ts';
import {
  forwardPerplexity,
  reversePerplexity,
  type NgramModel,
  type PerplexityReport,
} from '../ngram/index.ts';
import { writeWhole } from '../train/run-folder.ts';
import { selfBleu } from './self-bleu.ts';

/** Sentences that were written, before they are scored. */
export interface Written {
  readonly id: string;
  readonly kind: SampleSet['kind'];
  readonly drawnFrom?: SampleSet['drawnFrom'];
  readonly decoding: Decoding;
  readonly seed: number;
  readonly texts: readonly string[];
  /** Inputs of reconstructions, one a text. */
  readonly sources?: readonly string[];
}

/** What sentences are scored against. */
export interface Scale {
  readonly evaluator: NgramModel;
  readonly evaluatorTitle: string;
  /** The real test sentences, for the reverse perplexity. */
  readonly test: readonly string[];
  /** Tokenised training sentences as the model sees them. */
  readonly training: ReadonlySet<string>;
  /**
   * Every word with an id, each of which the reverse model has seen once: without them a collapsed sampler, whose few
   * words leave an unknown word cheap, would come out better than a varied one.
   */
  readonly words: readonly string[];
}

const words = (text: string): string[] => (text === '' ? [] : text.split(' '));

/** Counts of methods.md section 4: distinct-n, mean length, duplicates and copies of training sentences. */
export function textStatistics(texts: readonly string[], training: ReadonlySet<string>) {
  const unigrams = new Set<string>();
  const bigrams = new Set<string>();
  let [tokens, pairs, copied] = [0, 0, 0];
  for (const text of texts) {
    const each = words(text);
    tokens += each.length;
    pairs += Math.max(0, each.length - 1);
    each.forEach((word, i) => {
      unigrams.add(word);
      if (i > 0) bigrams.add(`${each[i - 1]!} ${word}`);
    });
    if (training.has(text)) copied++;
  }
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return {
    distinct1: share(unigrams.size, tokens),
    distinct2: share(bigrams.size, pairs),
    meanLength: share(tokens, texts.length),
    duplicateRate: share(texts.length - new Set(texts).size, texts.length),
    copiedRate: share(copied, texts.length),
  };
}

/** Null where it is infinite: samples without words leave no chance to any real word. */
function perplexityOf(
  { value, scored, interval }: PerplexityReport,
  sentences: number,
  languageModel: string,
): Perplexity | null {
  if (!Number.isFinite(value)) return null;
  const { low, high } = interval;
  return {
    value,
    sentences,
    tokens: scored.tokens,
    oov: scored.oov,
    ...(Number.isFinite(high) && { interval: [low, high] as [number, number] }),
    languageModel,
  };
}

/** Scores sentences, writes them to the run folder and says what came out. */
export function saveSampleSet(
  { runId, runFolder }: { runId: string; runFolder: string },
  { texts, sources, ...about }: Written,
  { evaluator, evaluatorTitle, test, training, words: vocabSmoothing }: Scale,
  now: () => number = Date.now,
): SampleSet {
  const forward = forwardPerplexity(evaluator, texts);
  const reverse =
    about.kind !== 'reconstruction' ? reversePerplexity(texts, test, { order: 5, vocabSmoothing }) : null;
  const lines = texts.map((text, i): SampleLine => {
    const tokens = words(text).length + 1;
    const log10 = -tokens * Math.log10(forward.perSentence[i]!);
    return { text, log10, tokens, ...(sources && { source: sources[i]! }) };
  });
  writeWhole(
    path.join(runFolder, runFiles.samples, `${about.id}.jsonl`),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  return {
    ...about,
    runId,
    count: texts.length,
    createdAt: now(),
    fppl: perplexityOf(forward, texts.length, evaluatorTitle),
    rppl: reverse && perplexityOf(reverse, texts.length, `${texts.length} samples`),
    ...textStatistics(texts, training),
    selfBleu: selfBleu(texts),
  };
}
