/**
 * A training worker: forked by main, one per run, told what to do by `toTrainWorker` messages. Ends by itself when
 * its run has ended, and saves when it is asked to go (SIGTERM) or finds itself alone.
 */
import { toTrainWorker, type FromTrainWorker } from '../../contract/worker.ts';
import { foresee } from './foresee.ts';
import { whileWaiting } from '../tensor/far-device.ts';
import { plainly } from './plainly.ts';
import { runJob, type Wish } from './run.ts';

const send = (message: FromTrainWorker): void => {
  // With a callback, for the other side may be gone before this one has noticed: a run then still saves.
  if (process.connected) process.send!(message, () => {});
};

let wish: Wish | null = null;
let started = false;

/** Ends once everything said has left; an exit code says the same to whoever has no channel. */
const end = (code: number): void => {
  clearInterval(heart);
  process.exitCode = code;
  if (process.connected) {
    process.send!(aBeat(), () => {
      if (process.connected) process.disconnect();
    });
  }
  // Native threads may outlive the work.
  setTimeout(() => process.exit(code), 1000).unref();
};

const aBeat = (): FromTrainWorker => ({ kind: 'heartbeat', bytes: process.memoryUsage.rss() });
const heart = setInterval(() => send(aBeat()), 1000);
whileWaiting(() => send(aBeat()));
send(aBeat());

const fail = (error: unknown): void => {
  send({ kind: 'failed', error: plainly(error) });
  end(1);
};

process.on('message', (raw) => {
  const parsed = toTrainWorker.safeParse(raw);
  if (!parsed.success) return fail(parsed.error);
  const message = parsed.data;
  switch (message.kind) {
    case 'start':
      if (started) return fail(new Error('a training worker takes one job'));
      started = true;
      runJob(message.job, { send, wish: () => wish }).then(() => end(0), fail);
      return;
    case 'foresee':
      if (started) return fail(new Error('a training worker takes one job'));
      foresee(message.job).then((foreseen) => {
        send({ kind: 'foreseen', ...foreseen });
        end(0);
      }, fail);
      return;
    case 'pause':
      wish = 'pause';
      return;
    case 'stop':
      wish = message.keep ? 'keep' : 'discard';
      return;
  }
});

// Both mean: nobody will read the result. Save what there is.
for (const event of ['SIGTERM', 'disconnect'] as const) {
  process.on(event, () => {
    if (started) wish = 'pause';
    else end(0);
  });
}
