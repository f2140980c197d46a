import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles, firstWord } from '../../contract/datasets.ts';
import type { Decoding, Phase, Results, SampleSet } from '../../contract/entities.ts';
import type { MethodConfig } from '../../contract/methods/index.ts';
import type { TrainJob } from '../../contract/worker.ts';
import type { Model } from '../blocks/model.ts';
import { openNgram } from '../ngram/index.ts';
import type { Engine } from '../tensor/index.ts';
import { sentenceOf, spreadSentences, takeRows, type Split } from '../text/split.ts';
import type { Vocabulary } from '../text/vocabulary.ts';
import type { Breathe } from './breathe.ts';
import { probeLabel } from './label-probe.ts';
import { measureTest } from './results.ts';
import { saveSampleSet, type Scale, type Written } from './sample-set.ts';
import { writerOf, type Step, type Writer } from './write-samples.ts';

/** Seed of the sample sets that every run makes: one for all, so that their sentences can be aligned. */
export const SAMPLE_SEED = 1;
/** Test sentences in the reconstruction set. */
const RECONSTRUCTED = 200;

/** The sets a finished run has: what it writes from the prior, by the decodings that are compared. */
export function decodingsOf({
  posterior,
  prior,
  writes,
  drawsSentences,
}: Pick<Model, 'posterior' | 'prior' | 'writes' | 'drawsSentences'>): readonly Decoding[] {
  const temperatures: Decoding[] = [
    { kind: 'temperature', temperature: 0.5 },
    { kind: 'temperature', temperature: 1 },
  ];
  // Without a code there is one likeliest sentence, so greedy and beam would write it over and over.
  if (!posterior) return temperatures;
  return (prior || drawsSentences) && writes
    ? [...temperatures, { kind: 'greedy' }, { kind: 'beam', width: 5 }]
    : [];
}

/**
 * Whether sentences are also written from codes of real ones: where codes stand still, what such sentences lack is the
 * decoder's doing, and what samples lack beyond that the prior's.
 */
export const writesOutlines = ({
  posterior,
  prior,
  writes,
}: Pick<Model, 'posterior' | 'prior' | 'writes'>): boolean =>
  writes && prior !== null && posterior?.still !== undefined;
/** As the samples whose perplexities stand in the results. */
const outlineDecoding = { kind: 'temperature', temperature: 1 } as const;

/** The same in every stretch of a run, so that a run measured anew replaces its sets. */
export function setIdOf(runId: string, kind: SampleSet['kind'], decoding: Decoding): string {
  if (kind === 'reconstruction') return `${runId}.reconstruction`;
  if (kind === 'outline') return `${runId}.outlines`;
  switch (decoding.kind) {
    case 'temperature':
      return `${runId}.temperature-${decoding.temperature}`;
    case 'beam':
      return `${runId}.beam-${decoding.width}`;
    case 'greedy':
      return `${runId}.greedy`;
  }
}

export interface Finished {
  readonly model: Model;
  readonly engine: Engine;
  readonly config: MethodConfig;
  readonly vocabulary: Vocabulary;
  readonly train: Split;
  readonly validation: Split;
  readonly test: Split;
}

export interface FinishEvents {
  readonly breathe: Breathe;
  report(phase: Phase, share: number): void;
  sampled(set: SampleSet): void;
}

/** What sentences of a run are scored against. */
export async function scaleOf(
  job: TrainJob,
  { vocabulary, train }: Pick<Finished, 'vocabulary' | 'train'>,
): Promise<Scale> {
  const text = await readFile(path.join(job.dataSetFolder, dataSetFiles.text('test')), 'utf8');
  return {
    evaluator: openNgram(job.evaluatorModel),
    evaluatorTitle: job.evaluatorTitle,
    test: text.split('\n').filter((line) => line !== ''),
    training: new Set(
      Array.from({ length: train.count }, (_, i) => vocabulary.sentence(sentenceOf(train, i))),
    ),
    words: vocabulary.words.slice(firstWord),
  };
}

/** Testing, sampling and scoring of a trained model. */
export async function finishRun(job: TrainJob, run: Finished, events: FinishEvents): Promise<Results> {
  const { model, engine, config, vocabulary, test } = run;
  const { breathe } = events;
  events.report('testing', 0);
  const measures = await measureTest(model, engine, test, {
    hidden: config.architecture.hidden,
    settings: config.evaluation,
    breathe,
    onShare: (share) => events.report('testing', share),
  });

  const writer = writerOf(model, engine, vocabulary, run.train);
  const probe = await probeLabel(job, { model, writer, blocks: config.blocks }, breathe);

  const written = await writeSets(job, run, writer, events);

  events.report('scoring', 0);
  const scale = await scaleOf(job, run);
  let main: SampleSet | undefined;
  for (const [i, each] of written.entries()) {
    const set = saveSampleSet(job, each, scale);
    const { kind, decoding } = set;
    if (kind === 'prior' && decoding.kind === 'temperature' && decoding.temperature === 1) main = set;
    events.sampled(set);
    events.report('scoring', (i + 1) / written.length);
    await breathe();
  }
  return {
    ...measures,
    ...probe,
    fppl: main?.fppl?.value ?? null,
    rppl: main?.rppl?.value ?? null,
    samples: config.evaluation.samples,
  };
}

async function writeSets(
  { runId }: TrainJob,
  { model, config, vocabulary, validation, test }: Finished,
  writer: Writer,
  { breathe, report }: FinishEvents,
): Promise<Written[]> {
  const decodings = decodingsOf(model);
  // Beam search keeps several hypotheses a sentence, each as dear as a sentence.
  const cost = (decoding: Decoding): number => (decoding.kind === 'beam' ? decoding.width : 1);
  const outlines = writesOutlines(model);
  const total = decodings.reduce((sum, decoding) => sum + cost(decoding), outlines ? 1 : 0);
  const written: Written[] = [];
  let done = 0;
  report('sampling', 0);
  for (const decoding of decodings) {
    const texts = await writer.fromPrior(
      { count: config.evaluation.samples, decoding, seed: SAMPLE_SEED },
      { breathe, onShare: (share) => report('sampling', (done + share * cost(decoding)) / total) },
    );
    done += cost(decoding);
    written.push({
      id: setIdOf(runId, 'prior', decoding),
      kind: 'prior',
      ...(model.drawsSentences && { drawnFrom: 'sentences' }),
      decoding,
      seed: SAMPLE_SEED,
      texts,
    });
  }
  if (outlines) {
    const texts = await outlineSamples(
      writer,
      validation,
      { count: config.evaluation.samples, seed: SAMPLE_SEED },
      { breathe, onShare: (share) => report('sampling', (done + share) / total) },
    );
    const decoding = outlineDecoding;
    written.push({
      ...{ id: setIdOf(runId, 'outline', decoding), kind: 'outline', decoding, seed: SAMPLE_SEED },
      texts,
    });
  }
  const sentences = spreadSentences(test, RECONSTRUCTED);
  const codes = model.writes ? writer.encode(sentences, { sampled: false }) : null;
  if (codes) {
    const decoding = { kind: 'greedy' } as const;
    written.push({
      id: setIdOf(runId, 'reconstruction', decoding),
      kind: 'reconstruction',
      decoding,
      seed: SAMPLE_SEED,
      texts: await writer.fromCodes(codes, { decoding, labels: sentences.labels ?? [] }, { breathe }),
      sources: Array.from({ length: sentences.count }, (_, i) =>
        vocabulary.sentence(sentenceOf(sentences, i)),
      ),
    });
  }
  return written;
}

/**
 * `count` sentences from codes of real ones, spread over the split and taken again where there are fewer. Words are drawn
 * with the numbers that samples from the prior are drawn with.
 */
export async function outlineSamples(
  writer: Writer,
  split: Split,
  { count, seed }: { count: number; seed: number },
  events: Step,
): Promise<string[]> {
  const spread = spreadSentences(split, count);
  const sentences = takeRows(
    spread,
    Array.from({ length: count }, (_, i) => i % spread.count),
  );
  const codes = writer.encode(sentences, { sampled: false })!;
  return writer.fromCodes(codes, { decoding: outlineDecoding, seed, labels: sentences.labels ?? [] }, events);
}
