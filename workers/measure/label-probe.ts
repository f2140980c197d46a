import type { Blocks } from '../../contract/blocks.ts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles } from '../../contract/datasets.ts';
import { dataSet, type Results } from '../../contract/entities.ts';
import type { Model } from '../blocks/model.ts';
import { besideOf, classesOf, readSplit, spreadSentences, type Split } from '../text/split.ts';
import type { Breathe } from './breathe.ts';
import { fitLogisticCalmly } from './logistic.ts';
import type { Writer } from './write-samples.ts';

export type Probed = Pick<Results, 'probeAccuracy' | 'probeCommonest' | 'probeLabel'>;

/** Training sentences the classifier learns from, at most: its accuracy settles long before. */
const LEARNED = 10_000;
const MEASURED = 5000;

interface Probe {
  readonly model: Pick<Model, 'posterior' | 'classes'>;
  readonly writer: Pick<Writer, 'encodeCalmly'>;
  /** Of the method: without a label column that it reads the first of the data set is probed. */
  readonly blocks: Pick<Blocks, 'labels' | 'posterior'>;
}

/**
 * How well a linear classifier reads a label from posterior means: fitted on the training split, measured on the test
 * split, sentences without a label left out. Null where the data have no label that varies, or the method no code.
 */
export async function probeLabel(
  { dataSetFolder }: { dataSetFolder: string },
  { model, writer, blocks }: Probe,
  breathe: Breathe,
): Promise<Probed> {
  const nothing = { probeAccuracy: null, probeCommonest: null, probeLabel: null };
  const description = await readFile(path.join(dataSetFolder, dataSetFiles.description), 'utf8');
  const about = dataSet.pick({ labels: true }).parse(JSON.parse(description));
  const { labels } = blocks;
  const columns = labels.length > 0 ? labels : [0];
  const beside = { ...besideOf(blocks), columns };
  const probed = about.labels[columns[0]!];
  if (!model.posterior || !probed) return nothing;
  const [train, test] = await Promise.all([
    readSplit(dataSetFolder, 'train', beside),
    readSplit(dataSetFolder, 'test', beside),
  ]);
  if (train.count === 0 || test.count === 0) return nothing;
  const [learned, measured] = [spreadSentences(train, LEARNED), spreadSentences(test, MEASURED)];
  const classes = classesOf(learned, [measured])[0]!.count;
  if (new Set(learned.labels![0]!).size < 2) return nothing;
  const points = async (split: Split): Promise<Float32Array> =>
    (await writer.encodeCalmly(told(split, model), { sampled: false }, breathe))!;
  const from = await points(learned);
  const data = { points: from, dim: model.posterior.dim, labels: learned.labels![0]!, classes };
  const found = (await fitLogisticCalmly(data, breathe)).predict(await points(measured));
  await breathe();
  const real = measured.labels![0]!;
  return {
    probeAccuracy: shareOfHits(found, real),
    probeCommonest: commonest(real),
    probeLabel: probed.name,
  };
}

/** Only a method that reads labels is fed them. */
const told = ({ labels, ...split }: Split, { classes }: Probe['model']): Split =>
  classes.length > 0 && labels ? { ...split, labels } : split;

function shareOfHits(found: Int32Array, real: Int32Array): number {
  let hits = 0;
  found.forEach((label, i) => (hits += label === real[i] ? 1 : 0));
  return hits / real.length;
}

/** Share of the most frequent label. */
function commonest(labels: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) / labels.length;
}
