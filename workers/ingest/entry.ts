/**
 * The import process: forked by main, answers one request and ends. The work is done in a thread of its own, so that
 * a cancel is heard and obeyed at once, whatever that thread is busy with. Messages: contract/ingest.ts.
 */
import { rmSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { AppError, toPlainError } from '../../contract/errors.ts';
import { toIngestWorker, type FromIngestWorker, type ToIngestWorker } from '../../contract/ingest.ts';

export type IngestRequest = Exclude<ToIngestWorker, { kind: 'cancel' }>;

/** Main reads standard error into its log under this id. */
function report(error: unknown): string {
  const id = Date.now().toString(36);
  process.stderr.write(`${id} ${error instanceof Error ? error.stack : String(error)}\n`);
  return id;
}

const failed = (error: unknown): FromIngestWorker => ({ kind: 'failed', error: toPlainError(error, report) });

async function work(port: NonNullable<typeof parentPort>): Promise<void> {
  const { answer } = await import('./answer.ts');
  const said = await answer(workerData as IngestRequest, (message) => port.postMessage(message)).catch(
    failed,
  );
  port.postMessage(said);
}

/** Starts the thread; the function it returns ends it and removes what it wrote. */
function start(request: IngestRequest): () => Promise<void> {
  const thread = new Worker(new URL(import.meta.url), { workerData: request });
  const remove = () => {
    if (request.kind !== 'preview') rmSync(request.folder, { recursive: true, force: true });
  };
  let ended = false;
  const end = (last: FromIngestWorker) => {
    if (ended) return;
    ended = true;
    if (last.kind === 'failed') remove();
    if (process.connected) process.send?.(last, () => process.exit(0));
    else process.exit(0);
  };
  thread.on('message', (message: FromIngestWorker) => {
    if (message.kind === 'progress') process.send?.(message);
    else end(message);
  });
  thread.on('error', (error) => end(failed(error)));
  thread.on('exit', (code) => end(failed(new Error(`the import thread ended with code ${code}`))));
  return async () => {
    // Nothing that the thread still says counts: it may be about to be done.
    thread.removeAllListeners();
    await thread.terminate();
    end(failed(new AppError('import.cancelled')));
  };
}

function listen(): void {
  let cancel: (() => Promise<void>) | undefined;
  process.on('disconnect', () => (cancel ? void cancel() : process.exit(0)));
  process.on('message', (raw) => {
    const message = toIngestWorker.parse(raw);
    if (message.kind === 'cancel') void cancel?.();
    else cancel ??= start(message);
  });
}

if (isMainThread) listen();
else if (parentPort) await work(parentPort);
