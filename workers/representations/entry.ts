/**
 * The process that takes encoders over and computes vectors with them: forked by main, answers one request and ends.
 * Messages: contract/encoders.ts. What was half written lies in a folder that main removes.
 */
import { AppError, toPlainError } from '../../contract/errors.ts';
import {
  toRepresentationsWorker,
  type FromRepresentationsWorker,
  type ToRepresentationsWorker,
} from '../../contract/encoders.ts';
import { breather } from '../measure/breathe.ts';

type Request = Exclude<ToRepresentationsWorker, { kind: 'cancel' }>;

/** Main reads standard error into its log under this id. */
function report(error: unknown): string {
  const id = Date.now().toString(36);
  process.stderr.write(`${id} ${error instanceof Error ? error.stack : String(error)}\n`);
  return id;
}

const send = (message: FromRepresentationsWorker): void => void process.send?.(message);
const end = (last: FromRepresentationsWorker): void => {
  if (process.connected) process.send?.(last, () => process.exit(0));
  else process.exit(0);
};

/** Milliseconds between two looks at what main says, and between two words about how far the work is. */
const every = 200;

/** Says now and then how far the encoding is. */
function telling(): (share: number) => Promise<void> {
  let share = 0;
  const breathe = breather(() => send({ kind: 'progress', stage: 'encoding', share }), every);
  return (now) => {
    share = now;
    return breathe();
  };
}

async function answer(request: Request): Promise<FromRepresentationsWorker> {
  const { importMiniLm, importNetwork, importVectors } = await import('./import.ts');
  switch (request.kind) {
    case 'network':
      return { kind: 'encoder', encoder: await importNetwork(request, request.folder) };
    case 'minilm':
      return { kind: 'encoder', encoder: await importMiniLm(request.wheel, request.folder) };
    case 'vectors':
      return { kind: 'encoder', encoder: await importVectors(request, request.folder) };
    case 'represent': {
      const { represent } = await import('./represent.ts');
      return { kind: 'representations', representations: await represent(request, telling()) };
    }
    case 'run': {
      const { representByRun } = await import('./codes-of-run.ts');
      return { kind: 'representations', representations: await representByRun(request, telling()) };
    }
  }
}

const failed = (error: unknown): FromRepresentationsWorker => ({
  kind: 'failed',
  error: toPlainError(error, report),
});

let busy = false;
process.on('disconnect', () => process.exit(0));
process.on('message', (raw) => {
  const message = toRepresentationsWorker.parse(raw);
  if (message.kind === 'cancel') return end(failed(new AppError('encoders.cancelled')));
  if (busy) return;
  busy = true;
  void answer(message).catch(failed).then(end);
});
