/** What models write, and reading it. */
import * as z from 'zod';
import { decoding, perplexity, sampleSet } from '../entities.ts';
import { call } from './call.ts';

export const sample = z.object({
  /** Index in the set: the same index is the same code seed in every run. */
  index: z.number(),
  text: z.string(),
  /** Words, the end of the sentence not counted. */
  words: z.number(),
  /** Perplexity of the sentence under the chosen language model, its end counted. */
  fppl: z.number(),
  source: z.string().optional(),
  /** Occurrences of the same sentence in the set. */
  copies: z.number(),
  copiedFromTraining: z.boolean(),
});
export type Sample = z.infer<typeof sample>;

export const sampleQuery = z.object({
  setId: z.string(),
  languageModelId: z.string().optional(),
  search: z.string().default(''),
  pattern: z.boolean().default(false),
  /** Fewest and most words. */
  shortest: z.number().int().default(0),
  longest: z.number().int().default(1000),
  sort: z.enum(['index', 'fppl', 'length', 'text', 'copies']).default('index'),
  descending: z.boolean().default(false),
  offset: z.number().int().default(0),
  limit: z.number().int().max(1000).default(100),
});

export const scoredWord = z.object({
  word: z.string(),
  bits: z.number(),
  /** Length of the n-gram that was really used. */
  order: z.number(),
  known: z.boolean(),
  likelier: z.array(z.object({ word: z.string(), probability: z.number() })),
});

/** A value of the label column that a method is told, as the data set writes it; null asks for the commonest one. */
const labelValue = z.string();

export const compareRow = z.object({
  /** What aligns the row: code seed, input sentence or rank. */
  key: z.string(),
  cells: z.array(z.object({ text: z.string(), fppl: z.number() }).nullable()),
});

export const samplesCalls = {
  sets: call.input(z.object({ runId: z.string() })).output(z.array(sampleSet)),
  page: call
    .input(sampleQuery)
    .output(z.object({ total: z.number(), occurrences: z.number(), samples: z.array(sample) })),
  /** FPPL of a set under another language model. */
  score: call.input(z.object({ setId: z.string(), languageModelId: z.string() })).output(perplexity),
  generate: call
    .input(
      z.object({
        runId: z.string(),
        decoding,
        count: z.number().int().min(1).max(100_000),
        seed: z.number().int(),
      }),
    )
    .output(sampleSet),
  reconstruct: call
    .input(
      z.object({
        runId: z.string(),
        sentence: z.string().min(1).max(2000),
        copies: z.number().int().min(1).max(20),
        label: labelValue.nullable().default(null),
      }),
    )
    .output(
      z.object({
        mean: z.string(),
        sampled: z.array(z.string()),
        unknown: z.array(z.string()),
        label: labelValue.nullable(),
      }),
    ),
  interpolate: call
    .input(
      z.object({
        runId: z.string(),
        from: z.string().min(1).max(2000),
        to: z.string().min(1).max(2000),
        steps: z.number().int().min(3).max(15),
        label: labelValue.nullable().default(null),
      }),
    )
    .output(z.object({ sentences: z.array(z.string()), label: labelValue.nullable() })),
  /** A sentence, and the same sentence with other labels; for methods whose decoder is told a label. */
  transfer: call
    .input(
      z.object({
        runId: z.string(),
        sentence: z.string().min(1).max(2000),
        from: labelValue.nullable().default(null),
        to: z.array(labelValue).min(1).max(50),
      }),
    )
    .output(
      z.object({
        from: labelValue,
        rewritten: z.array(z.object({ label: labelValue, text: z.string(), selfBleu: z.number() })),
        unknown: z.array(z.string()),
      }),
    ),
  words: call
    .input(z.object({ text: z.string().max(5000), languageModelId: z.string() }))
    .output(z.array(scoredWord)),
  compare: call
    .input(
      z.object({
        setIds: z.array(z.string()).min(2).max(4),
        align: z.enum(['code', 'input', 'rank']),
        offset: z.number().int().default(0),
        limit: z.number().int().max(500).default(50),
      }),
    )
    .output(z.object({ total: z.number(), rows: z.array(compareRow) })),
};
