import { statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import {
  fromModelWorker,
  runFiles,
  type ModelAnswer,
  type ModelTask,
  type ToModelWorker,
  type TrainJob,
} from '../../contract/worker.ts';
import { startWorker, type WorkerProcess } from '../worker-process.ts';

export interface ModelProcessesOptions {
  file: string;
  env: (job: TrainJob) => Record<string, string>;
  /** What the processes print. */
  onPrint(line: string): void;
  /** Milliseconds after its last answer for which a model stays open: the next question often follows. */
  keptFor?: number;
}

interface Waiting {
  resolve(answer: ModelAnswer): void;
  reject(error: unknown): void;
}

interface Opened {
  /** When the file it was opened from was written. */
  readonly version: number;
  readonly process: WorkerProcess;
  readonly waiting: Map<number, Waiting>;
  idle?: NodeJS.Timeout;
}

/** Open models hold memory that a training run may need. */
const mostOpen = 2;

/** Saved models in processes of their own, one per run that is asked something. */
export function modelProcesses({ file, env, onPrint, keptFor = 60_000 }: ModelProcessesOptions) {
  const open = new Map<string, Opened>();
  let tasks = 0;

  function start(job: TrainJob): Opened {
    const printed: string[] = [];
    const waiting = new Map<number, Waiting>();
    const failAll = (error: unknown) => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    const process = startWorker({
      file,
      env: env(job),
      onPrint(line) {
        printed.push(line);
        onPrint(line);
      },
      onMessage(raw) {
        const message = fromModelWorker.parse(raw);
        if (message.kind === 'opened' || message.kind === 'progress') return;
        const error =
          message.kind === 'failed' ? new AppError(message.error.code, message.error.facts) : undefined;
        if (error && message.id === null) {
          // It could not open the model, so it will answer nothing else.
          failAll(error);
          process.kill();
          return;
        }
        const asked = waiting.get(message.id ?? -1);
        waiting.delete(message.id ?? -1);
        if (message.kind === 'answer') asked?.resolve(message.answer);
        else asked?.reject(error);
        if (waiting.size === 0) rest(job.runId);
      },
    });
    const opened: Opened = { version: versionOf(job), process, waiting };
    void process.ended.then((reason) => {
      if (open.get(job.runId) === opened) open.delete(job.runId);
      clearTimeout(opened.idle);
      failAll(new Error(`the process of a model ${reason}: ${printed.slice(-5).join(' ')}`));
    });
    process.send({ kind: 'open', job } satisfies ToModelWorker);
    open.set(job.runId, opened);
    return opened;
  }

  function rest(runId: string): void {
    const opened = open.get(runId);
    if (opened) opened.idle = setTimeout(() => close(runId), keptFor).unref();
  }

  function close(runId: string): void {
    const opened = open.get(runId);
    open.delete(runId);
    clearTimeout(opened?.idle);
    opened?.process.kill();
  }

  function makeRoom(): void {
    for (const [runId, { waiting }] of open) if (open.size >= mostOpen && waiting.size === 0) close(runId);
  }

  return {
    /** Throws what the model's process foresaw. */
    ask<K extends ModelTask['kind']>(job: TrainJob, task: Extract<ModelTask, { kind: K }>) {
      // A run that trains on writes a better model every now and then.
      const stale = open.get(job.runId);
      if (stale && stale.waiting.size === 0 && stale.version !== versionOf(job)) close(job.runId);
      if (!open.has(job.runId)) makeRoom();
      const { process, waiting, idle } = open.get(job.runId) ?? start(job);
      clearTimeout(idle);
      const id = (tasks += 1);
      return new Promise<Extract<ModelAnswer, { kind: K }>>((resolve, reject) => {
        waiting.set(id, {
          resolve: (answer) => resolve(answer as Extract<ModelAnswer, { kind: K }>),
          reject,
        });
        process.send({ kind: 'task', id, task } satisfies ToModelWorker);
      });
    },
    closeAll(): void {
      for (const runId of [...open.keys()]) close(runId);
    },
  };
}
export type ModelProcesses = ReturnType<typeof modelProcesses>;

function versionOf(job: TrainJob): number {
  return statSync(path.join(job.runFolder, runFiles.best), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
