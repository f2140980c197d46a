import * as z from 'zod';
import { termNames } from './blocks.ts';
import { errorCodes, type ErrorCode } from './errors.ts';
import { sizes } from './methods/sizes.ts';

/** Milliseconds since 1970 (UTC). */
const instant = z.number().int();
const count = z.number().int().nonnegative();

export const plainError = z.object({
  code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]),
  facts: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]).optional(),
  ),
});

// ---------------------------------------------------------------- data sets

export const splitName = z.enum(['train', 'validation', 'test', 'evaluator']);
export type SplitName = z.infer<typeof splitName>;

export const columnRole = z.enum(['text', 'label', 'ignore']);

export const importSettings = z.object({
  name: z.string().trim().min(1).max(200),
  /** WHATWG label; `utf-8` unless the user chose another. */
  encoding: z.string().default('utf-8'),
  kind: z.enum(['lines', 'csv', 'tsv', 'jsonl', 'json']).optional(),
  hasHeader: z.boolean().optional(),
  /** Role by column name (or `1`, `2`, ... where a file has no header). Absent: the workbench's own guess. */
  columns: z.record(z.string(), columnRole).optional(),
  quotes: z.boolean().default(true),
  lowerCase: z.boolean().default(true),
  /** `words`: split off punctuation; `spaces`: the text is already tokenised. */
  tokenizer: z.enum(['words', 'spaces']).default('words'),
  keepOneOfEach: z.boolean().default(true),
  /** Sentences with more tokens are left out. */
  longest: z.number().int().min(1).max(1000).default(60),
  /** Most frequent words kept, special symbols not counted; the others become <unk>. */
  vocabulary: z.number().int().min(10).max(1_000_000).default(10_000),
  /** Shares in percent; they add up to 100. The evaluator split is seen by no model. */
  split: z
    .object({ train: z.number(), validation: z.number(), test: z.number(), evaluator: z.number() })
    .refine((s) => Math.abs(s.train + s.validation + s.test + s.evaluator - 100) < 1e-6)
    .default({ train: 75, validation: 5, test: 5, evaluator: 15 }),
  seed: z.number().int().default(1),
});
export type ImportSettings = z.infer<typeof importSettings>;

export const badLine = z.object({
  file: z.string(),
  line: count,
  text: z.string(),
  reason: z.enum(['empty', 'columns', 'json', 'not-text', 'too-long', 'encoding', 'open-quote']),
});
export type BadLine = z.infer<typeof badLine>;

export const labelColumn = z.object({
  name: z.string(),
  values: z.array(z.object({ value: z.string(), count })),
});

export const dataSet = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['text', 'synthetic']),
  origin: z.enum(['file', 'sample', 'synthetic']),
  createdAt: instant,
  files: z.array(z.object({ name: z.string(), bytes: count, sha256: z.string() })),
  settings: importSettings,
  sentences: z.object({ train: count, validation: count, test: count, evaluator: count }),
  /** Tokens of the training split, sentence ends not counted. */
  tokens: count,
  /** Words with an id, the four special symbols included. */
  vocabulary: count,
  /** Share of running training words that have an id, 0 to 1. */
  coverage: z.number(),
  meanLength: z.number(),
  /** Number of training sentences by length in tokens. */
  lengths: z.array(z.object({ length: count, count })),
  frequentWords: z.array(z.object({ word: z.string(), count })),
  labels: z.array(labelColumn),
  duplicates: count,
  leftOut: count,
  badLines: z.array(badLine),
  runs: count,
});
export type DataSet = z.infer<typeof dataSet>;

// ---------------------------------------------------------------- studies and runs

export const size = z.enum(sizes);
export const optionValues = z.record(z.string(), z.union([z.number(), z.string()]));

export const runStatus = z.enum([
  'queued',
  'starting',
  'running',
  'pausing',
  'paused',
  'stopping',
  'finished',
  /** Ended early by the user; the model was kept and measured. */
  'stopped',
  'failed',
  /** The worker vanished; can be continued from the last save. */
  'crashed',
]);
export type RunStatus = z.infer<typeof runStatus>;
export const liveStatuses: readonly RunStatus[] = ['starting', 'running', 'pausing', 'stopping'];

export const phase = z.enum([
  'preparing',
  'training',
  'validating',
  'testing',
  'sampling',
  'scoring',
  'saving',
]);
export type Phase = z.infer<typeof phase>;

/** What a run's charts can show; NLL, reconstruction, loss, KL and MI in nats per sentence. */
export const seriesName = z.enum([
  'loss',
  'reconstruction',
  'kl',
  'klWeight',
  'mi',
  'au',
  'validationNll',
  'validationReconstruction',
  'validationKl',
  'validationMmd',
  'labelAccuracy',
  'learningRate',
  'gradientNorm',
  ...termNames,
]);
export type SeriesName = z.infer<typeof seriesName>;

export const point = z.object({
  /** Updates made so far (joint, or decoder updates of an aggressive run). */
  step: count,
  epoch: z.number(),
  values: z.partialRecord(seriesName, z.number()),
});
export type Point = z.infer<typeof point>;

/** Sentences decoded greedily from the same fixed codes at each evaluation. */
export const probe = z.object({ step: count, sentences: z.array(z.string()) });
export type Probe = z.infer<typeof probe>;

export const decoding = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('temperature'), temperature: z.number().positive().max(5) }),
  z.object({ kind: z.literal('greedy') }),
  z.object({ kind: z.literal('beam'), width: z.number().int().min(2).max(50) }),
]);
export type Decoding = z.infer<typeof decoding>;

export const perplexity = z.object({
  value: z.number(),
  /** Sentences it was computed from. */
  sentences: count,
  tokens: count,
  oov: count,
  /** 95 % bootstrap interval over sentences; absent where it was not computed. */
  interval: z.tuple([z.number(), z.number()]).optional(),
  languageModel: z.string(),
});
export type Perplexity = z.infer<typeof perplexity>;

export const sampleSet = z.object({
  id: z.string(),
  runId: z.string(),
  /** `outline`: written from codes of validation sentences as others are from codes of the prior. */
  kind: z.enum(['prior', 'reconstruction', 'outline']),
  /** Of a set that stands for the prior: what its codes were drawn from where there is none, q(z) of the training split. */
  drawnFrom: z.literal('sentences').optional(),
  decoding,
  seed: z.number().int(),
  count,
  createdAt: instant,
  fppl: perplexity.nullable(),
  rppl: perplexity.nullable(),
  distinct1: z.number(),
  distinct2: z.number(),
  /** Mean BLEU of the first 500 sentences, each against all others, by the longest n-gram counted; 1 is all alike. */
  selfBleu: z.object({ 2: z.number(), 3: z.number(), 4: z.number(), 5: z.number() }).nullable().optional(),
  meanLength: z.number(),
  /** Share of sentences that occur earlier in the set. */
  duplicateRate: z.number(),
  /** Share of sentences that stand word for word in the training split. */
  copiedRate: z.number(),
});
export type SampleSet = z.infer<typeof sampleSet>;

/** Measures on the test split; null where a measure is not defined for the method. Nats per sentence. */
export const results = z.object({
  /** Null where the method gives no likelihood. */
  nll: z.number().nullable(),
  nllKind: z.enum(['exact', 'importance-weighted', 'undefined']),
  nllSentences: count,
  elbo: z.number().nullable(),
  reconstruction: z.number().nullable(),
  kl: z.number().nullable(),
  /** Table mode: batches of equal length, at most 32 sentences, weighted mean. */
  mi: z.number().nullable(),
  /** Large mode: one set of up to 5,000 sentences. */
  miLarge: z.number().nullable(),
  au: z.number().nullable(),
  auOf: z.number().nullable(),
  /** MMD² between the codes and the prior, V-statistic with the kernel `rbf`, on sets of 32 sentences. */
  mmd: z.number().nullable().optional(),
  /** Share of sentences whose label the code tells rightly, averaged over 12 sampled codes; where one is trained to. */
  labelAccuracy: z.number().nullable().optional(),
  /** Lower bound H(y) - CE of what the code tells about the label, nats (Alemi et al. 2017). */
  labelInformation: z.number().nullable().optional(),
  /** Share of test sentences whose label a linear classifier reads from the posterior mean, 0 to 1. */
  probeAccuracy: z.number().nullable().optional(),
  /** Share of the commonest label among them: what guessing reaches. */
  probeCommonest: z.number().nullable().optional(),
  /** Name of the label column. */
  probeLabel: z.string().nullable().optional(),
  /** exp(NLL / predicted tokens), sentence ends counted. */
  perplexity: z.number().nullable(),
  predictedTokens: count,
  collapse: z.enum(['collapsed', 'alive', 'undefined']),
  /** FPPL and RPPL of the samples at temperature 1.0, evaluator of the data set. */
  fppl: z.number().nullable(),
  rppl: z.number().nullable(),
  samples: count,
});
export type Results = z.infer<typeof results>;

export const estimate = z.object({
  seconds: z.object({ low: z.number(), high: z.number() }),
  bytes: z.number(),
  basis: z.enum(['formula', 'measured']),
  parts: z.array(z.object({ what: z.string(), share: z.number() })),
});
export type Estimate = z.infer<typeof estimate>;

export const run = z.object({
  id: z.string(),
  name: z.string(),
  studyId: z.string(),
  dataSetId: z.string(),
  methodId: z.string(),
  size,
  /** Complete option values, fixed when the run was queued. */
  options: optionValues,
  seed: z.number().int(),
  /** Device the user asked for; null is any. */
  pinnedTo: z.string().nullable(),
  /** Device it runs or ran on. */
  deviceId: z.string().nullable(),
  status: runStatus,
  phase: phase.nullable(),
  step: count,
  epoch: z.number(),
  /** 0 to 1 over the whole run. */
  progress: z.number(),
  secondsLeft: z.number().nullable(),
  savedStep: count.nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** Seconds of computing over all stretches. */
  seconds: z.number(),
  peakBytes: z.number().nullable(),
  estimate: estimate.nullable(),
  /** Step since which the code has been ignored; null when it is not. */
  collapsedSince: count.nullable(),
  error: plainError.nullable(),
  results: results.nullable(),
  star: z.boolean(),
  note: z.string(),
  tags: z.array(z.string()),
  trashedAt: instant.nullable(),
  /** Order in the queue; null once it has left it. */
  position: z.number().nullable(),
});
export type Run = z.infer<typeof run>;

export const study = z.object({
  id: z.string(),
  name: z.string(),
  dataSetId: z.string(),
  size,
  methodIds: z.array(z.string()),
  seeds: count,
  createdAt: instant,
});
export type Study = z.infer<typeof study>;

// ---------------------------------------------------------------- machine

export const backendId = z.enum(['cpu', 'cuda', 'webgpu', 'wasm']);

export const device = z.object({
  /** `cpu`, `wasm`, the UUID of a GPU, or `webgpu:` and the name of an adapter. */
  id: z.string(),
  backend: backendId,
  name: z.string(),
  /** Bytes; null where unknown. */
  memoryTotal: z.number().nullable(),
  memoryUsed: z.number().nullable(),
  temperature: z.number().nullable(),
  /** Bytes that one tensor may have; null where memory is the only limit. */
  largestTensor: z.number().nullable(),
  enabled: z.boolean(),
  slots: count,
  /** Runs on it now. */
  running: z.array(z.string()),
  /** An honest word about its speed or why it cannot be used; a key of the catalogue. */
  remark: z.enum([
    'none',
    'no-gpu',
    'wasm-slow',
    'webgpu-untried',
    'webgpu-software',
    'unavailable',
    'missing',
  ]),
});
export type Device = z.infer<typeof device>;

export const setupStep = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['ready', 'missing', 'failed']),
  version: z.string().nullable(),
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
  seconds: z.number().nullable(),
});
export type SetupStep = z.infer<typeof setupStep>;

export const languageModel = z.object({
  /** `bundled`, `evaluator:` + data set id, or `own:` + an id. */
  id: z.string(),
  kind: z.enum(['bundled', 'evaluator', 'own']),
  title: z.string(),
  order: count,
  /** Number of n-grams by order. */
  ngrams: z.array(count),
  /** What it was made of; null where its file does not say, as in models of other programs. */
  sentences: count.nullable(),
  tokens: count.nullable(),
  /** Size of its file. */
  bytes: count,
  /** Why it cannot be used, if it cannot. */
  problem: plainError.nullable(),
});
export type LanguageModel = z.infer<typeof languageModel>;

/** No defaults in the schema: a partial patch must not fill in what it leaves out. */
export const settings = z.object({
  theme: z.enum(['light', 'dark', 'system']),
  /** Pixels. */
  sentenceSize: z.number().int().min(12).max(28),
  /** Collapse warning: KL in nats per sentence below this for so many steps while the KL weight is at least 0.1. */
  collapseKl: z.number().min(0).max(10),
  collapseSteps: z.number().int().min(1).max(1_000_000),
  notify: z.boolean(),
});
export const defaultSettings: z.infer<typeof settings> = {
  theme: 'system',
  sentenceSize: 15,
  collapseKl: 0.1,
  collapseSteps: 1000,
  notify: true,
};
export type Settings = z.infer<typeof settings>;

export const notice = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum(['finished', 'failed', 'crashed', 'collapsed', 'over-fitting']),
  runId: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Notice = z.infer<typeof notice>;
