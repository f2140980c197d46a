import os from 'node:os';
import type { Device } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import type { DeviceSetting, Store } from '../../db/store.ts';
import type { Feed } from '../rpc/feed.ts';
import type { Adapter } from '../../contract/worker.ts';
import { describeDevices, type Machine } from './describe.ts';
import { queryGpus, type Gpu } from './nvidia-smi.ts';
import { readSetUp, tensorRuntime } from './set-up-status.ts';

const refreshEvery = 5000;

export interface DevicesOptions {
  store: Store;
  feed: Feed;
  /** Folder of the set-up. */
  runtime: string;
  env?: NodeJS.ProcessEnv;
  /** Asked once: graphics adapters beside the cards of the NVIDIA driver. Ends early where `signal` says so. */
  adapters?: (signal: AbortSignal) => Promise<Adapter[]>;
}

/** What can train here, kept fresh while the workbench is open. */
export async function devicesRoom(options: DevicesOptions) {
  const { store, feed, runtime, env = process.env } = options;
  const closing = new AbortController();
  // Nobody waits for them at the start: a process of their own looks for them, and only runs given to one need it.
  const looking = options.adapters?.(closing.signal);
  let adapters: readonly Adapter[] = [];
  let gpus: Gpu[] = (await queryGpus(env)) ?? [];
  let lost: Gpu[] = [];
  let settings = store.deviceSettings.all();
  // The set-up runs before the workbench starts, never beside it.
  const tensor = tensorRuntime(readSetUp(runtime));
  let runningOn: (deviceId: string) => string[] = () => [];
  let changed: () => void = () => {};
  let told = '';

  const machine = (): Machine => ({
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model.trim() || os.arch(),
    memoryTotal: memoryLimit(),
    memoryFree: Math.min(process.availableMemory(), memoryLimit()),
    gpus,
    lost,
    adapters,
    runtime: tensor,
  });
  const list = (): Device[] => describeDevices(machine(), settings, runningOn);
  const tell = () => {
    const devices = list();
    const text = JSON.stringify(devices);
    if (text !== told) feed.emit({ kind: 'devices', devices });
    told = text;
  };
  async function refresh(): Promise<void> {
    // A machine that had no card at the start gets none while it runs.
    if (gpus.length + lost.length === 0) return tell();
    const found = await queryGpus(env);
    // A driver that does not answer for once is no reason to drop its cards: their runs would say so themselves.
    if (found) {
      lost = [...gpus, ...lost].filter(({ uuid }) => !found.some((gpu) => gpu.uuid === uuid));
      gpus = found;
    }
    tell();
    changed();
  }
  const timer = setInterval(() => void refresh(), refreshEvery);
  timer.unref();
  const known = looking?.then((found) => {
    if (closing.signal.aborted) return;
    adapters = found;
    tell();
    changed();
  });

  return {
    list,
    tell,
    /** Resolves once the list has every device: until then the graphics adapters are being looked for. */
    async known(): Promise<void> {
      await known;
    },
    /** Asks the driver now instead of at the next turn. */
    refresh,
    /** Throws `devices.not-found`. */
    get(id: string): Device {
      const devices = list();
      const device = devices.find((candidate) => candidate.id === id);
      if (!device) throw new AppError('devices.not-found', { id, known: devices.map((d) => d.id) });
      return device;
    },
    configure(id: string, setting: DeviceSetting): Device[] {
      this.get(id);
      store.deviceSettings.put(id, setting);
      settings = store.deviceSettings.all();
      tell();
      changed();
      return list();
    },
    /** Who runs where is known to the queue, and the queue wants to know what changed. */
    connect(queue: { runningOn: (deviceId: string) => string[]; changed: () => void }): void {
      runningOn = queue.runningOn;
      changed = queue.changed;
    },
    async close(): Promise<void> {
      clearInterval(timer);
      closing.abort();
      await known;
    },
  };
}
export type DevicesRoom = Awaited<ReturnType<typeof devicesRoom>>;

/** Of a container where there is one, else of the machine. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}
