import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataSetFiles } from '../../contract/datasets.ts';
import { labelTinyData } from '../text/testing-labels.ts';
import { writeTinyDataSet } from '../text/testing.ts';
import type { Split } from '../text/split.ts';
import { probeLabel } from './label-probe.ts';

let [folder, plain] = ['', ''];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'label-probe-'));
  plain = path.join(folder, 'plain');
  await writeTinyDataSet({ folder: plain, train: 200 });
  await writeTinyDataSet({ folder, train: 200 });
  await labelTinyData(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const breathe = async () => {};
/** A model whose posterior mean is the given function of the label it would be asked for. */
const probe = (encode: (split: Split) => Float32Array, labels: readonly number[] = [], at = folder) =>
  probeLabel(
    { dataSetFolder: at },
    {
      model: {
        posterior: { dim: 1 } as never,
        classes: labels.map(() => ({ count: 2, shares: [0.5, 0.5] })),
      },
      writer: { encodeCalmly: async (split) => encode(split) },
      blocks: { labels, posterior: { kind: 'point', dim: 1 } },
    },
    breathe,
  );
/** The topic of every sentence: its second word (see the tiny text). */
const topics = (split: Split) =>
  Float32Array.from({ length: split.count }, (_, i) => {
    const animals = ids.slice(0, 3);
    return animals.includes(split.tokens[split.offsets[i]! + 1]!) ? 1 : 0;
  });
let ids: number[] = [];
beforeAll(() => {
  const words = readFileSync(path.join(folder, dataSetFiles.vocabulary), 'utf8').split('\n');
  ids = ['cat', 'dog', 'bird'].map((word) => words.indexOf(word));
});

test('a code that shows the label is read without a mistake, and the commonest label is said beside it', async () => {
  const found = await probe(topics);
  const real = readFileSync(path.join(folder, dataSetFiles.labels('test', 0)));
  const labels = new Int32Array(real.buffer, real.byteOffset, real.length / 4);
  const ones = labels.filter((label) => label === 1).length / labels.length;
  expect(found).toEqual({
    probeAccuracy: 1,
    probeCommonest: Math.max(ones, 1 - ones),
    probeLabel: 'topic',
  });
});

test('a code that shows nothing reaches what guessing the commonest training label does', async () => {
  const { probeAccuracy, probeCommonest } = await probe((split) => new Float32Array(split.count).fill(2));
  expect([probeCommonest!, 1 - probeCommonest!].map((share) => share.toFixed(6))).toContain(
    probeAccuracy!.toFixed(6),
  );
});

test('only a method that reads labels is told them', async () => {
  const seen: (Split['labels'] | undefined)[] = [];
  const see = (split: Split) => {
    seen.push(split.labels);
    return topics(split);
  };
  await probe(see);
  expect(seen).toEqual([undefined, undefined]);
  await probe(see, [0]);
  expect(seen.at(-1)).toHaveLength(1);
});

test('without a label that varies nothing is measured', async () => {
  const nothing = { probeAccuracy: null, probeCommonest: null, probeLabel: null };
  expect(await probe(topics, [], plain)).toEqual(nothing);
  const train = path.join(plain, dataSetFiles.labels('train', 0));
  const about = JSON.parse(readFileSync(path.join(plain, dataSetFiles.description), 'utf8')) as object;
  writeFileSync(
    path.join(plain, dataSetFiles.description),
    JSON.stringify({ ...about, labels: [{ name: 'one', values: [{ value: 'same', count: 200 }] }] }),
  );
  writeFileSync(train, new Uint8Array(4 * 200));
  writeFileSync(path.join(plain, dataSetFiles.labels('test', 0)), new Uint8Array(4 * 50));
  expect(await probe(topics, [], plain)).toEqual(nothing);
});
