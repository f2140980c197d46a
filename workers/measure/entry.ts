/**
 * A model worker: forked by main for one run, opens its best model and answers tasks one after another
 * (`toModelWorker` messages) until its channel closes.
 */
import { toModelWorker, type FromModelWorker, type ToModelWorker } from '../../contract/worker.ts';
import { plainly } from '../train/plainly.ts';
import { breather } from './breathe.ts';
import { openSavedModel } from './saved-model.ts';

const send = (message: FromModelWorker): void => {
  if (process.connected) process.send!(message);
};

const breathe = breather(() => {});
let model: ReturnType<typeof openSavedModel> | undefined;

async function answer(message: ToModelWorker): Promise<void> {
  if (message.kind === 'open') {
    model ??= openSavedModel(message.job);
    await model;
    send({ kind: 'opened' });
    return;
  }
  if (!model) throw new Error('a task came before the model was opened');
  const { id, task } = message;
  const onShare = (share: number): void => send({ kind: 'progress', id, share });
  send({ kind: 'answer', id, answer: await (await model)(task, { breathe, onShare }) });
}

/** One after another: they share one engine. */
let queue = Promise.resolve();
process.on('message', (raw) => {
  const parsed = toModelWorker.safeParse(raw);
  const id = parsed.success && parsed.data.kind === 'task' ? parsed.data.id : null;
  queue = queue
    .then(() => (parsed.success ? answer(parsed.data) : Promise.reject(parsed.error)))
    .catch((error: unknown) => send({ kind: 'failed', id, error: plainly(error) }));
});
process.on('disconnect', () => process.exit(0));
