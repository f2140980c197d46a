/**
 * A training worker that only counts, and imports nothing, so that a hundred of them start in a few seconds. For tests
 * and measurements of the queue; what can go wrong in a worker is in `fake-train.ts`. It takes `steps` and `pace`
 * (milliseconds a step) from `behaviour.json` in the folder of its data set, saves after every step, and pauses
 * whatever it is asked.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Results } from '../../contract/entities.ts';
import type { FromTrainWorker, ToTrainWorker, TrainJob } from '../../contract/worker.ts';

const send = (message: FromTrainWorker): void => {
  if (process.connected) process.send!(message);
};
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const heart = setInterval(() => send({ kind: 'heartbeat', bytes: 50_000_000 }), 1000);
let asked = false;

process.on('message', (message: ToTrainWorker) => {
  if (message.kind !== 'start') asked = true;
  else
    void work(message.job).then(() => {
      clearInterval(heart);
      if (process.connected) process.disconnect();
    });
});
process.on('disconnect', () => process.exit(0));

async function work(job: TrainJob): Promise<void> {
  const file = (name: string) => path.join(job.runFolder, name);
  const behaviour = path.join(job.dataSetFolder, 'behaviour.json');
  const { steps, pace } = JSON.parse(readFileSync(behaviour, 'utf8')) as { steps: number; pace: number };
  const saved = file('last.json');
  const from = job.resume && existsSync(saved) ? readFileSync(saved, 'utf8') : '{"step":0}';
  const first = (JSON.parse(from) as { step: number }).step;
  writeFileSync(
    file('environment.json'),
    JSON.stringify({ cards: process.env['CUDA_VISIBLE_DEVICES'], first }),
  );
  for (let step = first; step < steps;) {
    await wait(pace);
    step += 1;
    const progress = step / steps;
    send({ kind: 'progress', phase: 'training', step, epoch: progress, progress, secondsLeft: null });
    writeFileSync(file('last.safetensors'), 'parameters');
    writeFileSync(saved, JSON.stringify({ step }));
    send({ kind: 'saved', step });
    if (asked) return send({ kind: 'paused', step });
  }
  send({ kind: 'finished', results, stopped: false, peakBytes: 50_000_000 });
}

/** Of a language model that was measured on nothing else. */
const results: Results = {
  ...{ nll: 30, nllKind: 'exact', nllSentences: 100, elbo: null, reconstruction: null, kl: null, mi: null },
  ...{ miLarge: null, au: null, auOf: null, perplexity: 20, predictedTokens: 1000, collapse: 'undefined' },
  ...{ fppl: null, rppl: null, samples: 0 },
};
