import type { Device } from '../../contract/entities.ts';
import type { DeviceSetting } from '../../db/store.ts';
import type { Adapter } from '../../contract/worker.ts';
import type { Gpu } from './nvidia-smi.ts';
import type { TensorRuntime } from './set-up-status.ts';

/** What there is, as asked of the machine just now. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  /** Bytes. */
  readonly memoryTotal: number;
  readonly memoryFree: number;
  readonly gpus: readonly Gpu[];
  /** Cards that were listed since the workbench was opened, and are not any more. */
  readonly lost: readonly Gpu[];
  /** Reached through WebGPU. */
  readonly adapters: readonly Adapter[];
  readonly runtime: TensorRuntime;
}

/** From four cores on, two runs at a time finish a study sooner than one with all cores. */
export const usualSlots = (cores: number) => (cores >= 4 ? 2 : 1);

const webgpuPrefix = 'webgpu:';
const webgpuDevice = (adapter: string): string => webgpuPrefix + adapter;
/** Name of the adapter that a WebGPU device stands for. */
export const adapterOf = (deviceId: string): string => deviceId.slice(webgpuPrefix.length);

/** Whether runs may go there that nobody gave to it: not to WebGPU, until it has been tried on real cards. */
export const takesAnyRun = ({ backend }: Pick<Device, 'backend'>): boolean => backend !== 'webgpu';

/** Every device of the machine, fastest first, with the user's settings and what runs on it. */
export function describeDevices(
  machine: Machine,
  settings: ReadonlyMap<string, DeviceSetting>,
  runningOn: (deviceId: string) => string[],
): Device[] {
  const withSettings = (device: Omit<Device, 'enabled' | 'slots' | 'running'>, slots: number): Device => {
    const setting = settings.get(device.id);
    const usable = device.remark !== 'unavailable' && device.remark !== 'missing';
    return {
      ...device,
      enabled: usable && (setting?.enabled ?? true),
      slots: setting?.slots ?? slots,
      running: runningOn(device.id),
    };
  };
  const card = (gpu: Gpu, remark: Device['remark']) => {
    const { uuid: id, name, memoryTotal, memoryUsed, temperature } = gpu;
    return withSettings(
      { id, backend: 'cuda', name, memoryTotal, memoryUsed, temperature, largestTensor: null, remark },
      1,
    );
  };
  const cards = [
    ...machine.gpus.map((gpu) => card(gpu, machine.runtime.cuda ? 'none' : 'unavailable')),
    ...machine.lost.map((gpu) => card({ ...gpu, memoryUsed: null, temperature: null }, 'missing')),
  ];
  // A card that TensorFlow computes on needs no second, slower way to it.
  const others = machine.adapters.filter(
    ({ name }) => !cards.some((card) => card.name === name && card.remark === 'none'),
  );
  const adapters = others.map(({ name, software, largestBuffer }) =>
    withSettings(
      {
        ...{ id: webgpuDevice(name), backend: 'webgpu', name },
        ...{ memoryTotal: null, memoryUsed: null, temperature: null },
        largestTensor: largestBuffer,
        remark: software ? 'webgpu-software' : 'webgpu-untried',
      },
      1,
    ),
  );
  const processor = {
    name: `${machine.processor} (${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'})`,
    memoryTotal: machine.memoryTotal,
    memoryUsed: machine.memoryTotal - machine.memoryFree,
    temperature: null,
    largestTensor: null,
  };
  const host = machine.runtime.native
    ? withSettings(
        { ...processor, id: 'cpu', backend: 'cpu', remark: cards.length > 0 ? 'none' : 'no-gpu' },
        usualSlots(machine.cores),
      )
    : withSettings(
        { ...processor, id: 'wasm', backend: 'wasm', remark: 'wasm-slow' },
        usualSlots(machine.cores),
      );
  return [...cards, ...adapters, host];
}
