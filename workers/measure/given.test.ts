import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataSetFiles } from '../../contract/datasets.ts';
import { representationFiles, representedSplits } from '../../contract/encoders.ts';
import { runFiles } from '../../contract/worker.ts';
import { philox } from '../tensor/index.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { readSplit, spreadSentences, takeRows } from '../text/split.ts';
import { ofKind, runHere, tinyData, tinyJob } from '../train/testing.ts';
import { openSavedModel } from './saved-model.ts';

const source = 'vectors-0123456789abcdef';
const width = 3;
const breathe = async (): Promise<void> => {};
const events = { breathe, onShare: () => {} };
let folder: string;
let dataSetFolder: string;
const tables: Partial<Record<(typeof representedSplits)[number], Float32Array>> = {};

const linesOf = (split: (typeof representedSplits)[number]) =>
  readFileSync(path.join(dataSetFolder, dataSetFiles.text(split)), 'utf8')
    .trimEnd()
    .split('\n');
const jobOf = (name: string, options = {}) =>
  tinyJob({
    methodId: 'neural-outlines',
    dataSetFolder,
    runFolder: path.join(folder, name),
    options: {
      ...{ representation: 'given', vectors: source, latent: width, epochs: 2, updatesPerEpoch: 4 },
      ...{ playerLayers: 1, samples: 20, ...options },
    },
  });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'given-'));
  dataSetFolder = await tinyData(folder);
  const place = path.join(dataSetFolder, representationFiles.folder(source));
  mkdirSync(place, { recursive: true });
  const random = philox(9, 'given vectors');
  // The same sentence has the same vector, as an encoder would have it.
  const known = new Map<string, number[]>();
  for (const split of representedSplits) {
    const rows = linesOf(split).map((line) => {
      const vector = known.get(line) ?? Array.from({ length: width }, () => 5 + 3 * random.uniform());
      known.set(line, vector);
      return vector;
    });
    tables[split] = Float32Array.from(rows.flat());
    writeFileSync(path.join(place, representationFiles.vectors(split)), tables[split]);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test('rows of a split keep their vectors', async () => {
  const beside = { columns: [], vectors: { source, width } };
  const split = await readSplit(dataSetFolder, 'test', beside);
  expect(split.vectors).toEqual({ data: tables.test, width });
  const taken = takeRows(split, [4, 0]);
  expect([...taken.vectors!.data]).toEqual([...tables.test!.slice(12, 15), ...tables.test!.slice(0, 3)]);
  expect([...spreadSentences(split, 2).vectors!.data.slice(0, 3)]).toEqual([...tables.test!.slice(0, 3)]);
});

test.each([
  ['a width that is not theirs', { latent: 4 }],
  ['vectors that are not there', { vectors: 'vectors-ffffffffffffffff' }],
])('%s is said before anything is trained', async (_, options) => {
  await expect(runHere(jobOf('refused', options))).rejects.toMatchObject({ code: 'methods.vectors' });
});

test('a run trains decoder and generator on given vectors, scaled by the training sentences', async () => {
  const job = jobOf('run');
  const messages = await runHere(job);
  const { results } = ofKind(messages, 'finished')[0]!;
  expect(results.reconstruction).toBeGreaterThan(0);
  expect(ofKind(messages, 'sampled').map(({ set }) => set.kind)).toContain('outline');

  const { tensors } = await readSafetensors(path.join(job.runFolder, runFiles.best));
  const count = tables.train!.length / width;
  for (let j = 0; j < width; j++) {
    const column = Array.from({ length: count }, (_, i) => tables.train![i * width + j]!);
    const mean = column.reduce((a, b) => a + b, 0) / count;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
    expect(tensors.get('representation.mean')!.data[j]).toBeCloseTo(mean, 5);
    expect(tensors.get('representation.deviation')!.data[j]).toBeCloseTo(deviation, 5);
  }
  expect([...tensors.keys()].filter((name) => name.startsWith('encoder.'))).toEqual([]);

  // Sentences of the data set can be reconstructed; any other has no vector.
  const answer = await openSavedModel(job);
  const ask = (sentence: string) =>
    answer(
      { kind: 'reconstruct', sentences: [sentence], copies: 1, mean: true, seed: 1, label: null },
      events,
    );
  expect(await ask(linesOf('test')[0]!)).toMatchObject({ kind: 'reconstruct', unknown: [] });
  await expect(ask('the cat cat cat')).rejects.toMatchObject({
    code: 'samples.no-vectors',
    facts: { sentence: 'the cat cat cat' },
  });
}, 60_000);
