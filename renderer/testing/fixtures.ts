/** Entities for component tests and for looking at views without a main process. Never part of the bundle. */
import type { DataSet, Device, LanguageModel, Point, Probe, Run, Sample, SampleSet, Study } from './types.ts';
import type { Encoder } from '../../contract/encoders.ts';
import { importSettings } from '../../contract/entities.ts';
import { methodById } from '../../contract/methods/index.ts';

/** Lehmer's generator: enough to make fixtures look alive, the same each time. */
export function numbers(seed: number): () => number {
  let state = (seed * 48271 + 11) % 2147483647;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

export const now = Date.UTC(2026, 10, 22, 9, 30);
const minute = 60_000;

export const sentences = [
  'the act of carrying something from one place to another',
  'a small bird that lives near the water and eats insects',
  'make a hole in something with a pointed tool',
  'a person who studies the history of a language',
  'having a pleasant taste or smell',
  'a device used to measure the pressure of the air',
  'the part of a plant that holds the seeds',
  'move slowly and without a sound',
  'a long piece of music in four parts',
  'of or relating to the law of a country',
  'a narrow passage between two buildings',
  'give back something that was borrowed',
  'the quality of being easy to understand',
  'a large animal with thick skin and a horn on the nose',
  'someone who makes or repairs shoes',
  'a short statement of the main points',
];

/** A sentence made of pieces of others, as a model would write it. */
export function invented(index: number): string {
  const random = numbers(index + 5);
  const pick = () => sentences[Math.floor(random() * sentences.length)]!.split(' ');
  const [head, tail] = [pick(), pick()];
  const cut = 2 + Math.floor(random() * 4);
  return [...head.slice(0, cut), ...tail.slice(-cut)].join(' ');
}

export function dataSet(change: Partial<DataSet> = {}): DataSet {
  return {
    id: 'data-sample',
    name: 'WordNet definitions',
    kind: 'text',
    origin: 'sample',
    createdAt: now - 90 * minute,
    files: [
      {
        name: 'definitions.tsv',
        bytes: 1_734_112,
        sha256: 'b1946ac92492d2347c6235b4d2611184ab3f0c8b7a1f0a0c',
      },
    ],
    settings: importSettings.parse({ name: 'WordNet definitions', quotes: false }),
    sentences: { train: 22_411, validation: 1494, test: 1494, evaluator: 4482 },
    tokens: 251_003,
    vocabulary: 10_000,
    coverage: 0.964,
    meanLength: 11.2,
    lengths: Array.from({ length: 38 }, (_, i) => ({
      length: i + 2,
      count: Math.round(2200 * Math.exp(-(((i - 7) / 7) ** 2)) + 30 * Math.max(0, 20 - i)),
    })),
    frequentWords: ['of', 'a', 'the', 'or', 'in', 'to', 'and', 'an', 'by', 'with', 'that', 'for'].map(
      (word, i) => ({
        word,
        count: Math.round(19_000 / (i + 1)),
      }),
    ),
    labels: [
      {
        name: 'part of speech',
        values: [
          { value: 'noun', count: 16_912 },
          { value: 'verb', count: 2950 },
          { value: 'adjective', count: 2331 },
          { value: 'adverb', count: 218 },
        ],
      },
    ],
    duplicates: 119,
    leftOut: 122,
    badLines: [
      { file: 'definitions.tsv', line: 812, text: 'noun', reason: 'columns' },
      { file: 'definitions.tsv', line: 4120, text: '', reason: 'empty' },
      {
        file: 'definitions.tsv',
        line: 20_007,
        text: 'a very long definition that goes on and on ...',
        reason: 'too-long',
      },
    ],
    runs: 6,
    ...change,
  };
}

export const studies: Study[] = [
  {
    id: 'study-1',
    name: 'Does annealing help?',
    dataSetId: 'data-sample',
    size: 'quick',
    methodIds: ['lstm-lm', 'vae', 'vae-anneal', 'lagging'],
    seeds: 3,
    createdAt: now - 80 * minute,
  },
];

export const gpu: Device = {
  id: 'GPU-6f3c2a10',
  backend: 'cuda',
  name: 'NVIDIA RTX 4070',
  memoryTotal: 12_000_000_000,
  memoryUsed: 2_300_000_000,
  temperature: 58,
  enabled: true,
  slots: 1,
  running: [],
  remark: 'none',
};
export const cpu: Device = {
  id: 'cpu',
  backend: 'cpu',
  name: 'CPU, 8 cores',
  memoryTotal: 24_000_000_000,
  memoryUsed: 6_100_000_000,
  temperature: null,
  enabled: true,
  slots: 2,
  running: ['run-live'],
  remark: 'no-gpu',
};

export function run(change: Partial<Run> & Pick<Run, 'id'>): Run {
  const methodId = change.methodId ?? 'vae';
  return {
    name: `${methodById(methodId).title}, seed ${change.seed ?? 1}`,
    studyId: 'study-1',
    dataSetId: 'data-sample',
    methodId,
    size: 'quick',
    options: methodById(methodId).preset('quick', 'text'),
    seed: 1,
    pinnedTo: null,
    deviceId: 'cpu',
    status: 'finished',
    phase: null,
    step: 1200,
    epoch: 8,
    progress: 1,
    secondsLeft: null,
    savedStep: 1200,
    createdAt: now - 80 * minute,
    startedAt: now - 79 * minute,
    endedAt: now - 77 * minute,
    seconds: 131,
    peakBytes: 612_000_000,
    estimate: {
      seconds: { low: 90, high: 160 },
      bytes: 700_000_000,
      basis: 'formula',
      parts: [
        { what: 'training', share: 0.61 },
        { what: 'sampling', share: 0.29 },
        { what: 'testing', share: 0.1 },
      ],
    },
    collapsedSince: null,
    error: null,
    results: null,
    star: false,
    note: '',
    tags: [],
    trashedAt: null,
    position: null,
    ...change,
  };
}

const measured = {
  nllKind: 'importance-weighted',
  nllSentences: 200,
  predictedTokens: 18_211,
  samples: 1000,
} as const;

export const runs: Run[] = [
  ...[1, 2, 3].map((seed) =>
    run({
      id: `run-vae-${seed}`,
      seed,
      collapsedSince: 450,
      star: seed === 1,
      tags: seed === 1 ? ['baseline'] : [],
      results: {
        ...measured,
        nll: 59.8 + seed * 0.21,
        elbo: -60.4,
        reconstruction: 60.31,
        kl: 0.012 * seed,
        mi: -0.003,
        miLarge: 0.002,
        au: 0,
        auOf: 8,
        perplexity: 152 + seed,
        collapse: 'collapsed',
        fppl: 96.3 + seed,
        rppl: 411 - seed * 3,
      },
    }),
  ),
  ...[1, 2].map((seed) =>
    run({
      id: `run-lagging-${seed}`,
      methodId: 'lagging',
      seed,
      seconds: 388,
      results: {
        ...measured,
        nll: 59.1 + seed * 0.1,
        elbo: -60.9,
        reconstruction: 56.2,
        kl: 4.71 - seed * 0.1,
        mi: 2.31,
        miLarge: 4.02,
        au: 6,
        auOf: 8,
        perplexity: 147 + seed,
        collapse: 'alive',
        fppl: 101.9 + seed,
        rppl: 366 + seed,
      },
    }),
  ),
  run({
    id: 'run-lagging-3',
    methodId: 'lagging',
    seed: 3,
    status: 'crashed',
    step: 700,
    savedStep: 600,
    progress: 0.55,
    error: { code: 'worker.crashed', facts: { step: 700, saved: 600 } },
  }),
  run({
    id: 'run-lm-1',
    methodId: 'lstm-lm',
    results: {
      ...measured,
      nllKind: 'exact',
      nll: 59.02,
      elbo: null,
      reconstruction: null,
      kl: null,
      mi: null,
      miLarge: null,
      au: null,
      auOf: null,
      perplexity: 146.1,
      collapse: 'undefined',
      fppl: 94.4,
      rppl: 352.8,
    },
  }),
  run({
    id: 'run-live',
    methodId: 'vae-anneal',
    status: 'running',
    phase: 'training',
    step: 640,
    epoch: 4.27,
    progress: 0.52,
    secondsLeft: 74,
    savedStep: 600,
    startedAt: now - minute,
    endedAt: null,
    seconds: 66,
    collapsedSince: 500,
  }),
  ...[2, 3].map((seed, i) =>
    run({
      id: `run-wait-${seed}`,
      methodId: 'vae-anneal',
      seed,
      status: 'queued',
      step: 0,
      epoch: 0,
      progress: 0,
      deviceId: null,
      startedAt: null,
      endedAt: null,
      seconds: 0,
      savedStep: null,
      peakBytes: null,
      position: i + 1,
    }),
  ),
  run({ id: 'run-trashed', seed: 9, trashedAt: now - 1440 * minute }),
];

/** Curves of a run that collapses (KL to 0) or does not. */
export function series(collapses: boolean, until: number): Point[] {
  const random = numbers(collapses ? 3 : 7);
  const points: Point[] = [];
  for (let step = 10; step <= until; step += 10) {
    const noise = () => (random() - 0.5) * 1.6;
    const kl = collapses
      ? 3 * Math.exp(-step / 120) + 0.01
      : 4.6 * (1 - Math.exp(-step / 300)) + noise() * 0.1;
    const reconstruction = 58 + 34 * Math.exp(-step / 180) + noise() - (collapses ? 0 : kl * 0.6);
    const klWeight = Math.min(1, 0.1 + step / 600);
    const evaluation = step % 150 === 0;
    points.push({
      step,
      epoch: step / 150,
      values: {
        loss: reconstruction + klWeight * kl,
        reconstruction,
        kl,
        klWeight,
        ...(evaluation
          ? {
              mi: kl * 0.55,
              au: Math.round(kl * 1.4),
              validationNll: 60 + 30 * Math.exp(-step / 200),
              validationReconstruction: reconstruction + 1,
              validationKl: kl,
            }
          : {}),
      },
    });
  }
  return points;
}

export function probes(until: number): Probe[] {
  return Array.from({ length: Math.floor(until / 150) }, (_, i) => ({
    step: (i + 1) * 150,
    sentences: Array.from({ length: 8 }, (_s, j) => (i === 0 ? 'the the of the' : invented(i * 8 + j))),
  }));
}

export function sampleSet(change: Partial<SampleSet> & Pick<SampleSet, 'id' | 'runId'>): SampleSet {
  return {
    kind: 'prior',
    decoding: { kind: 'temperature', temperature: 1 },
    seed: 1,
    count: 1000,
    createdAt: now - 76 * minute,
    fppl: {
      value: 97.3,
      sentences: 1000,
      tokens: 9104,
      oov: 0,
      interval: [94.1, 100.6],
      languageModel: 'WordNet definitions, evaluator',
    },
    rppl: { value: 408.1, sentences: 1000, tokens: 9104, oov: 0, languageModel: 'evaluator:data-sample' },
    distinct1: 0.231,
    distinct2: 0.702,
    selfBleu: { 2: 0.741, 3: 0.522, 4: 0.334, 5: 0.221 },
    meanLength: 9.1,
    duplicateRate: 0.021,
    copiedRate: 0.034,
    ...change,
  };
}

export function samples(set: SampleSet): Sample[] {
  const shift = set.id.length + set.runId.charCodeAt(4);
  const texts = Array.from({ length: set.count }, (_, i) =>
    i % 3 === 0 ? invented(i) : invented(i * 7 + shift),
  );
  return texts.map((text, index) => ({
    index,
    text,
    words: text.split(' ').length,
    fppl: 30 + ((index * 37) % 400),
    copies: texts.filter((other) => other === text).length,
    copiedFromTraining: index % 29 === 0,
    ...(set.kind === 'reconstruction' ? { source: sentences[index % sentences.length]! } : {}),
  }));
}

export const languageModels: readonly LanguageModel[] = [
  {
    id: 'bundled',
    kind: 'bundled',
    title: 'General English (WordNet)',
    order: 5,
    ngrams: [56_514, 480_112, 806_001, 880_230, 867_033],
    sentences: 130_000,
    tokens: 1_200_000,
    bytes: 28_412_768,
    problem: null,
  },
  {
    id: 'evaluator:data-sample',
    kind: 'evaluator',
    title: 'WordNet definitions, evaluator',
    order: 5,
    ngrams: [9_100, 31_000, 42_000, 44_000, 41_000],
    sentences: 4482,
    tokens: 50_212,
    bytes: 2_100_000,
    problem: null,
  },
  {
    id: 'own:00000000-0000-0000-0000-000000000001',
    kind: 'own',
    title: 'Tales of 1812',
    order: 3,
    ngrams: [7_176, 39_407, 73_088],
    sentences: null,
    tokens: null,
    bytes: 1_400_000,
    problem: null,
  },
];

export const encoders: readonly Encoder[] = [
  {
    ...{ id: 'vectors-0123456789abcdef', kind: 'vectors', title: 'Definitions by hand', width: 50 },
    ...{ normalise: false, sentences: 25_399, bytes: 6_400_000, layers: null, licence: null },
    origin: { kind: 'file', name: 'definitions.npy' },
  },
];
