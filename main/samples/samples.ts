import { randomInt, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type * as z from 'zod';
import type { Decoding, Perplexity, SampleSet } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { methodOf } from '../../contract/methods/own.ts';
import type { scoredWord } from '../../contract/rpc.ts';
import { sampleLine, type SampleLine, type TrainJob } from '../../contract/worker.ts';
import type { Store } from '../../db/store.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import type { DevicesRoom } from '../devices/devices.ts';
import type { Home } from '../home/home.ts';
import { evaluatorOf, type LanguageModels } from '../language-models/language-models.ts';
import type { Feed } from '../rpc/feed.ts';
import { modelJobOf } from '../runs/model-job.ts';
import type { RunsRoom } from '../runs/runs.ts';
import type { SettingsRoom } from '../settings/settings.ts';
import { alignSets, type Alignment, type CompareRow } from './compare.ts';
import type { ModelProcesses } from './model-processes.ts';
import type { Ngram } from './ngram.ts';
import { pageOf, type Page, type Row, type SampleQuery } from './page.ts';
import { countMatches } from './pattern.ts';
import { recently } from './recently.ts';
import { countTerms, parseTerms } from './search.ts';
import { toldOf } from './told.ts';
import { copiesOfTraining } from './training-copies.ts';

export interface SamplesOptions {
  store: Store;
  feed: Feed;
  home: Home;
  runs: RunsRoom;
  dataSets: DataSetsRoom;
  devices: DevicesRoom;
  settings: SettingsRoom;
  models: ModelProcesses;
  languageModels: LanguageModels;
  ngram: Ngram;
}

export type ScoredWord = z.infer<typeof scoredWord>;

/** A sentence and what the language model of its set's data says of it. */
interface Scored {
  readonly line: SampleLine;
  readonly fppl: number;
}

/** Perplexity of one sentence from the sum of its log10 chances. */
const perplexityOf = (log10: number, tokens: number) => 10 ** (-log10 / tokens);

/** Sets of sentences: read, searched, scored under another model, and made anew from a saved one. */
export function samplesRoom(options: SamplesOptions) {
  const { store, feed, home, runs, dataSets, devices, settings, models, languageModels, ngram } = options;

  /** Throws `samples.not-found`. */
  function setOf(id: string): SampleSet {
    const set = store.sampleSets.get(id);
    if (!set) throw new AppError('samples.not-found', { id });
    return set;
  }
  const fileOf = (set: SampleSet) => runs.folder(set.runId).samples(set.id);

  // A set measured anew has the same id and another file: what is kept is kept for that very file.
  async function versionOf(set: SampleSet): Promise<string> {
    const { mtimeMs, size } = await stat(fileOf(set)).catch(() => {
      throw new AppError('samples.not-found', { id: set.id });
    });
    return `${set.id} ${mtimeMs} ${size}`;
  }
  const linesByVersion = recently<SampleLine[]>(8);
  const copiesByVersion = recently<Set<string>>(8);
  const scoresByVersion = recently<number[]>(16);

  async function linesOf(set: SampleSet): Promise<SampleLine[]> {
    return linesByVersion(await versionOf(set), async () => {
      const text = await readFile(fileOf(set), 'utf8');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => sampleLine.parse(JSON.parse(line)));
    });
  }

  /** The sentences with their perplexity under the evaluator of their data, or under another language model. */
  async function scored(set: SampleSet, languageModelId: string | undefined): Promise<Scored[]> {
    const lines = await linesOf(set);
    const own = evaluatorOf(runs.get(set.runId).dataSetId);
    if (languageModelId === undefined || languageModelId === own)
      return lines.map((line) => ({ line, fppl: perplexityOf(line.log10, line.tokens) }));
    const fppl = await scoresByVersion(`${languageModelId} ${await versionOf(set)}`, async () => {
      const job = { model: languageModels.file(languageModelId), text: lines.map(({ text }) => text) };
      const { perSentence, tokensPerSentence } = await ngram.ask('score', job);
      return Array.from(perSentence, (log10, i) => perplexityOf(log10, tokensPerSentence[i]!));
    });
    return lines.map((line, i) => ({ line, fppl: fppl[i]! }));
  }

  async function rowsOf(set: SampleSet, languageModelId: string | undefined): Promise<Row[]> {
    const sentences = await scored(set, languageModelId);
    const copied = await copiesByVersion(await versionOf(set), () =>
      copiesOfTraining(
        home.dataSet(runs.get(set.runId).dataSetId),
        sentences.map(({ line }) => line.text),
      ),
    );
    const copies = new Map<string, number>();
    for (const { line } of sentences) copies.set(line.text, (copies.get(line.text) ?? 0) + 1);
    return sentences.map(({ line: { text, tokens, source }, fppl }, index) => ({
      index,
      text,
      // What was scored includes the end of the sentence.
      words: tokens - 1,
      fppl,
      ...(source === undefined ? {} : { source }),
      copies: copies.get(text) ?? 1,
      copiedFromTraining: copied.has(text),
    }));
  }

  /** Throws `runs.no-model` before the first save, and `samples.no-prior` where a code is needed and there is none. */
  function modelJob(runId: string, needsCode?: string): TrainJob {
    const run = runs.get(runId);
    const method = methodOf(run);
    if (needsCode !== undefined && !method.latent)
      throw new AppError('samples.no-prior', { method: method.title, action: needsCode });
    if (!runs.folder(runId).has('best')) throw new AppError('runs.no-model', { name: run.name });
    return modelJobOf(run, { dataSets, devices, settings, home });
  }

  return {
    sets: (runId: string): SampleSet[] => store.sampleSets.ofRun(runs.get(runId).id),
    set: setOf,
    rows: (setId: string): Promise<Row[]> => rowsOf(setOf(setId), undefined),
    /** Throws `samples.not-found` and `samples.pattern`. */
    async page(query: SampleQuery): Promise<Page> {
      const rows = await rowsOf(setOf(query.setId), query.languageModelId);
      return pageOf(rows, await hitsOf(rows, query), query);
    },
    async score(setId: string, languageModelId: string): Promise<Perplexity> {
      const set = setOf(setId);
      const samples = (await linesOf(set)).map(({ text }) => text);
      const model = languageModels.file(languageModelId);
      const { value, scored, interval } = await ngram.ask('forward', { model, samples });
      const languageModel = await languageModels.title(languageModelId);
      return { value, ...scored, interval: [interval.low, interval.high], languageModel };
    },
    async generate(runId: string, decoding: Decoding, count: number, seed: number): Promise<SampleSet> {
      const job = modelJob(runId);
      const task = { kind: 'sample', decoding, count, seed, setId: randomUUID() } as const;
      const { set } = await models.ask<'sample'>(job, task);
      store.sampleSets.put(set);
      feed.emit({ kind: 'sample-set', set });
      return set;
    },
    async reconstruct(runId: string, sentence: string, copies: number, label: string | null) {
      const job = modelJob(runId, 'reconstruct');
      const told = toldOf(job, runs, dataSets);
      const task = {
        kind: 'reconstruct' as const,
        sentences: [sentence],
        copies,
        seed: randomInt(2 ** 31),
        label: told.classOf(label),
      };
      const [mean, sampled] = await Promise.all([
        models.ask<'reconstruct'>(job, { ...task, mean: true }),
        models.ask<'reconstruct'>(job, { ...task, mean: false }),
      ]);
      return {
        mean: mean.reconstructions[0]?.[0] ?? '',
        sampled: sampled.reconstructions[0] ?? [],
        unknown: mean.unknown,
        label: told.valueOf(mean.label),
      };
    },
    async interpolate(
      runId: string,
      from: string,
      to: string,
      steps: number,
      asked: string | null,
    ): Promise<{ sentences: string[]; label: string | null }> {
      const job = modelJob(runId, 'interpolate');
      const told = toldOf(job, runs, dataSets);
      const task = { kind: 'interpolate' as const, from, to, steps, label: told.classOf(asked) };
      const { sentences, label } = await models.ask<'interpolate'>(job, task);
      return { sentences, label: told.valueOf(label) };
    },
    /** Values of the label that the run is told, in the order of the data set. Throws `samples.no-label`. */
    labelsOf(runId: string): string[] {
      const { label, method } = toldOf({ runId, ...runs.get(runId) }, runs, dataSets);
      if (!label) throw new AppError('samples.no-label', { method: method.title });
      return label.values.map(({ value }) => value);
    },
    /** Throws `samples.no-label` for a method that is told none, and `samples.label`. */
    async transfer(runId: string, sentence: string, from: string | null, to: readonly string[]) {
      const job = modelJob(runId, 'rewrite');
      const told = toldOf(job, runs, dataSets);
      const wanted = to.map((label) => told.classOf(label)!);
      const task = { kind: 'transfer' as const, sentences: [sentence], from: told.classOf(from), to: wanted };
      const answer = await models.ask<'transfer'>(job, task);
      const [[rewritten = []], [selfBleu = []]] = [answer.rewritten, answer.selfBleu];
      return {
        from: told.valueOf(answer.from)!,
        rewritten: rewritten.map((text, i) => ({ label: to[i]!, text, selfBleu: selfBleu[i]! })),
        unknown: answer.unknown,
      };
    },
    async words(text: string, languageModelId: string): Promise<ScoredWord[]> {
      const job = { model: languageModels.file(languageModelId), sentences: [text], alternatives: 3 };
      const [words = []] = await ngram.ask('surprisal', job);
      return words.map(({ word, bits, order, oov, log10, alternatives }) => ({
        word,
        bits,
        order,
        known: !oov,
        likelier: alternatives
          .filter((other) => other.log10 > log10)
          .map((other) => ({ word: other.word, probability: 10 ** other.log10 })),
      }));
    },
    async compare(setIds: readonly string[], align: Alignment, offset: number, limit: number) {
      const sets = await Promise.all(setIds.map((id) => scored(setOf(id), undefined)));
      const rows: CompareRow[] = alignSets(
        sets.map((set) => set.map(({ line, fppl }) => ({ text: line.text, source: line.source, fppl }))),
        align,
      );
      return { total: rows.length, rows: rows.slice(offset, offset + limit) };
    },
  };
}
export type SamplesRoom = ReturnType<typeof samplesRoom>;

/** How often the search occurs in each row; nothing when nothing is searched for. */
async function hitsOf(
  rows: readonly Row[],
  { search, pattern }: SampleQuery,
): Promise<ArrayLike<number> | undefined> {
  if (search.trim() === '') return undefined;
  const texts = rows.map(({ text }) => text);
  if (pattern) return countMatches(search, texts);
  const terms = parseTerms(search);
  return texts.map((text) => countTerms(terms, text));
}
