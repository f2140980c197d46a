import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles } from '../../contract/datasets.ts';
import { dataSet } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { methodOf } from '../../contract/methods/own.ts';
import type { ModelAnswer, ModelTask, TrainJob } from '../../contract/worker.ts';
import { build } from '../blocks/block.ts';
import { klWeights } from '../blocks/kl-weights/index.ts';
import { buildModel } from '../blocks/model.ts';
import { tokeniser } from '../text/tokenise.ts';
import { toldLabel } from '../../contract/told-label.ts';
import { openEngine } from '../tensor/index.ts';
import { besideOf, readSplits, sentenceOf, splitFrom, vectorsOfRows, type Split } from '../text/split.ts';
import { readVocabulary } from '../text/vocabulary.ts';
import { restoreBest } from '../train/checkpoint.ts';
import type { Breathe } from './breathe.ts';
import { saveSampleSet, type Scale } from './sample-set.ts';
import { keptBleu } from './self-bleu.ts';
import { scaleOf } from './finish.ts';
import { writerOf } from './write-samples.ts';

export interface TaskEvents {
  readonly breathe: Breathe;
  readonly onShare: (share: number) => void;
}

const description = dataSet.pick({ settings: true });

/** The best model of a run, ready to answer. Throws `runs.no-model` and what opening an engine throws. */
export async function openSavedModel(job: TrainJob) {
  const method = methodOf(job);
  const config = method.configure(job.options);
  const [vocabulary, about] = await Promise.all([
    readVocabulary(job.dataSetFolder),
    readFile(path.join(job.dataSetFolder, dataSetFiles.description), 'utf8'),
  ]);
  const { settings } = description.parse(JSON.parse(about));
  const engine = await openEngine({ backend: job.backend, seed: job.seed, threads: job.threads });
  const splits = await readSplits(job.dataSetFolder, besideOf(config.blocks));
  const { train, classes } = splits;
  const klWeight = build(klWeights, config.blocks.klWeight, { updatesPerEpoch: 1 });
  const model = buildModel(
    { config, vocabulary: vocabulary.words.length, classes, sentences: train.count, klWeight },
    engine,
  );
  await restoreBest(job.runFolder, engine, job.runId);
  const writer = writerOf(model, engine, vocabulary, train);
  const greedy = { kind: 'greedy' } as const;
  let scale: Scale | undefined;

  const tokenise = tokeniser(settings);
  const told = toldLabel(config.blocks);
  const commonest = classes.map(({ shares }) => shares.indexOf(Math.max(...shares)));
  /** Throws `samples.label-unseen`: a value may stand in the evaluator split alone. */
  const classOf = (label: number | null): number | null => {
    if (!told) return null;
    const { count } = classes[told.index]!;
    if (label !== null && label >= count)
      throw new AppError('samples.label-unseen', { label: label + 1, count });
    return label ?? commonest[told.index]!;
  };
  /** Classes of `count` sentences in every column that is read: the told one, the commonest elsewhere. */
  const labelsOf = (count: number, label: (i: number) => number | null): Int32Array[] =>
    commonest.map((usual, c) =>
      Int32Array.from({ length: count }, (_, i) => (c === told?.index ? (label(i) ?? usual) : usual)),
    );
  /** Vectors of sentences that the data set has. Throws `samples.no-vectors` for any other. */
  const vectorsFor = vectorFinder([splits.test, splits.validation, train], (ids) => vocabulary.sentence(ids));
  /** Sentences as the data set would have them. */
  const splitOfTexts = (texts: readonly string[], label: number | null): Split => {
    const split = splitFrom(texts.map((text) => vocabulary.ids(tokenise(text).join(' '))));
    const labelled = classes.length === 0 ? split : { ...split, labels: labelsOf(split.count, () => label) };
    return model.vectors ? { ...labelled, vectors: vectorsFor(split) } : labelled;
  };
  const known = new Set(vocabulary.words);
  const unknownIn = (texts: readonly string[]): string[] => [
    ...new Set(texts.flatMap(tokenise).filter((word) => !known.has(word))),
  ];
  const codesOf = (split: Split, action: string, how: { sampled: boolean; seed?: number }): Float32Array => {
    const codes = writer.encode(split, how);
    if (!codes) throw new AppError('samples.no-prior', { method: method.title, action });
    return codes;
  };

  return async (task: ModelTask, events: TaskEvents): Promise<ModelAnswer> => {
    switch (task.kind) {
      case 'sample': {
        const { decoding, seed, count, setId } = task;
        const texts = await writer.fromPrior({ count, decoding, seed }, events);
        scale ??= await scaleOf(job, { vocabulary, train });
        const drawnFrom = model.drawsSentences ? ('sentences' as const) : undefined;
        const set = saveSampleSet(job, { id: setId, kind: 'prior', drawnFrom, decoding, seed, texts }, scale);
        return { kind: 'sample', set };
      }
      case 'reconstruct': {
        const copies = task.mean ? 1 : task.copies;
        const label = classOf(task.label);
        const split = splitOfTexts(
          task.sentences.flatMap((text) => Array<string>(copies).fill(text)),
          label,
        );
        const codes = codesOf(split, 'reconstruct', { sampled: !task.mean, seed: task.seed });
        const { labels = [] } = split;
        const texts = await writer.fromCodes(codes, { decoding: greedy, labels }, events);
        const reconstructions = task.sentences.map((_, i) => texts.slice(i * copies, (i + 1) * copies));
        return { kind: 'reconstruct', reconstructions, unknown: unknownIn(task.sentences), label };
      }
      case 'interpolate': {
        const label = classOf(task.label);
        const ends = codesOf(splitOfTexts([task.from, task.to], label), 'interpolate', { sampled: false });
        const path = interpolated(ends, task.steps);
        const labels = labelsOf(task.steps, () => label);
        const sentences = await writer.fromCodes(path, { decoding: greedy, labels }, events);
        return { kind: 'interpolate', sentences, label };
      }
      case 'transfer': {
        if (!told) throw new AppError('samples.no-label', { method: method.title });
        const from = classOf(task.from)!;
        const wanted = task.to.map((label) => classOf(label)!);
        const { sentences } = task;
        const read = splitOfTexts(sentences, from);
        const codes = codesOf(read, 'rewrite', { sampled: false });
        // One code for every pair of sentence and label, labels fastest.
        const { dim } = model.posterior!;
        const repeated = new Float32Array(codes.length * wanted.length);
        for (let i = 0; i < sentences.length * wanted.length; i++) {
          const row = Math.floor(i / wanted.length);
          repeated.set(codes.subarray(row * dim, (row + 1) * dim), i * dim);
        }
        const labels = labelsOf(sentences.length * wanted.length, (i) => wanted[i % wanted.length]!);
        const texts = await writer.fromCodes(repeated, { decoding: greedy, labels }, events);
        const rewritten = sentences.map((_, i) => texts.slice(i * wanted.length, (i + 1) * wanted.length));
        const selfBleu = rewritten.map((each, i) => {
          const given = vocabulary.sentence(sentenceOf(read, i));
          return each.map((text) => keptBleu(text, given));
        });
        return { kind: 'transfer', rewritten, selfBleu, from, unknown: unknownIn(sentences) };
      }
    }
  };
}

/** Codes on the straight line between two ([2, dim]), both ends included: [steps, dim]. */
export function interpolated(ends: Float32Array, steps: number): Float32Array {
  const dim = ends.length / 2;
  const out = new Float32Array(steps * dim);
  for (let s = 0; s < steps; s++) {
    const share = s / (steps - 1);
    for (let j = 0; j < dim; j++) out[s * dim + j] = (1 - share) * ends[j]! + share * ends[dim + j]!;
  }
  return out;
}

/** Looks the vectors of sentences up by their words in splits that bear vectors. */
function vectorFinder(splits: readonly Split[], toText: (ids: Int32Array) => string) {
  let known: Map<string, Float32Array> | undefined;
  const index = (): Map<string, Float32Array> => {
    const found = new Map<string, Float32Array>();
    for (const split of splits)
      for (let row = 0; row < split.count; row++)
        found.set(sentenceOf(split, row).join(' '), vectorsOfRows(split.vectors!, [row]));
    return found;
  };
  return (split: Split): NonNullable<Split['vectors']> => {
    known ??= index();
    const { width } = splits[0]!.vectors!;
    const data = new Float32Array(split.count * width);
    for (let row = 0; row < split.count; row++) {
      const ids = sentenceOf(split, row);
      const vector = known.get(ids.join(' '));
      if (!vector) throw new AppError('samples.no-vectors', { sentence: toText(ids) });
      data.set(vector, row * width);
    }
    return { data, width };
  };
}
