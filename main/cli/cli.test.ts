import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { methods } from '../../contract/methods/index.ts';
import { cliOn, cliWithFakes, documentOf } from '../testing/cli.ts';
import { openTestApp, putDataSet, temporaryHome, until } from '../testing/fixtures.ts';

let home: string;
let remove: () => void;
beforeEach(() => ({ home, remove } = temporaryHome()));
afterEach(() => remove());

const cli = (...args: string[]) => cliOn(home, args);

test('a study queues, waits, and prints a table of means and spreads over its seeds', async () => {
  putDataSet(home, {}, { steps: 5 });
  const done = await cli(
    'study',
    '--data',
    'Tiny',
    '--methods',
    'vae,lstm-lm',
    '--size',
    'quick',
    '--seeds',
    '3',
    '--json',
  );
  expect(done.code).toBe(0);
  expect(done.err).toContain('finished');
  const { study, runs, table } = documentOf(done) as Record<string, never>;
  // In the order of the cards, however they were asked for.
  expect(study).toMatchObject({ methodIds: ['lstm-lm', 'vae'], seeds: 3 });
  expect(runs).toHaveLength(6);
  // The fake worker's NLL is 30 + seed: mean 32, standard deviation 1.
  expect(table).toMatchObject([
    {
      method: 'lstm-lm',
      nll: { mean: 32, sd: 1 },
      kl: null,
      mi: null,
      au: null,
      fppl: { mean: 42 },
      rppl: { mean: 92 },
    },
    { method: 'vae', runs: 3, without: 0, nll: { mean: 32, sd: 1, n: 3 }, kl: { mean: 2, sd: 0, n: 3 } },
  ]);
});

test('for people the table stands in columns', async () => {
  const set = putDataSet(home, {}, { steps: 3 });
  const { code, out } = await cli('study', '--data', set.id, '--methods', 'lstm-lm', '--seeds', '2');
  expect(code).toBe(0);
  expect(out.split('\n').slice(0, 3)).toEqual([
    'LSTM language model on Tiny',
    'method   runs           NLL  KL  MI  AU          FPPL          RPPL',
    'lstm-lm     2  31.50 (0.71)   –   –   –  41.50 (0.71)  91.50 (0.71)',
  ]);
  const lines = out.trimEnd().split('\n');
  const [heads, ...finished] = lines.slice(lines.findIndex((line) => line.startsWith('run ')));
  expect(heads).toMatch(/^run +took +estimated +memory +estimated$/);
  expect(finished).toHaveLength(2);
  for (const line of finished)
    expect(line).toMatch(
      /^LSTM language model, seed [12] +\d+ s +\d+ (s|min) to \d+ (s|min) +\d+ MB +\d+ MB$/,
    );
});

test('a study in which a run fails says so with its exit code and leaves the run out of the table', async () => {
  putDataSet(home, {}, { steps: 5, notFiniteAt: 3 });
  const { code, out } = await cli('study', '--data', 'Tiny', '--methods', 'vae', '--json');
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject({
    table: [{ method: 'vae', runs: 0, without: 1, nll: null }],
    runs: [{ status: 'failed', error: { code: 'worker.not-finite' } }],
  });
});

test('options are set by method and checked by it', async () => {
  putDataSet(home, {}, { steps: 2 });
  const good = await cli(
    'study',
    '--data',
    'Tiny',
    '--methods',
    'vae-anneal',
    '--set',
    'vae-anneal.warmUp=2.5',
    '--set',
    'vae-anneal.curve=logistic',
    '--json',
  );
  expect(documentOf(good)).toMatchObject({
    runs: [{ options: { warmUp: 2.5, curve: 'logistic', embedding: 64 } }],
  });
  const bad = await cli('study', '--data', 'Tiny', '--methods', 'vae', '--set', 'vae.batch=lots', '--json');
  expect(bad.code).toBe(1);
  expect(documentOf(bad)).toMatchObject({
    error: { code: 'methods.option', facts: { option: 'batch', value: 'lots' } },
  });
  const unknown = await cli('study', '--data', 'Tiny', '--methods', 'vae', '--set', 'vae.speed=3', '--json');
  expect(documentOf(unknown)).toMatchObject({
    error: { code: 'methods.unknown-option', facts: { option: 'speed' } },
  });
  const absent = await cli('study', '--data', 'Tiny', '--methods', 'vea', '--json');
  expect(documentOf(absent)).toMatchObject({ error: { code: 'methods.unknown' } });
});

test('a command that was not called as it should be explains itself and ends with 2', async () => {
  const { code, out, err } = await cli('study', '--data', 'Tiny', '--methods', 'vae', '--speed', '3');
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('--speed');
  expect(err).toContain('study --data NAME|ID');
  expect((await cli('sing')).code).toBe(2);
  expect((await cli('study', '--data', 'x', '--methods', 'vae', '--seeds', '0')).code).toBe(2);
});

test('an expected error is a sentence and a remedy, as text or as a document', async () => {
  const text = await cli('study', '--data', 'nothing', '--methods', 'vae');
  expect(text).toMatchObject({ code: 1, out: '' });
  expect(text.err).toContain('There is no data set «nothing». Choose one');
  expect(documentOf(await cli('sample', 'nobody', '--json'))).toEqual({
    error: {
      code: 'runs.not-found',
      facts: { id: 'nobody' },
      sentence: 'There is no run «nobody».',
      remedy: 'It may have been deleted.',
    },
  });
});

test('while a server has the data folder open the command line says who has it', async () => {
  const app = await openTestApp(home);
  const { code, out } = await cli('runs', '--json');
  await app.close();
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'home.locked', facts: { pid: process.pid } } });
});

describe('with --json each list is one document', () => {
  beforeEach(() => void putDataSet(home, {}, { steps: 3 }));

  test('datasets', async () =>
    expect(documentOf(await cli('datasets', '--json'))).toMatchObject([
      { id: 'tiny', name: 'Tiny', runs: 0 },
    ]));
  test('methods', async () => {
    const shown = documentOf(await cli('methods', '--json')) as { id: string; options: object }[];
    expect(shown.map(({ id }) => id)).toEqual(methods.map(({ id }) => id));
    expect(shown[0]!.options).toHaveProperty('learningRate.default', 1);
  });
  test('devices', async () =>
    expect(documentOf(await cli('devices', '--json'))).toMatchObject([{ id: 'cpu', backend: 'cpu' }]));
  test('doctor', async () =>
    expect(documentOf(await cli('doctor', '--json'))).toMatchObject({
      home,
      steps: expect.any(Array) as unknown,
    }));
  test('runs', async () => {
    await cli('study', '--data', 'Tiny', '--methods', 'vae');
    expect(documentOf(await cli('runs', '--json'))).toMatchObject([{ methodId: 'vae', status: 'finished' }]);
  });
});

test('Ctrl+C saves what runs; it goes on with the next study', async () => {
  putDataSet(home, {}, { steps: 300, pace: 10 });
  const child = spawn(process.execPath, [
    cliWithFakes,
    'study',
    '--data',
    'Tiny',
    '--methods',
    'vae',
    '--home',
    home,
  ]);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await until(() => err.includes('training'));
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(code).toBe(130);
  const waiting = JSON.parse((await cli('runs', '--json')).out) as { status: string; savedStep: number }[];
  expect(waiting).toMatchObject([{ status: 'queued', savedStep: expect.any(Number) as unknown }]);
  writeFileSync(path.join(home, 'datasets', 'tiny', 'behaviour.json'), '{"steps":3}');
  await cli('study', '--data', 'Tiny', '--methods', 'lstm-lm');
  const after = JSON.parse((await cli('runs', '--json')).out) as { status: string }[];
  expect(after.map(({ status }) => status)).toEqual(['finished', 'finished']);
});

test('a table, curves, samples and a model are exported to files', async () => {
  putDataSet(home, {}, { steps: 5 });
  await cli('study', '--data', 'Tiny', '--methods', 'vae', '--seeds', '2', '--name', 'my study');
  const at = (name: string) => path.join(home, name);
  const [run] = JSON.parse((await cli('runs', '--json')).out) as { id: string }[];
  expect(
    (await cli('export', 'table', 'my study', '--format', 'latex', '--out', at('t.tex'))).out.trim(),
  ).toBe(at('t.tex'));
  expect(readFileSync(at('t.tex'), 'utf8')).toContain('31.50 & (0.71)');
  await cli('export', 'series', run!.id, '--out', at('s.csv'));
  expect(readFileSync(at('s.csv'), 'utf8').split('\r\n')).toHaveLength(7);
  await cli('export', 'samples', run!.id, '--out', at('s.txt'));
  expect(readFileSync(at('s.txt'), 'utf8')).toContain('the cat sat .\n');
  expect((await cli('export', 'model', run!.id.slice(0, 8), '--out', at('m.zip'))).code).toBe(0);
  expect(existsSync(at('m.zip'))).toBe(true);
});
