import { pathToFileURL } from 'node:url';
import { Worker, type MessagePort } from 'node:worker_threads';

/** Calls into the exported functions of a file, one after another, in a thread of its own. */
export interface Thread {
  /** Rejects with what the function threw, or when the thread ended first. */
  call(name: string, job: unknown, ports?: readonly MessagePort[]): Promise<unknown>;
  end(): Promise<void>;
}

/** What the thread runs: any file's functions, by name. A pool would need a file of its own beside every bundle. */
const host = `
  import { parentPort, workerData } from 'node:worker_threads';
  const functions = await import(workerData);
  parentPort.on('message', async ({ id, name, job }) => {
    try {
      parentPort.postMessage({ id, value: await functions[name](job) });
    } catch (error) {
      parentPort.postMessage({ id, error });
    }
  });
`;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Starts the thread with the first call and again with the next one after it ended. */
export function openThread(file: string): Thread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let calls = 0;

  function start(): Worker {
    const started = new Worker(new URL(`data:text/javascript,${encodeURIComponent(host)}`), {
      workerData: pathToFileURL(file).href,
      execArgv: [],
    });
    const failAll = (error: unknown) => {
      if (worker === started) worker = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    started.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: unknown }) => {
      const call = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) call?.resolve(value);
      else call?.reject(error);
      // Idle, it keeps no process alive.
      if (waiting.size === 0) started.unref();
    });
    started.on('error', failAll);
    started.on('exit', (code) => failAll(new Error(`a thread ended with code ${code}`)));
    return started;
  }

  return {
    call(name, job, ports = []) {
      worker ??= start();
      worker.ref();
      const id = (calls += 1);
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker?.postMessage({ id, name, job }, ports);
      });
    },
    async end() {
      await worker?.terminate();
    },
  };
}
