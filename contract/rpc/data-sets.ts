/** Data sets: the import wizard, and reading what was imported. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { badLine, columnRole, dataSet, importSettings } from '../entities.ts';
import { call, byId, nothing, source } from './call.ts';

export const token = z.object({ word: z.string(), known: z.boolean() });

export const preview = z.object({
  files: z.array(z.object({ name: z.string(), bytes: z.number(), split: z.string().nullable() })),
  kind: z.enum(['lines', 'csv', 'tsv', 'jsonl', 'json']),
  /** `guessed` encodings with the same three lines decoded that way; empty when the file is UTF-8. */
  encodings: z.array(z.object({ encoding: z.string(), lines: z.array(z.string()) })),
  columns: z.array(
    z.object({ name: z.string(), role: columnRole, examples: z.array(z.string()), distinct: z.number() }),
  ),
  /** First 50 sentences as the model will see them. */
  sentences: z.array(z.object({ tokens: z.array(token), label: z.string().nullable() })),
  /** All lines were read for these, or as many as are read at once of a very large text: then `complete` is false. */
  complete: z.boolean(),
  lines: z.number(),
  usable: z.number(),
  duplicates: z.number(),
  /** Distinct sentences that stand in more than one split (in the files as they came, where they bring the splits). */
  leaks: z.number(),
  badLines: z.array(badLine),
  badLineCount: z.number(),
  /** Share of running words that have an id with these settings, and how many words have none. */
  coverage: z.number(),
  rareWords: z.number(),
  rareExamples: z.array(z.string()),
  tooLong: z.number(),
  lengths: z.array(z.object({ length: z.number(), count: z.number() })),
  settings: importSettings,
  /** The name occurs already, a split is small, an id was taken for a label, ...: keys of the catalogue. */
  warnings: z.array(
    z.object({
      kind: z.enum(['few-validation', 'label-looks-like-id', 'open-quote', 'name-taken']),
      facts: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
});
export type Preview = z.infer<typeof preview>;

export const importEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('progress'),
    stage: z.enum(['reading', 'splitting', 'writing', 'evaluator']),
    /** 0 to 1 over the whole import. */
    share: z.number(),
    lines: z.number(),
  }),
  z.object({ kind: z.literal('done'), dataSet }),
]);

export const datasetsCalls = {
  list: call.input(nothing).output(z.array(dataSet)),
  get: call.input(byId).output(dataSet),
  preview: call
    .input(z.object({ sources: z.array(source).min(1), settings: importSettings.partial() }))
    .output(preview),
  /** Ends with `done`; ending the feed early cancels the import and leaves no trace. */
  import: call
    .input(z.object({ sources: z.array(source).min(1), settings: importSettings }))
    .output(eventIterator(importEvent)),
  importSample: call.input(nothing).output(eventIterator(importEvent)),
  importSynthetic: call
    .input(z.object({ seed: z.number().int().default(1) }))
    .output(eventIterator(importEvent)),
  rename: call.input(byId.extend({ name: z.string().trim().min(1).max(200) })).output(dataSet),
  remove: call.input(byId).output(z.object({})),
  /** Sentences of a split, for reading. */
  sentences: call
    .input(
      byId.extend({
        split: z.enum(['train', 'validation', 'test', 'evaluator']),
        search: z.string().default(''),
        offset: z.number().int().default(0),
        limit: z.number().int().max(1000).default(100),
      }),
    )
    .output(z.object({ total: z.number(), sentences: z.array(z.string()) })),
};
