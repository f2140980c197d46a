/**
 * The process that makes a language model file: forked by main, answers one request and ends. The work is done in a
 * thread of its own, so that a cancel is heard at once. Messages: contract/language-models.ts. What was half written
 * lies in a folder that main removes.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { AppError, toPlainError } from '../../contract/errors.ts';
import { toLanguageModelWorker, type FromLanguageModelWorker } from '../../contract/language-models.ts';
import type { LanguageModelRequest } from './answer.ts';

/** Main reads standard error into its log under this id. */
function report(error: unknown): string {
  const id = Date.now().toString(36);
  process.stderr.write(`${id} ${error instanceof Error ? error.stack : String(error)}\n`);
  return id;
}

const failed = (error: unknown): FromLanguageModelWorker => ({
  kind: 'failed',
  error: toPlainError(error, report),
});

async function work(port: NonNullable<typeof parentPort>): Promise<void> {
  const { answer } = await import('./answer.ts');
  const tell = (message: FromLanguageModelWorker) => port.postMessage(message);
  try {
    tell(answer(workerData as LanguageModelRequest, tell));
  } catch (error) {
    tell(failed(error));
  }
}

/** Starts the thread; the function it returns ends it. */
function start(request: LanguageModelRequest): () => Promise<void> {
  const thread = new Worker(new URL(import.meta.url), { workerData: request });
  const end = (last: FromLanguageModelWorker) => {
    thread.removeAllListeners();
    if (process.connected) process.send?.(last, () => process.exit(0));
    else process.exit(0);
  };
  thread.on('message', (message: FromLanguageModelWorker) => {
    if (message.kind === 'progress') process.send?.(message);
    else end(message);
  });
  thread.on('error', (error) => end(failed(error)));
  thread.on('exit', (code) => end(failed(new Error(`the language model thread ended with code ${code}`))));
  return async () => {
    // Nothing that the thread still says counts: it may be about to be done.
    thread.removeAllListeners();
    await thread.terminate();
    end(failed(new AppError('ngram.cancelled')));
  };
}

function listen(): void {
  let cancel: (() => Promise<void>) | undefined;
  process.on('disconnect', () => (cancel ? void cancel() : process.exit(0)));
  process.on('message', (raw) => {
    const message = toLanguageModelWorker.parse(raw);
    if (message.kind === 'cancel') void cancel?.();
    else cancel ??= start(message);
  });
}

if (isMainThread) listen();
else if (parentPort) await work(parentPort);
