import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Point, Probe } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { runFiles, sampleLine } from '../../contract/worker.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { linesOf, ofKind, runForked, runHere, tinyData, tinyJob } from './testing.ts';

let folder: string;
let dataSetFolder: string;
let number = 0;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'run-'));
  dataSetFolder = await tinyData(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));
const job = (methodId: string, options = {}) =>
  tinyJob({ methodId, dataSetFolder, runFolder: path.join(folder, `run-${number++}`), options });

const errorOf = async (promise: Promise<unknown>): Promise<AppError> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('a vae goes through all phases and leaves series, probes, models and five sample sets', async () => {
  const tiny = job('vae');
  const messages = await runHere(tiny);
  const phases = ofKind(messages, 'progress').map(({ phase }) => phase);
  expect([...new Set(phases)]).toEqual([
    'preparing',
    'training',
    'validating',
    'testing',
    'sampling',
    'scoring',
  ]);
  const shares = ofKind(messages, 'progress').map(({ progress }) => progress);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));

  const { results, stopped } = ofKind(messages, 'finished')[0]!;
  expect(stopped).toBe(false);
  expect(results.elbo).toBeCloseTo(results.reconstruction! + results.kl!, 5);
  expect(results).toMatchObject({ nllKind: 'importance-weighted', nllSentences: 4, auOf: 2, samples: 10 });
  expect(results.perplexity).toBeCloseTo(Math.exp((results.nll! * 4) / results.predictedTokens), 6);

  const series = linesOf<Point>(tiny, 'series');
  expect(series).toEqual(ofKind(messages, 'points').flatMap(({ points }) => points));
  expect(series.filter(({ values }) => values.validationNll !== undefined)).toHaveLength(3);
  expect(series.at(0)!.step).toBe(1);
  const probes = linesOf<Probe>(tiny, 'probes');
  expect(probes.map(({ sentences }) => sentences.length)).toEqual([8, 8, 8]);

  const sets = ofKind(messages, 'sampled').map(({ set }) => set);
  expect(sets.map(({ id }) => id)).toEqual([
    'tiny.temperature-0.5',
    'tiny.temperature-1',
    'tiny.greedy',
    'tiny.beam-5',
    'tiny.reconstruction',
  ]);
  expect(results.fppl).toBe(sets[1]!.fppl!.value);
  expect(results.rppl).toBe(sets[1]!.rppl!.value);
  expect(readdirSync(path.join(tiny.runFolder, runFiles.samples)).toSorted()).toEqual(
    sets.map(({ id }) => `${id}.jsonl`).toSorted(),
  );
  for (const set of sets) {
    const lines = readFileSync(path.join(tiny.runFolder, runFiles.samples, `${set.id}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => sampleLine.parse(JSON.parse(line)));
    expect(lines).toHaveLength(set.count);
    // The perplexity of the set is that of its lines.
    const log10 = lines.reduce((sum, line) => sum + line.log10, 0);
    const tokens = lines.reduce((sum, line) => sum + line.tokens, 0);
    expect(10 ** (-log10 / tokens)).toBeCloseTo(set.fppl!.value, 6);
    expect(lines.every(({ source }) => (source !== undefined) === (set.kind === 'reconstruction'))).toBe(
      true,
    );
  }
});

test('a language model has an exact NLL, no code measures and no greedy or beam sets', async () => {
  const messages = await runHere(job('lstm-lm'));
  const { results } = ofKind(messages, 'finished')[0]!;
  expect(results).toMatchObject({
    nllKind: 'exact',
    nllSentences: 12,
    elbo: null,
    kl: null,
    mi: null,
    miLarge: null,
    au: null,
    auOf: null,
    collapse: 'undefined',
  });
  expect(ofKind(messages, 'sampled').map(({ set }) => set.id)).toEqual([
    'tiny.temperature-0.5',
    'tiny.temperature-1',
  ]);
  expect(ofKind(messages, 'warning').filter(({ warning }) => warning.kind === 'collapsed')).toEqual([]);
});

test('a run whose code is ignored says so, with the step it began', async () => {
  const messages = await runHere(job('vae'));
  expect(ofKind(messages, 'warning')[0]!.warning).toEqual({ kind: 'collapsed', since: 1 });
});

test('training makes the validation loss fall', async () => {
  const tiny = job('lstm-lm', { epochs: 12, hidden: 16 });
  await runHere(tiny);
  const losses = linesOf<Point>(tiny, 'series').flatMap(({ values }) => values.validationNll ?? []);
  expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!);
});

test('updates per epoch cut the run into evaluations regardless of passes over the data', async () => {
  const tiny = job('vae', { updatesPerEpoch: 5, epochs: 4 });
  await runHere(tiny);
  const evaluated = linesOf<Point>(tiny, 'series').filter(({ values }) => values.validationNll !== undefined);
  expect(evaluated.map(({ step, epoch }) => [step, epoch])).toEqual([
    [5, 1],
    [10, 2],
    [15, 3],
    [20, 4],
  ]);
});

test('stop and keep measures the model as it is; stop and discard ends at once', async () => {
  const kept = job('vae', { epochs: 50 });
  const messages = await runHere(kept, (looks) => (looks >= 9 ? 'keep' : null));
  const { stopped, results } = ofKind(messages, 'finished')[0]!;
  expect(stopped).toBe(true);
  expect(results.nll).toBeGreaterThan(0);
  const best = JSON.parse(readFileSync(path.join(kept.runFolder, runFiles.bestState), 'utf8')) as {
    step: number;
  };
  const last = JSON.parse(readFileSync(path.join(kept.runFolder, runFiles.checkpointState), 'utf8')) as {
    step: number;
  };
  expect(best.step).toBe(last.step);
  expect(last.step).toBeLessThan(20);

  const thrown = await runHere(job('vae', { epochs: 50 }), (looks) => (looks >= 9 ? 'discard' : null));
  expect(thrown.at(-1)).toEqual({ kind: 'discarded' });
  expect(ofKind(thrown, 'finished')).toEqual([]);
});

test('a paused run can be stopped and kept without another update', async () => {
  const tiny = job('vae');
  const paused = await runHere(tiny, (looks) => (looks >= 4 ? 'pause' : null));
  const { step } = ofKind(paused, 'paused')[0]!;
  const messages = await runHere({ ...tiny, resume: true }, () => 'keep');
  expect(ofKind(messages, 'finished')[0]!.stopped).toBe(true);
  expect(ofKind(messages, 'saved').at(-1)!.step).toBe(step);
});

test('a run paused while it is being measured goes on measuring and keeps its end', async () => {
  const tiny = job('vae');
  let sampling = false;
  const paused: string[] = [];
  await runHere(tiny, () => (sampling ? 'pause' : null), {
    send: (message) => {
      paused.push(message.kind);
      if (message.kind === 'progress' && message.phase === 'sampling') sampling = true;
    },
  });
  expect(paused.at(-1)).toBe('paused');
  const messages = await runHere({ ...tiny, resume: true });
  expect(ofKind(messages, 'finished')[0]!.stopped).toBe(false);
  expect(ofKind(messages, 'probe')).toEqual([]);
});

test('a loss that is no number ends the run, names the step and keeps the last good save', async () => {
  const tiny = job('vae', { learningRate: 50, clip: 1000, epochs: 30, hidden: 32 });
  // A learning rate no form allows, so that the numbers overflow within a few steps.
  const error = await errorOf(
    (async () => {
      await runHere(tiny, (looks) => (looks >= 3 ? 'pause' : null));
      const { readSafetensors, writeSafetensors } = await import('../tensor/safetensors.ts');
      const file = path.join(tiny.runFolder, runFiles.checkpoint);
      const { tensors, metadata } = await readSafetensors(file);
      tensors.get('decoder.output')!.data.fill(Infinity);
      await writeSafetensors(file, tensors, metadata);
      await runHere({ ...tiny, resume: true });
    })(),
  );
  expect(error.code).toBe('worker.not-finite');
  expect(error.facts['step']).toBe(Number(error.facts['saved']) + 1);
});

test('a save of another method, another size or another form is refused', async () => {
  const tiny = job('vae');
  await runHere(tiny, (looks) => (looks >= 3 ? 'pause' : null));
  const refusals = [
    { ...tiny, seed: 8 },
    { ...tiny, options: { ...tiny.options, hidden: 9 } },
    { ...tiny, methodId: 'lstm-lm', options: job('lstm-lm').options },
  ];
  for (const other of refusals) {
    expect((await errorOf(runHere({ ...other, resume: true }))).code).toBe('worker.resume-mismatch');
  }
  writeFileSync(path.join(tiny.runFolder, runFiles.checkpoint), 'nonsense');
  expect((await errorOf(runHere({ ...tiny, resume: true }))).code).toBe('worker.resume-mismatch');
});

test('to be continued without a save is to begin; to begin forgets an earlier stretch', async () => {
  const tiny = job('lstm-lm', { epochs: 1 });
  const first = await runHere({ ...tiny, resume: true });
  expect(ofKind(first, 'finished')).toHaveLength(1);
  const lines = linesOf<Point>(tiny, 'series').length;
  await runHere(tiny);
  expect(linesOf<Point>(tiny, 'series').length).toBeLessThan(2 * lines);
});

test('a forked worker beats, pauses when asked, and ends', async () => {
  const tiny = job('vae', { epochs: 500 });
  let asked = false;
  const { messages, code } = await runForked(tiny, (message, child) => {
    // Asked once: the save that follows from it is the worker's last but one word.
    if (message.kind !== 'saved' || asked) return;
    asked = true;
    child.send({ kind: 'pause' });
  });
  expect(code).toBe(0);
  expect(messages.findLast(({ kind }) => kind !== 'heartbeat')!.kind).toBe('paused');
  expect(ofKind(messages, 'heartbeat')[0]!.bytes).toBeGreaterThan(1e7);
  expect(existsSync(path.join(tiny.runFolder, runFiles.checkpoint))).toBe(true);
});

test('SIGTERM saves and ends', async () => {
  const tiny = job('vae', { epochs: 500 });
  let told = false;
  const { messages, code } = await runForked(tiny, (message, child) => {
    if (message.kind !== 'saved' || told) return;
    told = true;
    child.kill('SIGTERM');
  });
  expect(code).toBe(0);
  const { step } = ofKind(messages, 'paused')[0]!;
  expect(ofKind(messages, 'saved').at(-1)!.step).toBe(step);
});

test('a forked worker says what is wrong with its job', async () => {
  const broken = { ...job('vae'), methodId: 'vae-9' };
  const { messages, code } = await runForked(broken, () => {});
  expect(code).toBe(1);
  expect(ofKind(messages, 'failed')[0]!.error.code).toBe('methods.unknown');
});

test('an encoder that begins with a language model has its words and its LSTM, and trains on from there', async () => {
  const language = job('lstm-lm', { epochs: 1 });
  await runHere(language);
  const kept = async (of: { runFolder: string }, name: string) =>
    (await readSafetensors(path.join(of.runFolder, runFiles.best))).tensors.get(name)!.data;
  const beginsWith = { runId: 'language', runFolder: language.runFolder };
  // Steps so small that no float32 sees them.
  const still = { epochs: 1, learningRate: 0.00001, clip: 0.01 };
  const begun = { ...job('cnn-vae', { ...still, init: 'language' }), beginsWith };
  const messages = await runHere(begun);
  expect(ofKind(messages, 'log').map(({ text }) => text)).toContain(
    'The encoder begins with the language model of the run language.',
  );
  const plain = job('cnn-vae', still);
  await runHere(plain);
  for (const part of ['embedding', 'lstm.kernel', 'lstm.bias']) {
    const [theirs, ours, random] = await Promise.all([
      kept(language, `decoder.${part}`),
      kept(begun, `encoder.${part}`),
      kept(plain, `encoder.${part}`),
    ]);
    const off = (a: ArrayLike<number>) => Math.max(...Array.from(ours, (x, i) => Math.abs(x - a[i]!)));
    expect(off(theirs), part).toBeLessThan(2e-3);
    expect(off(random), part).toBeGreaterThan(2e-3);
  }
});

test('an encoder cannot begin with a model that is gone or has other widths', async () => {
  const narrow = job('lstm-lm', { epochs: 1, hidden: 5 });
  await runHere(narrow);
  const beginning = (runFolder: string) => ({
    ...job('cnn-vae', { epochs: 1, init: 'language' }),
    beginsWith: { runId: 'language', runFolder },
  });
  expect(await errorOf(runHere(beginning(path.join(folder, 'gone'))))).toMatchObject({
    code: 'runs.no-model',
    facts: { name: 'language' },
  });
  expect((await errorOf(runHere(beginning(narrow.runFolder)))).code).toBe('worker.resume-mismatch');
});
