/**
 * Language models that a person makes or brings, and what main and the process that makes them
 * (`workers/language-models/entry.ts`, forked, one request a process) say to each other. Main resolves uploads to
 * paths first.
 */
import * as z from 'zod';
import { languageModel, plainError } from './entities.ts';

export const longestOrder = 6;

/** How a language model is trained; what each option means stands in `TrainOptions` of `workers/ngram/train.ts`. */
export const languageModelSettings = z.object({
  title: z.string().trim().min(1).max(200),
  order: z.number().int().min(1).max(longestOrder).default(5),
  /** By order: n-grams that occur at most that often are left out. */
  prune: z.array(z.number().int().nonnegative()).max(longestOrder).default([]),
  /** Number of the most frequent words to keep, or all. */
  vocabulary: z.number().int().min(1).nullable().default(null),
  /** What to do where the text holds `<s>`, `</s>` or `<unk>` as words. */
  reserved: z.enum(['refuse', 'skip', 'count-unk']).default('refuse'),
  /** Fixed discounts where the text is too small or too repetitive to estimate them. */
  discountFallback: z.boolean().default(false),
});
export type LanguageModelSettings = z.infer<typeof languageModelSettings>;

const progress = z.object({
  kind: z.literal('progress'),
  phase: z.enum(['reading', 'counting', 'estimating', 'writing']),
  /** 0 to 1 over the whole work. */
  share: z.number(),
});

/** Orders that took the fixed discounts, each with the reason for a person. */
const fallbackOrders = z.array(z.object({ order: z.number().int(), sentence: z.string() }));

/** What a window sees of the work; the feed ends with `done`. */
export const languageModelEvent = z.discriminatedUnion('kind', [
  progress,
  z.object({ kind: z.literal('done'), model: languageModel, fallbackOrders }),
]);
export type LanguageModelEvent = z.infer<typeof languageModelEvent>;

export const toLanguageModelWorker = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('train'),
    /** Text file, one tokenised sentence a line, plain or gzip. */
    text: z.string(),
    /** The name the person knows it by. */
    name: z.string(),
    settings: languageModelSettings,
    /** The file to write. */
    model: z.string(),
  }),
  z.object({
    kind: z.literal('import'),
    /** ARPA (plain or gzip) or the own format. */
    file: z.string(),
    name: z.string(),
    title: z.string(),
    model: z.string(),
  }),
  /** Stop now; answer `failed` with `ngram.cancelled`. */
  z.object({ kind: z.literal('cancel') }),
]);
export type ToLanguageModelWorker = z.infer<typeof toLanguageModelWorker>;

export const fromLanguageModelWorker = z.discriminatedUnion('kind', [
  progress,
  z.object({ kind: z.literal('done'), fallbackOrders }),
  z.object({ kind: z.literal('failed'), error: plainError }),
]);
export type FromLanguageModelWorker = z.infer<typeof fromLanguageModelWorker>;
