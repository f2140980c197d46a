import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, rename as renameFolder } from 'node:fs/promises';
import path from 'node:path';
import type * as z from 'zod';
import { dataSetFiles } from '../../contract/datasets.ts';
import type { DataSet, ImportSettings, SplitName } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { IngestFile, ToIngestWorker } from '../../contract/ingest.ts';
import type { importEvent, Preview, Source } from '../../contract/rpc.ts';
import type { Store } from '../../db/store.ts';
import type { HandOver } from '../hand-over.ts';
import type { Home } from '../home/home.ts';
import type { Feed } from '../rpc/feed.ts';
import { askIngest } from './ingest-process.ts';
import { pageOfLines } from './sentences.ts';

export interface DataSetsOptions {
  store: Store;
  feed: Feed;
  home: Home;
  handOver: HandOver;
  /** The file import processes are started with. */
  worker: string;
  /** What import processes print. */
  onPrint(line: string): void;
}

export type ImportEvent = z.infer<typeof importEvent>;
/** What an import starts from: files, the sample corpus, or the synthetic recipe. */
export type ImportRequest =
  | { kind: 'import'; sources: readonly Source[]; settings: ImportSettings }
  | { kind: 'sample' }
  | { kind: 'synthetic'; seed: number };

export function dataSetsRoom({ store, feed, home, handOver, worker, onPrint }: DataSetsOptions) {
  const closing = new AbortController();
  const either = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal]);
  const changed = () => feed.emit({ kind: 'data-sets-changed' });

  /** Throws `datasets.not-found`. */
  function get(id: string): DataSet {
    const set = store.dataSets.get(id);
    if (!set) throw new AppError('datasets.not-found', { id });
    return set;
  }

  /** From here on nobody asks whether a file was dropped on a window or uploaded. */
  async function filesOf(sources: readonly Source[]): Promise<IngestFile[]> {
    return Promise.all(
      sources.map(async (source) =>
        source.kind === 'path'
          ? { path: source.path, name: path.basename(source.path) }
          : { path: (await handOver.upload(source.uploadId)).path, name: source.name },
      ),
    );
  }

  async function requestOf(request: ImportRequest, id: string, folder: string): Promise<ToIngestWorker> {
    if (request.kind !== 'import') return { ...request, id, folder };
    return { kind: 'import', files: await filesOf(request.sources), settings: request.settings, id, folder };
  }

  return {
    list: () => store.dataSets.all(),
    get,
    /** By id, else the newest of that name. Throws `datasets.not-found`. */
    find(nameOrId: string): DataSet {
      const found = store.dataSets.get(nameOrId) ?? store.dataSets.all().find((set) => set.name === nameOrId);
      if (!found) throw new AppError('datasets.not-found', { id: nameOrId });
      return found;
    },
    /** What an import with these settings would make of the files; nothing is written. */
    async preview(
      sources: readonly Source[],
      settings: Partial<ImportSettings>,
      signal: AbortSignal,
    ): Promise<Preview> {
      const request = { kind: 'preview', files: await filesOf(sources), settings } as const;
      const answer = await askIngest({ file: worker, request, signal: either(signal), onPrint });
      if (answer.kind !== 'preview') throw new Error(`a preview was asked for, ${answer.kind} came`);
      const { preview } = answer;
      const name = preview.settings.name;
      const taken = store.dataSets.all().some((set) => set.name === name);
      return taken
        ? { ...preview, warnings: [...preview.warnings, { kind: 'name-taken', facts: { name } }] }
        : preview;
    },
    /**
     * Makes a data set in a folder aside and moves it into place when it is whole: a data set is there or it is not.
     * Throws `import.*`; `import.cancelled` when `signal` says so.
     */
    async import(
      asked: ImportRequest,
      push: (event: ImportEvent) => void,
      signal: AbortSignal,
    ): Promise<DataSet> {
      const id = randomUUID();
      const folder = path.join(home.incoming, id);
      await mkdir(home.incoming, { recursive: true, mode: 0o700 });
      try {
        const request = await requestOf(asked, id, folder);
        if (request.kind === 'cancel') throw new Error('nothing to import');
        const answer = await askIngest({
          file: worker,
          request,
          signal: either(signal),
          onPrint,
          onProgress: push,
        });
        if (answer.kind !== 'done') throw new Error(`an import was asked for, ${answer.kind} came`);
        const set: DataSet = { ...answer.dataSet, id, runs: 0 };
        await renameFolder(folder, home.dataSet(id));
        store.dataSets.add(set);
        changed();
        push({ kind: 'done', dataSet: set });
        if (asked.kind === 'import')
          for (const source of asked.sources)
            if (source.kind === 'upload') await handOver.discardUpload(source.uploadId);
        return set;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    /** Removes what an import or a removal left half done when the workbench was last ended. */
    async recover(): Promise<void> {
      const known = new Set(store.dataSets.all().map(({ id }) => id));
      for (const entry of await readdir(home.dataSets))
        if (!known.has(entry)) await rm(path.join(home.dataSets, entry), { recursive: true, force: true });
    },
    close: () => closing.abort(),
    rename(id: string, name: string): DataSet {
      get(id);
      store.dataSets.rename(id, name);
      changed();
      return get(id);
    },
    /** Throws `datasets.in-use` while runs were made with it, those in the trash too. */
    async remove(id: string): Promise<void> {
      const set = get(id);
      if (set.runs > 0) throw new AppError('datasets.in-use', { runs: set.runs, name: set.name });
      store.transaction(() => {
        store.studies.removeEmpty();
        store.dataSets.remove(id);
      });
      changed();
      // Moved first: what is being deleted is never found half there.
      const doomed = path.join(home.dataSets, `.removed-${id}`);
      await renameFolder(home.dataSet(id), doomed);
      await rm(doomed, { recursive: true, force: true });
    },
    async sentences(id: string, query: { split: SplitName; search: string; offset: number; limit: number }) {
      const set = get(id);
      const file = path.join(home.dataSet(id), dataSetFiles.text(query.split));
      return pageOfLines(file, { ...query, known: set.sentences[query.split] });
    },
  };
}
export type DataSetsRoom = ReturnType<typeof dataSetsRoom>;
