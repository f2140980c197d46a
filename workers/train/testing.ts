import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dataSetFiles } from '../../contract/datasets.ts';
import { methodById, type OptionValues } from '../../contract/methods/index.ts';
import { fromTrainWorker, runFiles, type FromTrainWorker, type TrainJob } from '../../contract/worker.ts';
import { saveNgram, trainNgramFile } from '../ngram/index.ts';
import type { BackendId } from '../tensor/index.ts';
import { writeTinyDataSet } from '../text/testing.ts';
import { runJob, type RunHost, type Wish } from './run.ts';

/** A tiny data set with its evaluator model. */
export async function tinyData(folder: string): Promise<string> {
  const dataSet = path.join(folder, 'data');
  await writeTinyDataSet({ folder: dataSet, train: 48 });
  const text = path.join(dataSet, dataSetFiles.text('evaluator'));
  const { model } = trainNgramFile(text, { order: 5, discountFallback: true });
  saveNgram(model, path.join(dataSet, dataSetFiles.evaluator));
  return dataSet;
}

export interface TinyJob {
  readonly methodId: string;
  readonly dataSetFolder: string;
  readonly runFolder: string;
  readonly backend?: BackendId;
  readonly options?: OptionValues;
  readonly resume?: boolean;
  readonly threads?: number;
}

export function tinyJob(job: TinyJob): TrainJob {
  const {
    methodId,
    dataSetFolder,
    runFolder,
    backend = 'wasm',
    options = {},
    resume = false,
    threads = 1,
  } = job;
  const method = methodById(methodId);
  return {
    runId: 'tiny',
    runFolder,
    dataSetFolder,
    methodId,
    options: {
      ...method.preset('quick', 'synthetic'),
      embedding: 6,
      hidden: 8,
      batch: 8,
      epochs: 3,
      importanceSamples: 5,
      importanceSentences: 4,
      samples: 10,
      ...(method.latent && { latent: 2 }),
      ...options,
    },
    seed: 7,
    backend,
    threads,
    evaluatorModel: path.join(dataSetFolder, dataSetFiles.evaluator),
    evaluatorTitle: 'tiny evaluator',
    resume,
    collapse: { kl: 0.1, steps: 5 },
  };
}

/** Runs a job in this process. `wishes` is asked after every execution, with their number so far. */
export async function runHere(
  job: TrainJob,
  wishes: (looks: number) => Wish | null = () => null,
  host: Partial<RunHost> = {},
): Promise<FromTrainWorker[]> {
  const messages: FromTrainWorker[] = [];
  let looks = 0;
  await runJob(job, {
    send: (message) => messages.push(fromTrainWorker.parse(message)),
    wish: () => wishes(looks++),
    lookEvery: 0,
    ...host,
  });
  return messages;
}

/** Runs a job in a forked worker; `onMessage` may send to it or end it. */
export function runForked(
  job: TrainJob,
  onMessage: (message: FromTrainWorker, child: ReturnType<typeof fork>) => void,
): Promise<{ messages: FromTrainWorker[]; code: number | null; signal: string | null }> {
  const child = fork(path.join(import.meta.dirname, 'entry.ts'), [], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const messages: FromTrainWorker[] = [];
  child.on('message', (raw) => {
    const message = fromTrainWorker.parse(raw);
    messages.push(message);
    onMessage(message, child);
  });
  child.send({ kind: 'start', job });
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve({ messages, code, signal }));
  });
}

export const ofKind = <K extends FromTrainWorker['kind']>(messages: readonly FromTrainWorker[], kind: K) =>
  messages.filter((message): message is Extract<FromTrainWorker, { kind: K }> => message.kind === kind);

/** What a finished run leaves that must not depend on interruptions: parameters, state, results, sentences. */
export function outcomeOf(job: TrainJob, messages: readonly FromTrainWorker[]) {
  const read = (name: string): string => readFileSync(path.join(job.runFolder, name)).toString('base64');
  const { results } = ofKind(messages, 'finished')[0]!;
  return {
    results,
    last: read(runFiles.checkpoint),
    best: read(runFiles.best),
    state: JSON.parse(readFileSync(path.join(job.runFolder, runFiles.checkpointState), 'utf8')) as unknown,
    probes: read(runFiles.probes),
    samples: ofKind(messages, 'sampled').map(({ set }) =>
      read(path.join(runFiles.samples, `${set.id}.jsonl`)),
    ),
  };
}

export const linesOf = <T>(job: TrainJob, name: 'series' | 'probes'): T[] =>
  readFileSync(path.join(job.runFolder, runFiles[name]), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
