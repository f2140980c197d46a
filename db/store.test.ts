import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultSettings, type DataSet, type Run, type SampleSet, type Study } from '../contract/entities.ts';
import { methodById } from '../contract/methods/index.ts';
import { openStore, type Store } from './store.ts';

let folder: string;
let store: Store;
const file = () => path.join(folder, 'workbench.sqlite');
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'store '));
  store = openStore(file());
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const dataSet: DataSet = {
  id: 'd',
  name: 'Tales',
  kind: 'text',
  origin: 'file',
  createdAt: 5,
  files: [{ name: 'tales.txt', bytes: 7, sha256: 'ab' }],
  settings: {
    ...{ name: 'Tales', encoding: 'utf-8', quotes: true, lowerCase: true, tokenizer: 'words' as const },
    ...{ keepOneOfEach: true, longest: 60, vocabulary: 100, seed: 1 },
    split: { train: 75, validation: 5, test: 5, evaluator: 15 },
  },
  sentences: { train: 4, validation: 1, test: 1, evaluator: 1 },
  ...{ tokens: 20, vocabulary: 10, coverage: 0.9, meanLength: 5, duplicates: 0, leftOut: 1, runs: 0 },
  lengths: [{ length: 5, count: 4 }],
  frequentWords: [{ word: 'the', count: 3 }],
  labels: [{ name: 'genre', values: [{ value: 'fable', count: 4 }] }],
  badLines: [{ file: 'tales.txt', line: 3, text: '', reason: 'empty' }],
};
const study: Study = {
  ...{
    id: 's',
    name: 'First',
    dataSetId: 'd',
    size: 'quick' as const,
    methodIds: ['vae', 'lagging'],
    seeds: 2,
  },
  createdAt: 6,
};
/** Every field has a value of its own, so that two mixed-up columns show. */
const run: Run = {
  ...{ id: 'r', name: 'VAE, seed 2', studyId: 's', dataSetId: 'd', methodId: 'vae', size: 'quick' as const },
  options: { latent: 8, curve: 'linear' },
  ...{
    seed: 2,
    pinnedTo: 'cpu',
    deviceId: 'GPU-1',
    status: 'running' as const,
    phase: 'validating' as const,
  },
  ...{
    step: 3,
    epoch: 1.5,
    progress: 0.25,
    secondsLeft: 12.5,
    savedStep: 4,
    createdAt: 7,
    startedAt: 8,
    endedAt: 9,
  },
  ...{
    seconds: 10.5,
    peakBytes: 11,
    collapsedSince: 13,
    star: true,
    note: 'look',
    tags: ['a', 'b'],
    trashedAt: 14,
  },
  position: 15.5,
  estimate: {
    seconds: { low: 1, high: 2 },
    bytes: 3,
    basis: 'measured',
    parts: [{ what: 'training', share: 1 }],
  },
  error: { code: 'worker.crashed', facts: { step: 3, saved: 4 } },
  results: {
    ...{
      nll: 30,
      nllKind: 'exact' as const,
      nllSentences: 2,
      elbo: null,
      reconstruction: null,
      kl: 0.5,
      mi: null,
    },
    ...{ miLarge: 1, au: 3, auOf: 8, perplexity: 20, predictedTokens: 5, collapse: 'alive' as const },
    ...{ fppl: 40, rppl: null, samples: 100 },
  },
};
const sampleSet: SampleSet = {
  ...{
    id: 'set',
    runId: 'r',
    kind: 'prior' as const,
    decoding: { kind: 'greedy' as const },
    seed: 1,
    count: 2,
  },
  ...{
    createdAt: 20,
    fppl: null,
    rppl: null,
    distinct1: 0.5,
    distinct2: 0.6,
    meanLength: 4,
    duplicateRate: 0,
  },
  copiedRate: 0.1,
};

function fill(): void {
  store.dataSets.add(dataSet);
  store.studies.add(study);
  store.runs.add(run);
}

test('everything comes back as it was put in, also after the store was closed', () => {
  fill();
  store.sampleSets.put(sampleSet);
  store.notices.add({ id: 'n', at: 30, kind: 'finished', runId: 'r', facts: { nll: 30 } });
  store.close();
  store = openStore(file());
  expect(store.dataSets.get('d')).toEqual({ ...dataSet, runs: 1 });
  expect(store.studies.all()).toEqual([study]);
  expect(store.runs.get('r')).toEqual(run);
  expect(store.sampleSets.ofRun('r')).toEqual([sampleSet]);
  expect(store.notices.all()).toEqual([
    { id: 'n', at: 30, kind: 'finished', runId: 'r', facts: { nll: 30 } },
  ]);
});

test('a run can lose every value that may be missing', () => {
  fill();
  const bare: Run = {
    ...run,
    ...{ pinnedTo: null, deviceId: null, phase: null, secondsLeft: null, savedStep: null, startedAt: null },
    ...{ endedAt: null, peakBytes: null, estimate: null, collapsedSince: null, error: null, results: null },
    ...{ trashedAt: null, position: null, star: false, tags: [] },
  };
  store.runs.update(bare);
  expect(store.runs.get('r')).toEqual(bare);
});

test('the queue is in the order of its positions and leaves out what waits in the trash', () => {
  fill();
  const waiting = { ...run, status: 'queued' as const, trashedAt: null };
  store.runs.update({ ...waiting, position: 2 });
  store.runs.add({ ...waiting, id: 'first', position: 1 });
  store.runs.add({ ...waiting, id: 'last', position: 2.5 });
  store.runs.add({ ...waiting, id: 'thrown', position: null, trashedAt: 1 });
  expect(store.runs.queued().map(({ id }) => id)).toEqual(['first', 'r', 'last']);
  expect(store.runs.queueBounds()).toEqual({ first: 1, last: 2.5 });
});

test('a data set with runs cannot be lost, and a run takes its samples and notices along', () => {
  fill();
  store.sampleSets.put(sampleSet);
  store.notices.add({ id: 'n', at: 1, kind: 'failed', runId: 'r', facts: {} });
  expect(() => store.dataSets.remove('d')).toThrow(/FOREIGN KEY/);
  store.runs.remove('r');
  expect(store.sampleSets.get('set')).toBeUndefined();
  expect(store.notices.all()).toEqual([]);
  expect(store.studies.removeEmpty()).toBe(1);
  store.dataSets.remove('d');
  expect(store.dataSets.all()).toEqual([]);
});

test('a transaction that fails leaves nothing behind', () => {
  const attempt = () =>
    store.transaction(() => {
      store.dataSets.add(dataSet);
      store.runs.add(run);
    });
  expect(attempt).toThrow();
  expect(store.dataSets.all()).toEqual([]);
});

test('a setting that was never changed has its default, one that was keeps its value', () => {
  expect(store.settings.get()).toEqual(defaultSettings);
  store.settings.change({ collapseKl: 0.2, theme: undefined });
  store.settings.change({ theme: 'dark' });
  expect(store.settings.get()).toEqual({ ...defaultSettings, collapseKl: 0.2, theme: 'dark' });
});

test('a device keeps what a later change leaves out', () => {
  store.deviceSettings.put('cpu', { slots: 2 });
  store.deviceSettings.put('cpu', { enabled: false });
  expect(store.deviceSettings.all().get('cpu')).toEqual({ slots: 2, enabled: false });
});

test('timings of a device come newest first, as many as are asked for', () => {
  const timing = {
    ...{ origin: 'drive' as const, likeness: 'a', deviceId: 'cpu', methodId: 'vae' },
    ...{ secondsByFormula: 1, bytesByFormula: 1, bytes: 1 },
  };
  for (let at = 1; at <= 3; at += 1) store.timings.add({ ...timing, at, seconds: at });
  store.timings.add({ ...timing, deviceId: 'wasm', at: 9, seconds: 9 });
  expect(store.timings.ofDevice('cpu', 2).map(({ seconds }) => seconds)).toEqual([3, 2]);
  expect(store.timings.ofDevice('cpu', 1)).toEqual([{ ...timing, at: 3, seconds: 3 }]);
});

test('a run is set to finish, and back to train', () => {
  fill();
  expect(store.runs.intent('r')).toBe('train');
  store.runs.setIntent('r', 'finish');
  store.runs.update(run);
  expect(store.runs.intent('r')).toBe('finish');
});

test('combinations keep their blocks, in the order in which they were made; no two have one name', () => {
  const vae = methodById('vae');
  const { blocks } = vae.configure(vae.preset('quick', 'text'));
  const first = { id: 'a', createdAt: 2, name: 'First', basis: 'vae', blocks };
  const second = { ...first, id: 'b', createdAt: 1, name: 'Second' };
  store.combinations.put(first);
  store.combinations.put(second);
  expect(store.combinations.all()).toEqual([second, first]);
  store.combinations.put({ ...first, name: 'Renamed' });
  expect(store.combinations.get('a')).toEqual({ ...first, name: 'Renamed' });
  expect(() => store.combinations.put({ ...first, id: 'c', name: 'Second' })).toThrow('UNIQUE');
  store.combinations.remove('a');
  expect(store.combinations.get('a')).toBeUndefined();
});
