import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataSetFiles, specialWords } from '../../contract/datasets.ts';
import { importSettings, type DataSet, type Run } from '../../contract/entities.ts';
import type { AppEvent } from '../../contract/rpc.ts';
import { openStore } from '../../db/store.ts';
import { openApp, type App, type AppOptions } from '../app.ts';
import { openHome } from '../home/home.ts';
import { workerFile } from '../project.ts';
import type { NumberedEvent } from '../rpc/feed.ts';
import type { Behaviour } from './fake-train.ts';

export const fakeTrain = fileURLToPath(new URL('./fake-train.ts', import.meta.url));

/** A data folder of its own, with a blank in its path. */
export function temporaryHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(path.join(tmpdir(), 'workbench home '));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** What the set-up would have written down: the native runtime is there, for cards or not. */
export function writeSetUp(runtime: string, tensor: 'CPU' | 'GPU' | 'missing'): void {
  mkdirSync(runtime, { recursive: true });
  const step = { id: 'tensor', title: 'Tensor runtime', remedy: null, seconds: 1 };
  const state =
    tensor === 'missing'
      ? { state: 'missing', version: null, reason: 'There is no C++ compiler on this machine.' }
      : { state: 'ready', version: `TensorFlow 2.21.0 (${tensor})`, reason: null };
  writeFileSync(
    path.join(runtime, 'status.json'),
    JSON.stringify({ version: 1, steps: [{ ...step, ...state }] }),
  );
}

export function aDataSet(change: Partial<DataSet> = {}): DataSet {
  return {
    id: 'tiny',
    name: 'Tiny',
    kind: 'text',
    origin: 'file',
    createdAt: 1_700_000_000_000,
    files: [{ name: 'tiny.txt', bytes: 100, sha256: '0'.repeat(64) }],
    settings: importSettings.parse({ name: 'Tiny' }),
    sentences: { train: 4, validation: 2, test: 2, evaluator: 2 },
    tokens: 20,
    vocabulary: 12,
    coverage: 1,
    meanLength: 5,
    lengths: [{ length: 5, count: 4 }],
    frequentWords: [{ word: 'the', count: 4 }],
    labels: [],
    duplicates: 0,
    leftOut: 0,
    badLines: [],
    runs: 0,
    ...change,
  };
}

export function aRun(change: Partial<Run> = {}): Run {
  return {
    ...{
      id: 'run',
      name: 'A run',
      studyId: 'study',
      dataSetId: 'tiny',
      methodId: 'vae',
      size: 'quick',
      seed: 1,
    },
    options: {},
    ...{ pinnedTo: null, deviceId: null, status: 'queued', phase: null, step: 0, epoch: 0, progress: 0 },
    ...{ secondsLeft: null, savedStep: null, createdAt: 1, startedAt: null, endedAt: null, seconds: 0 },
    ...{ peakBytes: null, estimate: null, collapsedSince: null, error: null, results: null, star: false },
    ...{ note: '', tags: [], trashedAt: null, position: null },
    ...change,
  };
}

export const trainingSentences = ['the cat sat .', 'the dog ran .', 'a bird sang .', 'THE sun rose .'];

/** A data set with its folder, as an import leaves it, and what the fake worker is to do with it. */
export function putDataSet(home: string, change: Partial<DataSet> = {}, behaviour: Behaviour = {}): DataSet {
  const set = aDataSet(change);
  const folder = openHome(home).dataSet(set.id);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  write('behaviour.json', JSON.stringify(behaviour));
  write(dataSetFiles.vocabulary, `${[...specialWords, 'the', 'cat', 'sat', '.'].join('\n')}\n`);
  write(dataSetFiles.text('train'), `${trainingSentences.join('\n')}\n`);
  write(dataSetFiles.text('validation'), 'one fish .\ntwo fish .\n');
  write(dataSetFiles.text('test'), 'red fish .\nblue fish .\n');
  write(dataSetFiles.text('evaluator'), 'old fish .\nnew fish .\n');
  const store = openStore(openHome(home).store);
  store.dataSets.add(set);
  store.close();
  return set;
}

/** The application over a home of its own, with the fake worker. */
export function openTestApp(home: string, options: Partial<AppOptions> = {}): Promise<App> {
  const runtime = path.join(home, 'runtime');
  if (!existsSync(runtime)) writeSetUp(runtime, 'CPU');
  return openApp({
    home,
    version: '0.0.0-test',
    shell: 'cli',
    runtime,
    workers: (name) => (name === 'train' ? fakeTrain : workerFile(name)),
    // Those of the machine that tests are no part of what is tested.
    adapters: async () => [],
    ...options,
  });
}

export const fakeTrainLean = fileURLToPath(new URL('./fake-train-lean.ts', import.meta.url));

/** Puts an `nvidia-smi` that prints this into a folder, for use as a PATH; called again, it prints something else. */
export function fakeNvidiaSmi(folder: string, csv: string, code = 0): void {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'nvidia-smi');
  // Renamed, since a driver may be asked at this very moment.
  writeFileSync(path.join(folder, 'cards.new'), `${csv}\n`);
  renameSync(path.join(folder, 'cards.new'), path.join(folder, 'cards.csv'));
  writeFileSync(
    file,
    `#!/bin/sh\nwhile read -r line; do echo "$line"; done < "${path.join(folder, 'cards.csv')}"\nexit ${code}\n`,
  );
  chmodSync(file, 0o755);
}

/** Waits until something holds, by looking again every few milliseconds; gives up after half a minute. */
export async function until<T>(look: () => T | undefined | false | null): Promise<T> {
  for (let tries = 0; tries < 6000; tries += 1) {
    const seen = look();
    if (seen) return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`it never came to hold: ${look.toString()}`);
}

/** The next event of a kind; devices are told of every few seconds, whatever else happens. */
export async function nextOf(
  events: AsyncIterator<NumberedEvent>,
  kind: AppEvent['kind'],
): Promise<AppEvent> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) throw new Error(`the feed ended without ${kind}`);
    if (value.event.kind === kind) return value.event;
  }
}

export const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
