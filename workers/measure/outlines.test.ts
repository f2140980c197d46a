import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataSetFiles } from '../../contract/datasets.ts';
import { runFiles, type SampleLine } from '../../contract/worker.ts';
import { openNgram } from '../ngram/index.ts';
import { tf, type Tensor2D } from '../tensor/index.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { restoreBest } from '../train/checkpoint.ts';
import { openRun } from '../train/open.ts';
import { ofKind, runHere, tinyData, tinyJob } from '../train/testing.ts';
import { codesNoise } from './codes.ts';
import { outlineSamples, SAMPLE_SEED } from './finish.ts';
import { saveSampleSet } from './sample-set.ts';
import { openSavedModel } from './saved-model.ts';
import { writerOf } from './write-samples.ts';

let folder: string;
let job: ReturnType<typeof tinyJob>;
let messages: Awaited<ReturnType<typeof runHere>>;
const breathe = async (): Promise<void> => {};
const events = { breathe, onShare: () => {} };
const options = { epochs: 4, updatesPerEpoch: 6, latent: 4, samples: 20, playerLayers: 2 };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'outlines-'));
  const dataSetFolder = await tinyData(folder);
  job = tinyJob({
    methodId: 'neural-outlines',
    dataSetFolder,
    runFolder: path.join(folder, 'run'),
    options,
  });
  messages = await runHere(job);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const linesOf = (id: string): SampleLine[] =>
  readFileSync(path.join(job.runFolder, runFiles.samples, `${id}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SampleLine);

test('a run reports the conditional NLL and perplexities of samples, and nothing that is not defined', () => {
  const { results } = ofKind(messages, 'finished')[0]!;
  expect(results).toMatchObject({
    nll: null,
    nllKind: 'undefined',
    elbo: null,
    kl: null,
    mi: null,
    au: null,
  });
  expect(results.reconstruction).toBeGreaterThan(0);
  expect(results.fppl).toBeGreaterThan(1);
  expect(results.rppl).toBeGreaterThan(1);
});

test('sentences from outlines of real ones are a set of their own, as large and with both perplexities', () => {
  const { set } = ofKind(messages, 'sampled').find(({ set }) => set.kind === 'outline')!;
  expect(set).toMatchObject({ count: 20, decoding: { kind: 'temperature', temperature: 1 } });
  expect(set.fppl!.value).toBeGreaterThan(1);
  expect(set.rppl!.value).toBeGreaterThan(1);
});

test('a generator that returned outlines of real sentences would write the very same, so its FPPL would be equal', async () => {
  const run = await openRun(job);
  try {
    await restoreBest(job.runFolder, run.engine, job.runId);
    const { model, engine, vocabulary, validation } = run;
    const count = 20;
    const writer = writerOf(model, engine, vocabulary);
    const real = await outlineSamples(writer, validation, { count, seed: SAMPLE_SEED }, events);

    const rows = Array.from({ length: count }, (_, i) => i % validation.count);
    const codes = writer.encode(validation, { sampled: false })!;
    const dim = model.posterior!.dim;
    const { noise } = model.prior!;
    const known = codesNoise(SAMPLE_SEED, 0, count, noise);
    const oracle = {
      ...model,
      prior: {
        ...model.prior!,
        // The noise of sample i is nearest to itself among all that are drawn; it gets the outline of sentence i.
        sample: (_: unknown, s: Tensor2D): Tensor2D => {
          const drawn = tf.tensor2d(known, [count, noise]);
          const size = tf.mul(0.5, tf.sum(tf.square(drawn), 1));
          const nearest = tf.argMax(tf.sub(tf.matMul(s, drawn, false, true), size), 1);
          const outlines = rows.flatMap((row) => [...codes.slice(row * dim, (row + 1) * dim)]);
          return tf.gather(tf.tensor2d(outlines, [count, dim]), nearest.as1D()) as Tensor2D;
        },
      },
    };
    const decoding = { kind: 'temperature', temperature: 1 } as const;
    const fromOracle = await writerOf(oracle, engine, vocabulary).fromPrior(
      { count, decoding, seed: SAMPLE_SEED },
      events,
    );
    expect(new Set(real).size).toBeGreaterThan(5);
    expect(fromOracle).toEqual(real);
    expect(linesOf('tiny.outlines').map(({ text }) => text)).toEqual(real);
    const scale = {
      evaluator: openNgram(job.evaluatorModel),
      evaluatorTitle: '',
      test: readFileSync(path.join(job.dataSetFolder, dataSetFiles.text('test')), 'utf8')
        .trim()
        .split('\n'),
      training: new Set<string>(),
      words: [],
    };
    const fpplOf = (id: string, texts: string[]) =>
      saveSampleSet(job, { id, kind: 'prior', decoding, seed: SAMPLE_SEED, texts }, scale).fppl!.value;
    const reported = ofKind(messages, 'sampled').find(({ set }) => set.kind === 'outline')!.set.fppl!.value;
    expect(fpplOf('oracle', fromOracle)).toBe(reported);
  } finally {
    run.engine.dispose();
  }
});

test('the way from one sentence to another begins and ends with what is written from their own outlines', async () => {
  const answer = await openSavedModel(job);
  const [from, to] = ['the cat eats the fish', 'the judge signs the law today'];
  const way = await answer({ kind: 'interpolate', from: from!, to: to!, steps: 5, label: null }, events);
  const ends = await answer(
    { kind: 'reconstruct', sentences: [from!, to!], copies: 1, mean: true, seed: 1, label: null },
    events,
  );
  if (way.kind !== 'interpolate' || ends.kind !== 'reconstruct') throw new Error('another answer');
  expect(way.sentences).toHaveLength(5);
  expect([way.sentences[0], way.sentences.at(-1)]).toEqual(ends.reconstructions.flat());
});

test('a saved model, its scale with it, writes the very samples the run wrote', async () => {
  const { tensors } = await readSafetensors(path.join(job.runFolder, runFiles.best));
  const deviation = tensors.get('representation.deviation')!.data;
  expect(deviation).toHaveLength(4);
  for (const value of deviation) expect(value).not.toBe(1);
  const answer = await openSavedModel(job);
  const decoding = { kind: 'temperature', temperature: 1 } as const;
  await answer({ kind: 'sample', decoding, count: 20, seed: SAMPLE_SEED, setId: 'anew' }, events);
  expect(linesOf('anew')).toEqual(linesOf('tiny.temperature-1'));
});

test('the encoder stands still once its stage is over', async () => {
  const short = tinyJob({
    methodId: 'neural-outlines',
    dataSetFolder: job.dataSetFolder,
    runFolder: path.join(folder, 'short'),
    // The first stage is one epoch in both.
    options: { ...options, epochs: 2 },
  });
  await runHere(short);
  const encoderOf = async (runFolder: string) => {
    const { tensors } = await readSafetensors(path.join(runFolder, runFiles.best));
    return [...tensors].filter(([name]) => /^(encoder|representation)\./.test(name));
  };
  const found = await encoderOf(job.runFolder);
  expect(found.length).toBeGreaterThan(5);
  expect(found).toEqual(await encoderOf(short.runFolder));
});
