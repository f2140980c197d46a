import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../contract/errors.ts';
import {
  fromModelWorker,
  runFiles,
  type FromModelWorker,
  type ToModelWorker,
} from '../../contract/worker.ts';
import { ofKind, runHere, tinyData, tinyJob } from '../train/testing.ts';
import { interpolated, openSavedModel } from './saved-model.ts';

let folder: string;
const jobs: Record<'vae' | 'lstm-lm', ReturnType<typeof tinyJob>> = {} as never;
let trained: Awaited<ReturnType<typeof runHere>>;
const events = { breathe: async () => {}, onShare: () => {} };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'saved-model-'));
  const dataSetFolder = await tinyData(folder);
  for (const methodId of ['vae', 'lstm-lm'] as const) {
    const job = tinyJob({
      methodId,
      dataSetFolder,
      runFolder: path.join(folder, methodId),
      options: { epochs: 2 },
    });
    jobs[methodId] = job;
    const messages = await runHere(job);
    if (methodId === 'vae') trained = messages;
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a saved model writes the very samples the run wrote', async () => {
  const answer = await openSavedModel(jobs.vae);
  const decoding = { kind: 'temperature', temperature: 1 } as const;
  const made = await answer({ kind: 'sample', decoding, count: 10, seed: 1, setId: 'anew' }, events);
  const read = (id: string): string =>
    readFileSync(path.join(jobs.vae.runFolder, runFiles.samples, `${id}.jsonl`), 'utf8');
  expect(read('anew')).toBe(read('tiny.temperature-1'));
  const before = ofKind(trained, 'sampled').find(({ set }) => set.id === 'tiny.temperature-1')!.set;
  expect(made).toMatchObject({ kind: 'sample', set: { fppl: before.fppl, rppl: before.rppl, count: 10 } });
});

test('reconstructions come once for the mean, in copies for samples, the same for a seed', async () => {
  const answer = await openSavedModel(jobs.vae);
  const sentences = ['the cat eats the fish', 'The judge signs'];
  const ask = (mean: boolean, copies: number, seed = 3) =>
    answer({ kind: 'reconstruct', sentences, copies, mean, seed, label: null }, events);
  const means = await ask(true, 4);
  expect(means.kind === 'reconstruct' && means.reconstructions.map((each) => each.length)).toEqual([1, 1]);
  const sampled = await ask(false, 4);
  expect(sampled.kind === 'reconstruct' && sampled.reconstructions.map((each) => each.length)).toEqual([
    4, 4,
  ]);
  expect(await ask(false, 4)).toEqual(sampled);
});

test('words without an id are named, each once', async () => {
  const answer = await openSavedModel(jobs.vae);
  const sentences = ['The cat met xyzzy, xyzzy!', 'a plugh'];
  const asked = await answer(
    { kind: 'reconstruct', sentences, copies: 1, mean: true, seed: 1, label: null },
    events,
  );
  if (asked.kind !== 'reconstruct') throw new Error('wrong kind of answer');
  expect(asked.unknown.filter((word) => word.length > 4)).toEqual(['xyzzy', 'plugh']);
  expect(asked.unknown).not.toContain('cat');
});

test('an interpolation begins and ends with the reconstructions of its ends', async () => {
  const answer = await openSavedModel(jobs.vae);
  const [from, to] = ['the cat eats the fish', 'the judge signs the form today'];
  const line = await answer({ kind: 'interpolate', from, to, steps: 5, label: null }, events);
  const ends = await answer(
    { kind: 'reconstruct', sentences: [from, to], copies: 1, mean: true, seed: 0, label: null },
    events,
  );
  if (line.kind !== 'interpolate' || ends.kind !== 'reconstruct') throw new Error('wrong kind of answer');
  expect(line.sentences).toHaveLength(5);
  expect([line.sentences[0], line.sentences[4]]).toEqual(ends.reconstructions.flat());
});

test('codes between two lie on a straight line, ends included', () => {
  expect([...interpolated(Float32Array.from([0, 4, 2, 0]), 3)]).toEqual([0, 4, 1, 2, 2, 0]);
});

test('a model without a code refuses what needs one, in words', async () => {
  const answer = await openSavedModel(jobs['lstm-lm']);
  const asked = answer({ kind: 'interpolate', from: 'a', to: 'b', steps: 3, label: null }, events);
  await expect(asked).rejects.toThrow(AppError);
  await expect(asked).rejects.toMatchObject({ code: 'samples.no-prior' });
});

test('a run without a model is refused', async () => {
  const nothing = { ...jobs.vae, runFolder: path.join(folder, 'nothing') };
  await expect(openSavedModel(nothing)).rejects.toMatchObject({ code: 'runs.no-model' });
});

test('a forked worker opens, answers in order, survives a failed task and ends with its channel', async () => {
  const child = fork(path.join(import.meta.dirname, 'entry.ts'), [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const heard: FromModelWorker[] = [];
  const said = new Promise<void>((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
    child.on('message', (raw) => {
      const message = fromModelWorker.parse(raw);
      heard.push(message);
      if (message.kind === 'answer' && message.id === 2) resolve();
    });
  });
  const send = (message: ToModelWorker): boolean => child.send(message);
  const interpolate = { kind: 'interpolate', from: 'the cat', to: 'the dog', steps: 3, label: null } as const;
  send({ kind: 'task', id: 0, task: interpolate });
  send({ kind: 'open', job: jobs.vae });
  send({ kind: 'task', id: 1, task: interpolate });
  send({ kind: 'task', id: 2, task: interpolate });
  await said;
  expect(
    heard.filter(({ kind }) => kind !== 'progress').map((m) => [m.kind, 'id' in m ? m.id : null]),
  ).toEqual([
    ['failed', 0],
    ['opened', null],
    ['answer', 1],
    ['answer', 2],
  ]);
  const gone = new Promise<number | null>((resolve) => child.on('exit', resolve));
  child.disconnect();
  expect(await gone).toBe(0);
});
