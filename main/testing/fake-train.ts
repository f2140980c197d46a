/**
 * A training worker without a tensor runtime: counts instead of learning, and does what the file `behaviour.json` in
 * the folder of its data set says. For tests of everything around a worker.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Results, SampleSet } from '../../contract/entities.ts';
import { runFiles, toTrainWorker, type FromTrainWorker, type TrainJob } from '../../contract/worker.ts';

export const behaviour = z.object({
  steps: z.number().default(10),
  /** Milliseconds a step. */
  pace: z.number().default(5),
  saveEvery: z.number().default(4),
  /** Steps at which something goes wrong. A resumed run does not fail again. */
  dieAt: z.number().optional(),
  fallSilentAt: z.number().optional(),
  babbleAt: z.number().optional(),
  notFiniteAt: z.number().optional(),
  collapseAt: z.number().optional(),
  /** Ends without a word when it is asked what a job would take. */
  failsToForesee: z.boolean().default(false),
  /** Ignores what it is asked. */
  deaf: z.boolean().default(false),
});
const saved = z.object({ step: z.number() });
export type Behaviour = z.input<typeof behaviour>;

let asked: 'pause' | 'keep' | 'discard' | undefined;
let silent = false;
const send = (message: FromTrainWorker) => {
  if (!silent && process.connected) process.send!(message);
};
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const heart = setInterval(() => send({ kind: 'heartbeat', bytes: 50_000_000 }), 20);

process.on('message', (raw) => {
  const message = toTrainWorker.parse(raw);
  if (message.kind === 'foresee') {
    const { failsToForesee } = behaviourOf(message.job);
    mkdirSync(message.job.runFolder, { recursive: true });
    writeFileSync(path.join(message.job.runFolder, 'piece'), 'parameters');
    if (failsToForesee) process.exit(1);
    send({ kind: 'foreseen', seconds: 1234, bytes: 600_000_000 });
    leave();
  } else if (message.kind === 'start') void work(message.job).then(leave);
  else if (message.kind === 'pause') asked = 'pause';
  else asked = message.keep ? 'keep' : 'discard';
});
process.on('disconnect', () => process.exit(0));

function leave(): void {
  clearInterval(heart);
  if (process.connected) process.disconnect();
}

function behaviourOf({ dataSetFolder }: TrainJob): z.output<typeof behaviour> {
  return behaviour.parse(JSON.parse(readFileSync(path.join(dataSetFolder, 'behaviour.json'), 'utf8')));
}

async function work(job: TrainJob): Promise<void> {
  const file = (name: string) => path.join(job.runFolder, name);
  const plan = behaviourOf(job);
  const resumed = job.resume && existsSync(file(runFiles.checkpointState));
  let step = resumed ? saved.parse(JSON.parse(readFileSync(file(runFiles.checkpointState), 'utf8'))).step : 0;
  const save = () => {
    writeFileSync(file(runFiles.checkpoint), 'parameters');
    writeFileSync(file(runFiles.best), 'parameters');
    writeFileSync(file(runFiles.checkpointState), JSON.stringify({ step }));
    send({ kind: 'saved', step });
  };
  writeFileSync(
    file('environment.json'),
    JSON.stringify({ ...pick(process.env), resumed, pid: process.pid }),
  );
  while (step < plan.steps) {
    await wait(plan.pace);
    if (asked && !plan.deaf) {
      if (asked === 'discard') return send({ kind: 'discarded' });
      save();
      if (asked === 'pause') return send({ kind: 'paused', step });
      break;
    }
    step += 1;
    const point = { step, epoch: step / 10, values: { loss: 100 / step } };
    appendFileSync(file(runFiles.series), `${JSON.stringify(point)}\n`);
    send({ kind: 'points', points: [point] });
    send({
      kind: 'progress',
      phase: 'training',
      step,
      epoch: step / 10,
      progress: step / plan.steps,
      secondsLeft: null,
    });
    if (step % plan.saveEvery === 0) save();
    if (resumed) continue;
    if (step === plan.dieAt) process.kill(process.pid, 'SIGKILL');
    if (step === plan.collapseAt) send({ kind: 'warning', warning: { kind: 'collapsed', since: step } });
    if (step === plan.babbleAt) process.send!({ kind: 'gibberish' });
    if (step === plan.fallSilentAt) silent = true;
    if (step === plan.babbleAt || step === plan.fallSilentAt) await wait(1_000_000);
    if (step === plan.notFiniteAt)
      return send({ kind: 'failed', error: { code: 'worker.not-finite', facts: { step, saved: step } } });
  }
  send({ kind: 'sampled', set: writeSamples(job) });
  send({ kind: 'finished', results: resultsOf(job), stopped: asked === 'keep', peakBytes: 60_000_000 });
}

function writeSamples(job: TrainJob): SampleSet {
  const id = `${job.runId}-samples`;
  const texts = ['the cat sat .', 'a dog ran away .', 'the cat sat .', `seed ${job.seed} says hello .`];
  mkdirSync(path.join(job.runFolder, runFiles.samples), { recursive: true });
  writeFileSync(
    path.join(job.runFolder, runFiles.samples, `${id}.jsonl`),
    texts
      .map((text, index) => ({ text, log10: -2 - index, tokens: text.split(' ').length + 1 }))
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  return {
    id,
    runId: job.runId,
    kind: 'prior',
    decoding: { kind: 'temperature', temperature: 1 },
    seed: 1,
    count: texts.length,
    createdAt: Date.now(),
    fppl: { value: 40 + job.seed, sentences: 4, tokens: 22, oov: 0, languageModel: job.evaluatorTitle },
    rppl: { value: 90 + job.seed, sentences: 4, tokens: 22, oov: 0, languageModel: 'from the samples' },
    distinct1: 0.5,
    distinct2: 0.7,
    meanLength: 4.5,
    duplicateRate: 0.25,
    copiedRate: 0,
  };
}

/** Numbers that tests can foresee: they depend on the method and the seed. */
function resultsOf(job: TrainJob): Results {
  const latent = job.methodId !== 'lstm-lm';
  return {
    nll: 30 + job.seed,
    nllKind: latent ? 'importance-weighted' : 'exact',
    nllSentences: 100,
    elbo: latent ? -31 : null,
    reconstruction: latent ? 29 : null,
    kl: latent ? 2 : null,
    mi: latent ? 1.5 : null,
    miLarge: latent ? 1.6 : null,
    au: latent ? 4 : null,
    auOf: latent ? 8 : null,
    perplexity: 20,
    predictedTokens: 1000,
    collapse: latent ? 'alive' : 'undefined',
    fppl: 40 + job.seed,
    rppl: 90 + job.seed,
    samples: 4,
  };
}

function pick(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return { cards: env['CUDA_VISIBLE_DEVICES'], threads: env['TF_NUM_INTRAOP_THREADS'] };
}
