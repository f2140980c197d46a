import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sentenceOf, splitFrom, type Split } from '../text/split.ts';
import type { Batch } from '../text/batches.ts';
import { ofKind, runHere, tinyData, tinyJob } from '../train/testing.ts';
import { aggregateCodes } from './aggregate-codes.ts';
import { openSavedModel } from './saved-model.ts';

/** Sentences of three lengths, told apart by their first word. */
const training = splitFrom([[10], [11, 5], [12, 5, 5], [13], [14, 5]]);
/** Says the first word of a sentence, and the counter and the place in the batch that its noise comes from. */
const encode = (sentences: Split, batch: Batch, counter: number): Float32Array =>
  Float32Array.from(
    [...batch.rows].flatMap((row, i) => [sentenceOf(sentences, row)[0]!, counter % 2 ** 20, i]),
  );
/** [word, counter, place] of each code. */
function codes(seed: number, first: number, count: number): number[][] {
  const all = [...aggregateCodes(training, { seed, first, count, width: 3 }, encode)];
  return Array.from({ length: count }, (_, i) => all.slice(3 * i, 3 * i + 3));
}

test('a code is the same whatever count was asked for, and wherever the asking began', () => {
  const all = codes(3, 0, 700);
  expect(codes(3, 0, 5)).toEqual(all.slice(0, 5));
  expect(codes(3, 250, 20)).toEqual(all.slice(250, 270));
  expect(codes(3, 699, 1)).toEqual(all.slice(699));
  expect(codes(4, 0, 700)).not.toEqual(all);
});

test('no two codes have the same noise, also of the same sentence', () => {
  const noise = codes(3, 0, 700).map(([, counter, place]) => `${counter} ${place}`);
  expect(new Set(noise).size).toBe(700);
});

test('every training sentence is drawn as often as any other', () => {
  const count = 5000;
  const words = codes(1, 0, count).map(([word]) => word);
  for (let word = 10; word < 15; word++) {
    const found = words.filter((each) => each === word).length;
    // Four standard errors of a share of 1 / 5.
    expect(Math.abs(found - count / 5)).toBeLessThan(4 * Math.sqrt(count * 0.2 * 0.8));
  }
});

let folder: string;
let job: ReturnType<typeof tinyJob>;
let trained: Awaited<ReturnType<typeof runHere>>;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'aggregate-'));
  const dataSetFolder = await tinyData(folder);
  const runFolder = path.join(folder, 'run');
  job = tinyJob({
    methodId: 'info-dropout',
    dataSetFolder,
    runFolder,
    options: { features: 'relu', epochs: 1 },
  });
  trained = await runHere(job);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('ReLU features: sentences are written from codes of training sentences, and every set says so', () => {
  const sets = ofKind(trained, 'sampled').map(({ set }) => set);
  const written = sets.filter(({ kind }) => kind === 'prior');
  expect(written.map(({ decoding }) => decoding.kind)).toEqual([
    'temperature',
    'temperature',
    'greedy',
    'beam',
  ]);
  for (const set of written) expect(set).toMatchObject({ drawnFrom: 'sentences', count: 10 });
  for (const set of sets.filter(({ kind }) => kind !== 'prior')) expect(set.drawnFrom).toBeUndefined();
  const { results } = ofKind(trained, 'finished')[0]!;
  expect(results.fppl).toBeGreaterThan(1);
  expect(results).toMatchObject({ nll: null, kl: null, mmd: null });
});

test('more of them can be asked for afterwards', async () => {
  const answer = await openSavedModel(job);
  const events = { breathe: async () => {}, onShare: () => {} };
  const task = { kind: 'sample', decoding: { kind: 'greedy' }, seed: 1, setId: 'more', count: 12 } as const;
  const asked = await answer(task, events);
  if (asked.kind !== 'sample') throw new Error('wrong kind of answer');
  expect(asked.set).toMatchObject({ drawnFrom: 'sentences', count: 12, seed: 1 });
});
