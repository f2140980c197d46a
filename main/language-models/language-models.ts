import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles } from '../../contract/datasets.ts';
import type { LanguageModel } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import {
  fromLanguageModelWorker,
  type FromLanguageModelWorker,
  type LanguageModelEvent,
  type LanguageModelSettings,
  type ToLanguageModelWorker,
} from '../../contract/language-models.ts';
import type { Source } from '../../contract/rpc.ts';
import { askProcess } from '../ask-process.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import type { HandOver } from '../hand-over.ts';
import type { Home } from '../home/home.ts';
import type { Feed } from '../rpc/feed.ts';
import { evaluatorTitle } from '../runs/job.ts';
import type { Ngram } from '../samples/ngram.ts';

export interface LanguageModelsOptions {
  dataSets: DataSetsRoom;
  feed: Feed;
  home: Home;
  handOver: HandOver;
  /** Folder of the set-up. */
  runtime: string;
  ngram: Ngram;
  /** The file that the processes which make models are started with. */
  worker: string;
  /** What they print. */
  onPrint(line: string): void;
}

/** What a model of one's own is made from. */
export type LanguageModelRequest =
  | { kind: 'train'; source: Source; settings: LanguageModelSettings }
  | { kind: 'import'; source: Source; title?: string };

const evaluatorPrefix = 'evaluator:';
export const evaluatorOf = (dataSetId: string) => evaluatorPrefix + dataSetId;
const ownPrefix = 'own:';
const extension = '.kn';
const isOwnId = (id: string) => /^own:[0-9a-f-]{36}$/.test(id);

/** What sentences can be scored with: the bundled model, the evaluator of each data set, and a person's own. */
export function languageModels(options: LanguageModelsOptions) {
  const { dataSets, feed, home, handOver, runtime, ngram, worker, onPrint } = options;
  const closing = new AbortController();
  const bundled = path.join(runtime, 'models', 'general-english.kn');
  /** By file, size and time: a data set of the same id may be made anew. */
  const known = new Map<string, Pick<LanguageModel, 'title' | 'order' | 'ngrams' | 'sentences' | 'tokens'>>();

  const kindOf = (id: string): LanguageModel['kind'] => {
    if (id.startsWith(evaluatorPrefix)) return 'evaluator';
    return id === 'bundled' ? 'bundled' : 'own';
  };

  function fileOf(id: string): string {
    if (id === 'bundled') return bundled;
    if (isOwnId(id)) return path.join(home.languageModels, id.slice(ownPrefix.length) + extension);
    if (!id.startsWith(evaluatorPrefix)) throw new AppError('ngram.model-missing', { path: id });
    return path.join(home.dataSet(dataSets.get(id.slice(evaluatorPrefix.length)).id), dataSetFiles.evaluator);
  }

  const titleFor = (id: string): string | undefined =>
    kindOf(id) === 'evaluator' ? evaluatorTitle(dataSets.get(id.slice(evaluatorPrefix.length))) : undefined;

  async function cardOf(file: string, version: string) {
    const found = known.get(version);
    if (found) return found;
    const { order, ngrams, card } = await ngram.ask('describe', { model: file });
    const { title = '', sentences = null, words = null } = card;
    const described = { title, order, ngrams, sentences, tokens: words };
    known.set(version, described);
    return described;
  }

  /** Nothing when its file is not there. One that cannot be read is listed with the reason, so that it can go. */
  async function describe(id: string): Promise<LanguageModel | undefined> {
    const file = fileOf(id);
    const found = await stat(file).catch(() => undefined);
    if (!found) return undefined;
    const base = { id, kind: kindOf(id), bytes: found.size };
    try {
      const card = await cardOf(file, `${file} ${found.size} ${found.mtimeMs}`);
      return { ...base, ...card, title: titleFor(id) ?? card.title, problem: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const problem = { code: error.code, facts: error.facts };
      const nothing = { order: 0, ngrams: [], sentences: null, tokens: null };
      return { ...base, ...nothing, title: titleFor(id) ?? path.basename(file), problem };
    }
  }

  async function ownIds(): Promise<string[]> {
    const files = await readdir(home.languageModels);
    return files
      .filter((name) => name.endsWith(extension) && !name.startsWith('.'))
      .map((name) => ownPrefix + path.basename(name, extension))
      .filter(isOwnId);
  }

  async function requestOf(asked: LanguageModelRequest, model: string): Promise<ToLanguageModelWorker> {
    const { source } = asked;
    const file =
      source.kind === 'path'
        ? { path: source.path, name: path.basename(source.path) }
        : { path: (await handOver.upload(source.uploadId)).path, name: source.name };
    if (asked.kind === 'train')
      return { kind: 'train', text: file.path, name: file.name, settings: asked.settings, model };
    const title = asked.title ?? file.name.replace(/(\.arpa)?(\.gz)?(\.kn)?$/i, '');
    return { kind: 'import', file: file.path, name: file.name, title, model };
  }

  return {
    /** Those whose files are there: bundled, evaluators, own ones by title. */
    async list(): Promise<LanguageModel[]> {
      const fixed = ['bundled', ...dataSets.list().map(({ id }) => evaluatorOf(id))];
      const given = await Promise.all(fixed.map(describe));
      const own = await Promise.all((await ownIds()).map(describe));
      const there = (models: (LanguageModel | undefined)[]) => models.filter((model) => model !== undefined);
      return [...there(given), ...there(own).toSorted((a, b) => a.title.localeCompare(b.title))];
    },
    /** Throws `ngram.model-missing` and `datasets.not-found`. */
    file(id: string): string {
      const file = fileOf(id);
      if (!existsSync(file)) throw new AppError('ngram.model-missing', { path: file });
      return file;
    },
    async title(id: string): Promise<string> {
      return (await describe(id))?.title ?? id;
    },
    /**
     * Makes a model aside and moves it into place when it is whole. Throws `ngram.*`; `ngram.cancelled` when `signal`
     * says so.
     */
    async make(
      asked: LanguageModelRequest,
      push: (event: LanguageModelEvent) => void,
      signal: AbortSignal,
    ): Promise<LanguageModel> {
      const id = ownPrefix + randomUUID();
      const folder = path.join(home.languageModels, `.incoming-${id.slice(ownPrefix.length)}`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        const file = path.join(folder, `model${extension}`);
        const { fallbackOrders } = await askProcess<FromLanguageModelWorker>({
          file: worker,
          request: await requestOf(asked, file),
          parse: (raw) => fromLanguageModelWorker.parse(raw),
          signal: AbortSignal.any([signal, closing.signal]),
          cancelled: 'ngram.cancelled',
          onPrint,
          onProgress: push,
        });
        await rename(file, fileOf(id));
        const model = await describe(id);
        if (!model) throw new Error(`${id} is not where it was put`);
        feed.emit({ kind: 'language-models-changed' });
        push({ kind: 'done', model, fallbackOrders });
        if (asked.source.kind === 'upload') await handOver.discardUpload(asked.source.uploadId);
        return model;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    /** Throws `ngram.not-own` for those that are not a person's own, and `ngram.model-missing`. */
    async remove(id: string): Promise<void> {
      const model = await describe(id);
      if (!model) throw new AppError('ngram.model-missing', { path: fileOf(id) });
      if (model.kind !== 'own') throw new AppError('ngram.not-own', { title: model.title });
      await rm(fileOf(id));
      feed.emit({ kind: 'language-models-changed' });
    },
    /** Removes what was half made when the workbench was last ended. */
    async recover(): Promise<void> {
      for (const name of await readdir(home.languageModels))
        if (name.startsWith('.'))
          await rm(path.join(home.languageModels, name), { recursive: true, force: true });
    },
    close: () => closing.abort(),
  };
}
export type LanguageModels = ReturnType<typeof languageModels>;
