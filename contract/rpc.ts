/**
 * The calls and feeds between a window and the main process, stated once. Both pipes (WebSocket, MessagePort) and
 * both sides derive from this contract. Every expected error arrives as the oRPC error `EXPECTED` whose data is a
 * `PlainError`.
 */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import {
  badLine,
  columnRole,
  dataSet,
  decoding,
  device,
  estimate,
  importSettings,
  languageModel,
  notice,
  optionValues,
  perplexity,
  plainError,
  point,
  probe,
  run,
  sampleSet,
  settings,
  setupStep,
  size,
  study,
} from './entities.ts';
import {
  belongsToEncoder,
  encoder,
  encoderEvent,
  representations,
  representationsEvent,
} from './encoders.ts';
import { combination, savedCombination } from './methods/own.ts';
import { languageModelEvent, languageModelSettings } from './language-models.ts';

const call = oc.errors({ EXPECTED: { data: plainError } });
const byId = z.object({ id: z.string() });
const nothing = z.object({}).optional();

/** Where a file comes from: a path (desktop, CLI) or an upload of this window (browser). Nothing later may ask which. */
export const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path'), path: z.string() }),
  z.object({ kind: z.literal('upload'), uploadId: z.string(), name: z.string() }),
]);
export type Source = z.infer<typeof source>;

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

export const studyRequest = z.object({
  name: z.string().trim().max(200).optional(),
  dataSetId: z.string(),
  methodIds: z.array(z.string()).min(1),
  size,
  seeds: z.number().int().min(1).max(50),
  /** Changed options by method id; what is absent comes from the size. */
  options: z.record(z.string(), optionValues).default({}),
  pinnedTo: z.string().nullable().default(null),
});
export type StudyRequest = z.infer<typeof studyRequest>;

export const studyEstimate = z.object({
  runs: z.number(),
  /** Wall-clock seconds with the enabled slots. */
  seconds: z.object({ low: z.number(), high: z.number() }),
  /** Largest run. */
  bytes: z.number(),
  deviceId: z.string().nullable(),
  memoryFree: z.number().nullable(),
  perMethod: z.array(z.object({ methodId: z.string(), estimate })),
});

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

export const appEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), run }),
  z.object({ kind: z.literal('run-removed'), id: z.string() }),
  z.object({ kind: z.literal('points'), runId: z.string(), points: z.array(point) }),
  z.object({ kind: z.literal('probe'), runId: z.string(), probe }),
  z.object({ kind: z.literal('sample-set'), set: sampleSet }),
  z.object({ kind: z.literal('devices'), devices: z.array(device) }),
  z.object({ kind: z.literal('data-sets-changed') }),
  z.object({ kind: z.literal('studies-changed') }),
  z.object({ kind: z.literal('combinations-changed') }),
  z.object({ kind: z.literal('language-models-changed') }),
  /** An encoder or the vectors of a data set came or went. */
  z.object({ kind: z.literal('encoders-changed') }),
  z.object({ kind: z.literal('settings'), settings }),
  z.object({ kind: z.literal('notice'), notice }),
  /** More was missed than is kept: load everything again. */
  z.object({ kind: z.literal('reload') }),
]);
export type AppEvent = z.infer<typeof appEvent>;

/** Where an encoder comes from: a folder, the package registry, or vectors with their sentences. */
export const encoderSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('folder'),
    path: z.string(),
    title: z.string().trim().min(1).max(200).optional(),
  }),
  /** The files of a folder that a window chose, each by its path in it; others than an encoder's are refused. */
  z.object({
    kind: z.literal('files'),
    folder: z.string().trim().min(1).max(200),
    files: z
      .array(z.object({ path: z.string().refine(belongsToEncoder), source }))
      .min(1)
      .max(40),
  }),
  z.object({ kind: z.literal('minilm') }),
  z.object({
    kind: z.literal('vectors'),
    vectors: source,
    sentences: source,
    title: z.string().trim().min(1).max(200).optional(),
  }),
]);
export type EncoderSource = z.infer<typeof encoderSource>;

export const contract = {
  /** Numbered events from `after` on; a window that reconnects passes the last number it saw. */
  events: call
    .input(z.object({ after: z.number().int().optional() }))
    .output(eventIterator(z.object({ sequence: z.number().int(), event: appEvent }))),
  doctor: call.input(nothing).output(
    z.object({
      version: z.string(),
      home: z.string(),
      shell: z.enum(['electron', 'browser', 'cli']),
      steps: z.array(setupStep),
    }),
  ),
  datasets: {
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
  },
  studies: {
    list: call.input(nothing).output(z.array(study)),
    get: call.input(byId).output(study),
    estimate: call.input(studyRequest).output(studyEstimate),
    create: call.input(studyRequest).output(z.object({ study, runs: z.array(run) })),
    rename: call.input(byId.extend({ name: z.string().trim().min(1).max(200) })).output(study),
  },
  /** Methods that people put together from blocks. */
  combinations: {
    list: call.input(nothing).output(z.array(savedCombination)),
    /** A new one, or with an id that one changed. */
    save: call
      .input(z.object({ id: z.string().nullable().default(null), combination }))
      .output(savedCombination),
    /** The text of an exported file. */
    bring: call.input(z.object({ text: z.string().max(1_000_000) })).output(savedCombination),
    export: call.input(byId).output(z.object({ exportId: z.string(), name: z.string() })),
    remove: call.input(byId).output(z.object({})),
  },
  runs: {
    list: call.input(nothing).output(z.array(run)),
    get: call.input(byId).output(run),
    /** All points of a run in order of steps. */
    series: call.input(byId).output(z.array(point)),
    probes: call.input(byId).output(z.array(probe)),
    log: call
      .input(byId)
      .output(
        z.array(z.object({ at: z.number(), level: z.enum(['info', 'warn', 'error']), text: z.string() })),
      ),
    pause: call.input(byId).output(run),
    resume: call.input(byId).output(run),
    stop: call.input(byId.extend({ keep: z.boolean() })).output(run),
    /** Continues a crashed or failed run from its last save. */
    continue: call.input(byId).output(run),
    annotate: call
      .input(
        byId.extend({
          name: z.string().trim().min(1).max(200).optional(),
          note: z.string().max(10_000).optional(),
          star: z.boolean().optional(),
          tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
        }),
      )
      .output(run),
    trash: call.input(z.object({ ids: z.array(z.string()) })).output(z.array(run)),
    restore: call.input(z.object({ ids: z.array(z.string()) })).output(z.array(run)),
    /** Deletes trashed runs for good; answers the bytes that came free. */
    emptyTrash: call.input(nothing).output(z.object({ bytes: z.number(), runs: z.number() })),
  },
  queue: {
    /** Puts a waiting run before another (null: at the end). */
    move: call.input(byId.extend({ before: z.string().nullable() })).output(z.array(run)),
    pin: call.input(byId.extend({ deviceId: z.string().nullable() })).output(run),
    /** Takes a waiting run out of the queue (it goes to the trash). */
    remove: call.input(byId).output(z.object({})),
  },
  devices: {
    list: call.input(nothing).output(z.array(device)),
    configure: call
      .input(
        byId.extend({ enabled: z.boolean().optional(), slots: z.number().int().min(1).max(16).optional() }),
      )
      .output(z.array(device)),
  },
  samples: {
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
          rewritten: z.array(z.object({ label: labelValue, text: z.string() })),
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
  },
  languageModels: {
    list: call.input(nothing).output(z.array(languageModel)),
    /** Ends with `done`; ending the feed early cancels and leaves no trace. The text is one sentence a line. */
    train: call
      .input(z.object({ source, settings: languageModelSettings }))
      .output(eventIterator(languageModelEvent)),
    /** An ARPA file (plain or gzip) or a model file of the workbench. */
    import: call
      .input(z.object({ source, title: z.string().trim().min(1).max(200).optional() }))
      .output(eventIterator(languageModelEvent)),
    /** Only a person's own. */
    remove: call.input(byId).output(z.object({})),
  },
  encoders: {
    list: call.input(nothing).output(z.array(encoder)),
    /** Ends with `done`; ending the feed early cancels and leaves no trace. */
    import: call.input(z.object({ from: encoderSource })).output(eventIterator(encoderEvent)),
    remove: call.input(byId).output(z.object({})),
    /** The encoders whose vectors of a data set are there. */
    represented: call.input(z.object({ dataSetId: z.string() })).output(z.array(representations)),
    /** Computes the vectors of a data set, once. Ending the feed early cancels and leaves no trace. */
    represent: call
      .input(z.object({ dataSetId: z.string(), encoderId: z.string() }))
      .output(eventIterator(representationsEvent)),
  },
  exports: {
    /** Writes a file and answers what the shell's host needs to hand it to the user. */
    table: call
      .input(
        z.object({
          format: z.enum(['csv', 'latex', 'json']),
          title: z.string(),
          columns: z.array(
            z.object({
              key: z.string(),
              title: z.string(),
              numeric: z.boolean(),
              lowerIsBetter: z.boolean().optional(),
            }),
          ),
          rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
        }),
      )
      .output(z.object({ exportId: z.string(), name: z.string() })),
    samples: call
      .input(z.object({ setId: z.string(), format: z.enum(['txt', 'csv', 'jsonl']) }))
      .output(z.object({ exportId: z.string(), name: z.string() })),
    model: call
      .input(z.object({ runId: z.string() }))
      .output(z.object({ exportId: z.string(), name: z.string() })),
    series: call
      .input(z.object({ runIds: z.array(z.string()).min(1) }))
      .output(z.object({ exportId: z.string(), name: z.string() })),
  },
  settings: {
    get: call.input(nothing).output(settings),
    set: call.input(settings.partial()).output(settings),
  },
  notices: {
    list: call.input(nothing).output(z.array(notice)),
    clear: call.input(nothing).output(z.object({})),
  },
};
export type Contract = typeof contract;
