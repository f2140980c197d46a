import os from 'node:os';
import type { Device, Run } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { FromTrainWorker, ToTrainWorker } from '../../contract/worker.ts';
import type { Store } from '../../db/store.ts';
import type { DataSetsRoom } from '../datasets/datasets.ts';
import type { DevicesRoom } from '../devices/devices.ts';
import type { Home } from '../home/home.ts';
import type { Feed } from '../rpc/feed.ts';
import { environmentOf, jobOf } from '../runs/job.ts';
import type { RunsRoom } from '../runs/runs.ts';
import { isLive } from '../runs/state.ts';
import { levelOf } from '../runs/printed.ts';
import { startTrainProcess, type TrainProcess } from '../runs/train-process.ts';
import type { SettingsRoom } from '../settings/settings.ts';
import { mustHold } from '../studies/largest-tensor.ts';
import { placeOf } from './places.ts';
import { assign, type Place } from './schedule.ts';

export interface QueueOptions {
  store: Store;
  feed: Feed;
  home: Home;
  runs: RunsRoom;
  devices: DevicesRoom;
  dataSets: DataSetsRoom;
  settings: SettingsRoom;
  /** The file each run's process is started with. */
  worker: string;
  /** Told of a finished run, for calibrating the estimates. */
  finished: (run: Run) => void;
  /** Milliseconds of a second of the heartbeat watch. */
  second?: number;
}

/** Milliseconds that running workers get to save when the workbench closes. */
const graceAtClose = 5000;

interface Working {
  readonly deviceId: string;
  readonly process: TrainProcess;
  /** Resolves when the process is no more and its run has its last word. */
  readonly ended: Promise<void>;
}

/** Waiting runs in their order, and the processes of those that compute. */
export function queueRoom(options: QueueOptions) {
  const { store, runs, devices, dataSets, settings, home } = options;
  const working = new Map<string, Working>();
  /** Bytes of what else computes on a device, by device. */
  const others = new Map<string, number[]>();
  let open = false;

  function pump(): void {
    if (!open) return;
    // One that was continued at once waits until its former process is gone: both would write into its folder.
    const free = store.runs.queued().filter(({ id }) => !working.has(id));
    const waiting = free.map((run) => ({ ...run, bytes: run.estimate?.bytes ?? 0 }));
    if (waiting.length === 0) return;
    const places = placesNow();
    for (const { runId, deviceId } of assign(waiting, places)) start(runs.get(runId), devices.get(deviceId));
  }

  function placesNow(): Place[] {
    return devices.list().map((device) => {
      const place = placeOf(device, device.running.map(runs.get));
      return { ...place, busy: [...place.busy, ...(others.get(device.id) ?? [])] };
    });
  }

  function start(run: Run, device: Device): void {
    const id = run.id;
    const folder = runs.folder(id);
    const resume = folder.has('checkpoint');
    const job = jobOf({
      run,
      dataSet: dataSets.get(run.dataSetId),
      device,
      settings: settings.get(),
      home,
      cores: os.availableParallelism(),
      resume,
    });
    folder.writeJob(job);
    runs.apply(id, { kind: 'assigned', deviceId: device.id });
    let verdict: Promise<void> | undefined;
    /** A card that is gone takes its runs with it; they fail a moment before its driver is asked again. */
    const broke = (how: FromTrainWorker | { kind: 'gone' }): void => {
      if (device.backend !== 'cuda' || !open) return void runs.apply(id, how);
      verdict = devices.refresh().then(() => {
        const run = store.runs.get(id);
        if (run && isLive(run)) runs.apply(id, how);
      });
    };
    const process = startTrainProcess({
      file: options.worker,
      job,
      env: environmentOf(device, job.threads),
      second: options.second,
      onMessage: (message) => (message.kind === 'failed' ? broke(message) : heard(id, message)),
      onPrint: (line) => runs.note(id, levelOf(line), line),
      onGone: (reason) => {
        // Ended on purpose, its run has its last word already; it may even be deleted.
        const last = store.runs.get(id);
        if (!last || !isLive(last)) return;
        runs.note(id, 'error', `The process of this run is gone: ${reason}.`);
        broke({ kind: 'gone' });
      },
    });
    const ended = process.ended.then(() => verdict);
    working.set(id, { deviceId: device.id, process, ended });
    if (store.runs.intent(id) === 'finish') {
      process.send({ kind: 'stop', keep: true });
      runs.apply(id, { kind: 'stop' });
    }
    devices.tell();
    void ended.then(() => {
      working.delete(id);
      if (!open) return;
      devices.tell();
      pump();
    });
  }

  /** Ends the runs of cards that their driver no longer lists. */
  function endLost(): void {
    for (const { id: deviceId, name, remark } of devices.list()) {
      if (remark !== 'missing') continue;
      for (const [id, at] of working) {
        const run = store.runs.get(id);
        if (at.deviceId !== deviceId || !run || !isLive(run)) continue;
        const facts = { device: name, step: run.step, saved: run.savedStep ?? 0 };
        runs.note(id, 'error', `The driver no longer lists ${name} (${deviceId}).`);
        runs.apply(id, { kind: 'failed', error: { code: 'devices.lost', facts } });
        at.process.kill();
      }
    }
  }

  function heard(id: string, message: FromTrainWorker): void {
    const run = runs.apply(id, message);
    const { feed } = options;
    if (message.kind === 'points') feed.emit({ kind: 'points', runId: id, points: message.points });
    if (message.kind === 'probe') feed.emit({ kind: 'probe', runId: id, probe: message.probe });
    if (message.kind === 'sampled') {
      store.sampleSets.put(message.set);
      feed.emit({ kind: 'sample-set', set: message.set });
    }
    if (message.kind === 'finished' && !message.stopped) options.finished(run);
  }

  /** Throws `runs.not-pausable` for a run that does not wait. */
  function waitingRun(id: string, action: string): Run {
    const run = runs.get(id);
    if (run.status !== 'queued' || run.trashedAt !== null)
      throw new AppError('runs.not-pausable', { name: run.name, status: run.status, action });
    return run;
  }

  return {
    /** Starts what can start; called once everything is put together. */
    open(): void {
      open = true;
      pump();
    },
    pump,
    /** Takes a slot for something that is not a run; false when none is free. `leave` gives it back. */
    occupy(deviceId: string, bytes: number): boolean {
      const place = placesNow().find((candidate) => candidate.deviceId === deviceId);
      if (!place?.enabled || place.busy.length >= place.slots) return false;
      others.set(deviceId, [...(others.get(deviceId) ?? []), bytes]);
      return true;
    },
    leave(deviceId: string, bytes: number): void {
      const left = [...(others.get(deviceId) ?? [])];
      left.splice(left.indexOf(bytes), 1);
      others.set(deviceId, left);
      pump();
    },
    /** A device was switched, has gone or is back. */
    devicesChanged(): void {
      endLost();
      pump();
    },
    runningOn: (deviceId: string): string[] =>
      [...working]
        .filter(([id, { deviceId: on }]) => on === deviceId && store.runs.get(id))
        .map(([id]) => id),
    /** A word to the worker of a run; false when it has none. */
    tell(id: string, message: ToTrainWorker): boolean {
      const at = working.get(id);
      at?.process.send(message);
      return at !== undefined;
    },
    /** Ends the process of a run at once. */
    kill: (id: string): void => working.get(id)?.process.kill(),
    /** Before everyone who waits. */
    first: (): number => (store.runs.queueBounds().first ?? 1) - 1,
    /** After everyone who waits. */
    last: (): number => (store.runs.queueBounds().last ?? 0) + 1,
    move(id: string, before: string | null): Run[] {
      const moved = waitingRun(id, 'moved');
      if (before !== null) waitingRun(before, 'waited for');
      const others = store.runs.queued().filter((run) => run.id !== id);
      const at = before === null ? others.length : others.findIndex((run) => run.id === before);
      others.splice(before === id ? 0 : at, 0, moved);
      const order = others.map((run, index) => ({ ...run, position: index + 1 }));
      store.transaction(() => order.forEach((run) => store.runs.update(run)));
      for (const run of order) options.feed.emit({ kind: 'run', run });
      pump();
      return order;
    },
    pin(id: string, deviceId: string | null): Run {
      const run = waitingRun(id, 'pinned to a device');
      if (deviceId !== null) mustHold(devices.get(deviceId), run, dataSets.get(run.dataSetId));
      runs.pin(id, deviceId);
      pump();
      return runs.get(id);
    },
    remove(id: string): void {
      waitingRun(id, 'taken out of the queue');
      runs.apply(id, { kind: 'trash' });
    },
    /** Lets workers save; those that do go back to the head of the queue, the others count as crashed. */
    async close(): Promise<void> {
      open = false;
      for (const { process } of working.values()) process.send({ kind: 'pause' });
      // A run that has finished may be deleted while its process still ends.
      const statusOf = (id: string) => store.runs.get(id)?.status;
      const closing = [...working.keys()].filter((id) => statusOf(id) !== 'pausing');
      const ended = Promise.all([...working.values()].map(({ ended }) => ended));
      const timer = setTimeout(() => {
        for (const { process } of working.values()) process.kill();
      }, graceAtClose);
      await ended;
      clearTimeout(timer);
      for (const id of closing)
        if (statusOf(id) === 'paused') runs.apply(id, { kind: 'queue', position: this.first() });
    },
  };
}
export type QueueRoom = ReturnType<typeof queueRoom>;
