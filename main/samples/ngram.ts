import { MessageChannel } from 'node:worker_threads';
import * as z from 'zod';
import { plainError } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { openThread } from '../thread.ts';

const numbers = z.instanceof(Float64Array);

/** What of the answers of `workers/ngram/entry.ts` is used here. */
const answers = {
  score: z.object({
    tokens: z.number(),
    oov: z.number(),
    log10: z.number(),
    perplexityWithOov: z.number(),
    perplexityWithoutOov: z.number(),
    perSentence: numbers,
    tokensPerSentence: z.instanceof(Uint32Array),
  }),
  scoreWords: z.array(z.object({ log10: z.number(), tokens: z.number(), oov: z.number() })),
  surprisal: z.array(
    z.array(
      z.object({
        word: z.string(),
        order: z.number(),
        oov: z.boolean(),
        bits: z.number(),
        log10: z.number(),
        alternatives: z.array(z.object({ word: z.string(), log10: z.number() })),
      }),
    ),
  ),
  forward: z.object({
    value: z.number(),
    scored: z.object({ sentences: z.number(), tokens: z.number(), oov: z.number() }),
    interval: z.object({ low: z.number(), high: z.number() }),
  }),
  describe: z.object({
    order: z.number(),
    ngrams: z.array(z.number()),
    card: z.object({
      title: z.string().optional(),
      sentences: z.number().optional(),
      words: z.number().optional(),
    }),
  }),
  train: z.object({
    report: z.object({
      order: z.number(),
      sentences: z.number(),
      words: z.number(),
      types: z.number(),
      ngrams: z.array(z.number()),
      fallbackOrders: z.array(z.object({ order: z.number(), sentence: z.string() })),
    }),
    bytes: z.number().optional(),
  }),
} as const;

export type NgramAnswer<K extends keyof typeof answers> = z.infer<(typeof answers)[K]>;

const progressMessage = z.object({ phase: z.string(), done: z.number() });
export type NgramProgress = z.infer<typeof progressMessage>;

export interface Ngram {
  /** Throws the `ngram.*` that the thread foresaw. */
  ask<K extends keyof typeof answers>(
    name: K,
    job: object,
    onProgress?: (progress: NgramProgress) => void,
  ): Promise<NgramAnswer<K>>;
  close(): Promise<void>;
}

const outcome = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: plainError }),
]);

/** The n-gram model in a thread of its own; `file` is `workers/ngram/entry.ts` or its bundle. */
export function openNgramThread(file: string): Ngram {
  const thread = openThread(file);
  return {
    async ask<K extends keyof typeof answers>(
      name: K,
      job: object,
      onProgress?: (progress: NgramProgress) => void,
    ) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (raw) => onProgress?.(progressMessage.parse(raw)));
      try {
        const whole = onProgress ? { ...job, progress: port2 } : job;
        const answer = outcome.parse(await thread.call(name, whole, onProgress ? [port2] : []));
        if (!answer.ok) throw new AppError(answer.error.code, answer.error.facts);
        return answers[name].parse(answer.value) as NgramAnswer<K>;
      } finally {
        port1.close();
      }
    },
    close: () => thread.end(),
  };
}
