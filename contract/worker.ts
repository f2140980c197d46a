/**
 * What main and a run's worker process say to each other over the IPC channel of `child_process.fork`.
 * Both sides parse what arrives: a message of another shape is a bug of one of them and ends the run.
 */
import * as z from 'zod';
import {
  backendId,
  decoding,
  optionValues,
  phase,
  plainError,
  point,
  probe,
  results,
  sampleSet,
  seriesName,
} from './entities.ts';

/** Everything a training worker needs; written to `<run folder>/run.json` as well. */
export const trainJob = z.object({
  runId: z.string(),
  runFolder: z.string(),
  dataSetFolder: z.string(),
  methodId: z.string(),
  options: optionValues,
  seed: z.number().int(),
  backend: backendId,
  threads: z.number().int().positive(),
  /** Path of the data set's evaluator model (own binary format), for FPPL. */
  evaluatorModel: z.string(),
  evaluatorTitle: z.string(),
  /** A finished language model whose words and LSTM the encoder begins with. */
  beginsWith: z.object({ runId: z.string(), runFolder: z.string() }).optional(),
  /** True: continue from the last save in the run folder. */
  resume: z.boolean(),
  collapse: z.object({ kl: z.number(), steps: z.number() }),
});
export type TrainJob = z.infer<typeof trainJob>;

export const toTrainWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), job: trainJob }),
  /** Instead of `start`: do a few pieces of the job, keep nothing, and end with `foreseen`. */
  z.object({ kind: z.literal('foresee'), job: trainJob }),
  /** Save, then end with `paused`: a paused run holds no memory. */
  z.object({ kind: z.literal('pause') }),
  /** Stop training now; with `keep` measure and sample the model as it is, else end at once. */
  z.object({ kind: z.literal('stop'), keep: z.boolean() }),
]);
export type ToTrainWorker = z.infer<typeof toTrainWorker>;

export const fromTrainWorker = z.discriminatedUnion('kind', [
  /** Every second, whatever the worker is doing. */
  z.object({ kind: z.literal('heartbeat'), bytes: z.number() }),
  z.object({
    kind: z.literal('progress'),
    phase,
    step: z.number().int(),
    epoch: z.number(),
    /** 0 to 1 over the whole run, testing and sampling included. */
    progress: z.number(),
    /** Null while too little has been measured. */
    secondsLeft: z.number().nullable(),
  }),
  z.object({ kind: z.literal('points'), points: z.array(point) }),
  z.object({ kind: z.literal('probe'), probe }),
  z.object({ kind: z.literal('saved'), step: z.number().int() }),
  z.object({
    kind: z.literal('warning'),
    warning: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('collapsed'), since: z.number().int() }),
      z.object({ kind: z.literal('recovered'), at: z.number().int() }),
      z.object({ kind: z.literal('over-fitting'), since: z.number().int(), best: z.number().int() }),
    ]),
  }),
  z.object({ kind: z.literal('sampled'), set: sampleSet }),
  z.object({ kind: z.literal('log'), level: z.enum(['info', 'warn', 'error']), text: z.string() }),
  z.object({ kind: z.literal('paused'), step: z.number().int() }),
  z.object({ kind: z.literal('finished'), results, stopped: z.boolean(), peakBytes: z.number() }),
  /** Ended without keeping anything, as asked. */
  z.object({ kind: z.literal('discarded') }),
  z.object({ kind: z.literal('failed'), error: plainError }),
  /** What the whole job would take: seconds of computing, bytes at its peak. */
  z.object({ kind: z.literal('foreseen'), seconds: z.number(), bytes: z.number() }),
]);
export type FromTrainWorker = z.infer<typeof fromTrainWorker>;

/** Questions to a model that has been saved; answered by `workers/measure/entry.ts`, one process per run asked. */
export const modelTask = z.discriminatedUnion('kind', [
  /** New prior samples; written to a sample set file, FPPL and RPPL included. */
  z.object({
    kind: z.literal('sample'),
    decoding,
    count: z.number().int(),
    seed: z.number().int(),
    setId: z.string(),
  }),
  /** `copies` sampled codes per sentence, decoded greedily; `mean` decodes the posterior mean once. */
  z.object({
    kind: z.literal('reconstruct'),
    sentences: z.array(z.string()),
    copies: z.number().int().min(1).max(20),
    mean: z.boolean(),
    seed: z.number().int(),
    /** Class of the label that the method is told; null is the commonest one. */
    label: z.number().int().nonnegative().nullable().default(null),
  }),
  z.object({
    kind: z.literal('interpolate'),
    from: z.string(),
    to: z.string(),
    steps: z.number().int().min(3).max(15),
    /** The same for both ends and everything between. */
    label: z.number().int().nonnegative().nullable().default(null),
  }),
  /** Posterior means of sentences with the label `from` (null: the commonest), decoded greedily with each of `to`. */
  z.object({
    kind: z.literal('transfer'),
    sentences: z.array(z.string()),
    from: z.number().int().nonnegative().nullable(),
    to: z.array(z.number().int().nonnegative()).min(1),
  }),
]);
export type ModelTask = z.infer<typeof modelTask>;
/** A class of the told label, null for a method that is told none. */
const toldClass = z.number().int().nonnegative().nullable();

export const modelAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sample'), set: sampleSet }),
  z.object({
    kind: z.literal('reconstruct'),
    reconstructions: z.array(z.array(z.string())),
    /** Words of the sentences that have no id, each once. */
    unknown: z.array(z.string()),
    label: toldClass,
  }),
  z.object({ kind: z.literal('interpolate'), sentences: z.array(z.string()), label: toldClass }),
  z.object({
    kind: z.literal('transfer'),
    /** [sentences][to]. */
    rewritten: z.array(z.array(z.string())),
    /** BLEU-4 of each with the sentence, as it was read, as reference. */
    selfBleu: z.array(z.array(z.number())),
    /** The class that the sentences were read with. */
    from: z.number().int().nonnegative(),
    unknown: z.array(z.string()),
  }),
]);
export type ModelAnswer = z.infer<typeof modelAnswer>;

export const toModelWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), job: trainJob }),
  z.object({ kind: z.literal('task'), id: z.number().int(), task: modelTask }),
]);
export const fromModelWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened') }),
  z.object({ kind: z.literal('progress'), id: z.number().int(), share: z.number() }),
  z.object({ kind: z.literal('answer'), id: z.number().int(), answer: modelAnswer }),
  z.object({ kind: z.literal('failed'), id: z.number().int().nullable(), error: plainError }),
]);
export type ToModelWorker = z.infer<typeof toModelWorker>;
export type FromModelWorker = z.infer<typeof fromModelWorker>;

/** Files of a run folder, relative to it. */
export const runFiles = {
  job: 'run.json',
  /** One `Point` a line, appended; cut back to the saved step when a run continues. */
  series: 'series.jsonl',
  /** One `Probe` a line. */
  probes: 'probes.jsonl',
  log: 'log.jsonl',
  /** Parameters, optimizer slots and the state of the loop, for continuing. */
  checkpoint: 'last.safetensors',
  checkpointState: 'last.json',
  /** Parameters at the best validation loss: what is measured and sampled. */
  best: 'best.safetensors',
  bestState: 'best.json',
  /** One sample set a file: `<id>.jsonl`, a line per sentence (`SampleLine`). */
  samples: 'samples',
} as const;

/** One line of a sample file. `source` is the input of a reconstruction. */
export const sampleLine = z.object({
  text: z.string(),
  /** Sum of log10 p under the evaluator, sentence end included. */
  log10: z.number(),
  tokens: z.number().int(),
  source: z.string().optional(),
});
export type SampleLine = z.infer<typeof sampleLine>;

export { seriesName };

/** A way to a graphics card, as the WebGPU library names it. */
export const adapter = z.object({
  name: z.string(),
  vendor: z.string(),
  architecture: z.string(),
  /** Computes on the processor, many times slower than the native runtime does. */
  software: z.boolean(),
  /** Bytes that one buffer of a shader may have. */
  largestBuffer: z.number(),
});
export type Adapter = z.infer<typeof adapter>;

/** All that the process which looks for graphics adapters says. */
export const fromGpuWorker = z.object({ kind: z.literal('adapters'), adapters: z.array(adapter) });
export type FromGpuWorker = z.infer<typeof fromGpuWorker>;

/** Environment of a worker that computes with WebGPU: its adapter, and `1` where one on the processor will do. */
export const webgpuVariables = {
  adapter: 'LATENT_WORKBENCH_WEBGPU_ADAPTER',
  software: 'LATENT_WORKBENCH_WEBGPU_SOFTWARE',
} as const;
