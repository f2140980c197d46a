import { randomUUID } from 'node:crypto';
import type { Blocks } from '../../contract/blocks.ts';
import type { Representations } from '../../contract/encoders.ts';
import type { DataSet, Device, Run, Study } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { beginningOf, type Beginning } from '../../contract/methods/beginning.ts';
import { methodById, methods, type Method, type OptionValues } from '../../contract/methods/index.ts';
import { carrying, methodOf } from '../../contract/methods/own.ts';
import type { StudyRequest, studyEstimate } from '../../contract/rpc.ts';
import type * as z from 'zod';
import type { Store } from '../../db/store.ts';
import type { CombinationsRoom } from '../combinations/combinations.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import { takesAnyRun } from '../devices/describe.ts';
import type { DevicesRoom } from '../devices/devices.ts';
import type { QueueRoom } from '../queue/queue.ts';
import type { Feed } from '../rpc/feed.ts';
import { makespan } from './calibrate.ts';
import type { EstimatesRoom } from './estimates.ts';
import { testDrive, type TestDriveOptions } from './test-drive.ts';
import { mustHold } from './largest-tensor.ts';
import { studyName } from './name.ts';

export type StudyEstimate = z.infer<typeof studyEstimate>;

export interface StudiesOptions {
  store: Store;
  feed: Feed;
  combinations: Pick<CombinationsRoom, 'offered'>;
  dataSets: DataSetsRoom;
  devices: DevicesRoom;
  estimates: EstimatesRoom;
  queue: QueueRoom;
  /** The vectors that lie with a data set. */
  vectors: (dataSetId: string) => readonly Representations[];
  drive: TestDriveOptions;
  now: () => number;
}

type Offer = CombinationsRoom['offered'];
type Vectors = StudiesOptions['vectors'];

/**
 * Each method once, in the order of the cards: the baselines, which the others are held against, come first, and
 * people's own combinations last.
 */
function inCardOrder(ids: readonly string[], offered: Offer): string[] {
  const place = (id: string): number => {
    const { method, own } = offered(id);
    return own ? methods.length : methods.indexOf(method);
  };
  return [...new Set(ids)].sort((a, b) => place(a) - place(b));
}

/** Throws `methods.labels` where a method reads a label column that the data set does not have. */
function checkLabels({ title }: Method, labels: readonly number[], data: DataSet): void {
  const has = data.labels.length;
  const column = labels.find((each) => each >= has);
  if (column === undefined) return;
  const facts = { method: title, column: column + 1, data: data.name };
  throw new AppError('methods.labels', { ...facts, has: has === 1 ? '1 column' : `${has} columns` });
}

/**
 * Options that name the vectors that a method is to read, and their width; any others as they are. Throws
 * `methods.vectors-missing`.
 */
function withVectors(
  { title, fields }: Method,
  { posterior }: Blocks,
  options: OptionValues,
  data: DataSet,
  there: readonly Representations[],
): OptionValues {
  if (posterior.kind !== 'given') return options;
  const { source } = posterior;
  const found =
    source === '' && there.length === 1 ? there[0] : there.find((each) => each.encoderId === source);
  const [named] = Object.entries(fields).find(([, { kind }]) => kind === 'vectors') ?? [];
  if (found && named) return { ...options, [named]: found.encoderId, latent: found.width };
  const several = there.length > 1 ? 'there are several, and none is named' : 'there are none';
  throw new AppError('methods.vectors-missing', {
    ...{
      method: title,
      data: data.name,
      known: there.length > 0 ? there.map((each) => each.encoderId) : 'none',
    },
    reason: source === '' ? several : `«${source}» are not there`,
  });
}

/** Why a run cannot begin with that one; null where it can. */
function misfitOf(
  { field }: Beginning,
  options: OptionValues,
  data: DataSet,
  run: Run | undefined,
): string | null {
  const kind = field.methods.map((id) => methodById(id).title).join(' or ');
  if (!run || run.trashedAt !== null || !field.methods.includes(run.methodId))
    return `it must be a run of «${kind}»`;
  if (run.dataSetId !== data.id) return `it must be a run on the data set «${data.name}»`;
  if (!run.results) return 'it must be a run that has finished';
  const differing = field.equal.find((name) => run.options[name] !== options[name]);
  if (differing === undefined) return null;
  const title = methodById(run.methodId).fields[differing]!.title;
  return `its «${title}» is ${run.options[differing]}, here it is ${options[differing]}`;
}

/** Throws `methods.option` where a method is to begin with a run that it cannot begin with. */
function checkBeginning(
  { title, fields }: Method,
  options: OptionValues,
  data: DataSet,
  runOf: Known['runOf'],
): void {
  const beginning = beginningOf(fields, options);
  const reason = beginning && misfitOf(beginning, options, data, runOf(beginning.runId));
  if (!reason) return;
  const { option, runId: value } = beginning;
  throw new AppError('methods.option', { method: title, option, value, reason });
}

/** What there is beside a request: methods, vectors and runs that its options may name. */
interface Known {
  readonly offered: Offer;
  readonly vectors: Vectors;
  readonly runOf: (id: string) => Run | undefined;
}

/** Complete option values of every method of a request, in the order of the cards. Throws `methods.*`. */
export function optionsOf(
  request: StudyRequest,
  data: DataSet,
  { offered, vectors, runOf }: Known,
): Map<string, OptionValues> {
  const chosen = inCardOrder(request.methodIds, offered);
  for (const id of Object.keys(request.options))
    if (!chosen.includes(id)) throw new AppError('methods.unknown', { id, known: chosen });
  return new Map(
    chosen.map((id) => {
      const { method, own } = offered(id);
      const options = { ...method.preset(request.size, data.kind), ...request.options[id] };
      const { blocks } = method.configure(options);
      checkLabels(method, blocks.labels, data);
      checkBeginning(method, options, data, runOf);
      const complete = withVectors(method, blocks, options, data, vectors(data.id));
      return [id, own ? carrying(complete, own) : complete];
    }),
  );
}

export function studiesRoom({
  store,
  feed,
  combinations,
  dataSets,
  devices,
  estimates,
  queue,
  vectors,
  drive,
  now,
}: StudiesOptions) {
  const closing = new AbortController();
  const measuring = new Set<Promise<unknown>>();

  /** Throws `studies.not-found`. */
  function get(id: string): Study {
    const study = store.studies.get(id);
    if (!study) throw new AppError('studies.not-found', { id });
    return study;
  }

  const known: Known = { offered: combinations.offered, vectors, runOf: store.runs.get };

  /** Where its runs would go first. Throws `devices.tensor-too-large` where that cannot hold one of them. */
  function deviceFor(
    request: StudyRequest,
    options: ReadonlyMap<string, OptionValues>,
    data: DataSet,
  ): Device {
    const first = estimates.deviceFor(request.pinnedTo);
    for (const [methodId, values] of options) mustHold(first, { methodId, options: values }, data);
    return first;
  }

  const titleOf = (id: string): string => combinations.offered(id).method.title;

  function estimate(request: StudyRequest): StudyEstimate {
    const data = dataSets.get(request.dataSetId);
    const options = optionsOf(request, data, known);
    const device = deviceFor(request, options, data);
    const perMethod = [...options].map(([methodId, options]) => ({
      methodId,
      estimate: estimates.of(methodId, options, data, device),
    }));
    const slots = (
      request.pinnedTo === null ? devices.list().filter((d) => d.enabled && takesAnyRun(d)) : [device]
    ).reduce((sum, { slots }) => sum + slots, 0);
    const total = (bound: 'low' | 'high') =>
      makespan(
        perMethod.flatMap(({ estimate }) => new Array<number>(request.seeds).fill(estimate.seconds[bound])),
        slots,
      );
    return {
      runs: perMethod.length * request.seeds,
      seconds: { low: total('low'), high: total('high') },
      bytes: Math.max(...perMethod.map(({ estimate }) => estimate.bytes)),
      deviceId: device.id,
      memoryFree: device.memoryTotal === null ? null : device.memoryTotal - (device.memoryUsed ?? 0),
      perMethod,
    };
  }

  async function measure(request: StudyRequest, signal: AbortSignal): Promise<StudyEstimate> {
    const data = dataSets.get(request.dataSetId);
    const all = optionsOf(request, data, known);
    const device = deviceFor(request, all, data);
    for (const [methodId, options] of all) {
      const driven = { methodId, options, data, device };
      const { bytes } = estimates.of(methodId, options, data, device);
      if (!queue.occupy(device.id, bytes)) throw new AppError('estimates.busy', { device: device.name });
      try {
        estimates.learnDrive(driven, await testDrive(driven, drive, signal));
      } finally {
        queue.leave(device.id, bytes);
      }
    }
    return estimate(request);
  }

  return {
    list: () => store.studies.all(),
    get,
    estimate,
    /**
     * A test drive of every method, one after the other, on the device that a run would go to first.
     * Throws `estimates.*` and what a run of the method would throw.
     */
    async measure(request: StudyRequest, signal: AbortSignal): Promise<StudyEstimate> {
      const work = measure(request, AbortSignal.any([signal, closing.signal]));
      const settled = work.catch(() => {});
      measuring.add(settled);
      void settled.then(() => measuring.delete(settled));
      return work;
    },
    async close(): Promise<void> {
      closing.abort();
      await Promise.all(measuring);
    },
    /** Methods times seeds, queued in that order. What a run will do is fixed here: later edits change nothing. */
    create(request: StudyRequest): { study: Study; runs: Run[] } {
      const data = dataSets.get(request.dataSetId);
      const options = optionsOf(request, data, known);
      const device = deviceFor(request, options, data);
      const methodIds = [...options.keys()];
      const study: Study = {
        id: randomUUID(),
        name: request.name || studyName(methodIds, data.name, titleOf),
        dataSetId: data.id,
        size: request.size,
        methodIds,
        seeds: request.seeds,
        createdAt: now(),
      };
      const seeds = Array.from({ length: request.seeds }, (_, index) => index + 1);
      const position = queue.last();
      const runs = [...options]
        .map(([methodId, values]) => ({
          methodId,
          values,
          estimate: estimates.of(methodId, values, data, device),
        }))
        .flatMap((planned) => seeds.map((seed) => ({ ...planned, seed })))
        .map(({ methodId, values, estimate, seed }, index) => ({
          ...newRun(study, methodId, values, seed, now()),
          pinnedTo: request.pinnedTo,
          estimate,
          position: position + index,
        }));
      store.transaction(() => {
        store.studies.add(study);
        for (const run of runs) store.runs.add(run);
      });
      feed.emit({ kind: 'studies-changed' });
      feed.emit({ kind: 'data-sets-changed' });
      for (const run of runs) feed.emit({ kind: 'run', run });
      queue.pump();
      return { study, runs: runs.map((run) => store.runs.get(run.id) ?? run) };
    },
    rename(id: string, name: string): Study {
      get(id);
      store.studies.rename(id, name);
      feed.emit({ kind: 'studies-changed' });
      return get(id);
    },
  };
}
export type StudiesRoom = ReturnType<typeof studiesRoom>;

function newRun(study: Study, methodId: string, options: OptionValues, seed: number, at: number): Run {
  const { title } = methodOf({ methodId, options });
  return {
    id: randomUUID(),
    name: study.seeds > 1 ? `${title}, seed ${seed}` : title,
    studyId: study.id,
    dataSetId: study.dataSetId,
    methodId,
    size: study.size,
    options,
    seed,
    pinnedTo: null,
    deviceId: null,
    status: 'queued',
    phase: null,
    step: 0,
    epoch: 0,
    progress: 0,
    secondsLeft: null,
    savedStep: null,
    createdAt: at,
    startedAt: null,
    endedAt: null,
    seconds: 0,
    peakBytes: null,
    estimate: null,
    collapsedSince: null,
    error: null,
    results: null,
    star: false,
    note: '',
    tags: [],
    trashedAt: null,
    position: null,
  };
}
