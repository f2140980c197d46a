import { receiveMessageOnPort, MessageChannel, Worker } from 'node:worker_threads';
import { AppError } from '../../contract/errors.ts';
import type { Adapter } from '../../contract/worker.ts';
import type { Command, Copy, DeviceAnswer, DeviceRequest, Dispatch, ReadAnswer } from '../gpu/commands.ts';

/** From source a room's entry stands in its folder; bundled, every room is a file beside this one. */
const thread = new URL(import.meta.url.endsWith('.ts') ? '../gpu/entry.ts' : './gpu.mjs', import.meta.url);

/** Numbers of the WebGPU specification. */
export const usages = {
  MAP_READ: 0x0001,
  MAP_WRITE: 0x0002,
  COPY_SRC: 0x0004,
  COPY_DST: 0x0008,
  INDEX: 0x0010,
  VERTEX: 0x0020,
  UNIFORM: 0x0040,
  STORAGE: 0x0080,
  INDIRECT: 0x0100,
  QUERY_RESOLVE: 0x0200,
} as const;

/** A buffer that exists in the device thread. One that is mapped at its creation is made there when it is unmapped. */
export class FarBuffer {
  readonly id: number;
  readonly size: number;
  readonly usage: number;
  mapState: 'mapped' | 'unmapped';
  private readonly say: (command: Command) => void;
  private data: ArrayBuffer | undefined;

  constructor(
    id: number,
    { size, usage, mappedAtCreation }: { size: number; usage: number; mappedAtCreation?: boolean },
    say: (command: Command) => void,
  ) {
    this.id = id;
    this.size = size;
    this.usage = usage;
    this.say = say;
    this.mapState = mappedAtCreation ? 'mapped' : 'unmapped';
    if (mappedAtCreation) this.data = new ArrayBuffer(size);
    else say({ kind: 'buffer', id, size, usage });
  }

  getMappedRange(): ArrayBuffer {
    if (!this.data) throw new Error('only a buffer that is mapped at its creation is written here');
    return this.data;
  }

  unmap(): void {
    const { id, size, usage, data } = this;
    if (data) this.say({ kind: 'buffer', id, size, usage, data });
    this.data = undefined;
    this.mapState = 'unmapped';
  }

  destroy(): void {
    if (!this.data) this.say({ kind: 'destroy', id: this.id });
  }
}

interface BindGroup {
  readonly pipeline: number;
  readonly buffers: readonly number[];
}
type Steps = readonly (Copy | Dispatch)[];

/** As much of `GPUDevice` as the tensor library asks for. */
export interface FarDevice {
  readonly adapter: Adapter;
  readonly limits: Readonly<Record<string, number>>;
  /** Bytes of a buffer. Throws AppError('tensor.device') when anything went wrong since the last read. */
  read(buffer: FarBuffer, size: number): ArrayBuffer;
}

/**
 * Starts the device thread. `software` admits adapters that compute on the processor.
 * @throws AppError('tensor.backend-missing')
 */
export async function openFarDevice(options: { adapter?: string; software: boolean }): Promise<FarDevice> {
  const { port1: near, port2: far } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const request: DeviceRequest = { kind: 'device', ...options, port: far, bell: bell.buffer };
  const worker = new Worker(thread, { workerData: request, transferList: [far] });
  const answer = await new Promise<DeviceAnswer>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error) => resolve({ kind: 'absent', reason: error.message }));
    worker.once('exit', (code) => resolve({ kind: 'absent', reason: `its thread ended with code ${code}` }));
  });
  if (answer.kind === 'absent') {
    await worker.terminate();
    throw new AppError('tensor.backend-missing', { backend: 'webgpu', reason: answer.reason });
  }
  // A process that has done its work ends without being told to close the device.
  worker.unref();
  near.unref();
  const { adapter, limits } = answer;

  let waiting: Command[] = [];
  let ids = 0;
  const say = (command: Command) => void waiting.push(command);
  const flush = () => {
    worker.postMessage(
      waiting,
      waiting.flatMap((command) => ('data' in command && command.data ? [command.data] : [])),
    );
    waiting = [];
  };

  function read(buffer: FarBuffer, size: number): ArrayBuffer {
    say({ kind: 'read', id: buffer.id, size });
    flush();
    sleep(bell, adapter.name);
    Atomics.store(bell, 0, 0);
    const { message } = receiveMessageOnPort(near) as { message: ReadAnswer };
    if ('error' in message) {
      throw new AppError('tensor.device', { device: adapter.name, reason: message.error });
    }
    return message.bytes;
  }

  const device = {
    adapter,
    limits,
    read,
    features: new Set<string>(),
    queue: {
      submit(buffers: readonly { steps: Steps }[]): void {
        for (const { steps } of buffers) say({ kind: 'run', steps });
        flush();
      },
      writeBuffer(buffer: FarBuffer, _at: 0, data: ArrayBuffer): void {
        say({ kind: 'write', id: buffer.id, data: data.slice(0) });
      },
    },
    createBuffer: (made: { size: number; usage: number; mappedAtCreation?: boolean }) =>
      new FarBuffer(ids++, made, say),
    createShaderModule: ({ code }: { code: string }) => ({ code }),
    createComputePipeline({
      compute: { module, entryPoint },
      label,
    }: {
      compute: { module: { code: string }; entryPoint: string };
      label: string;
    }) {
      const id = ids++;
      say({ kind: 'pipeline', id, code: module.code, entry: entryPoint, label });
      return { id, getBindGroupLayout: () => id };
    },
    createBindGroup: ({
      layout,
      entries,
    }: {
      layout: number;
      entries: readonly { resource: { buffer: FarBuffer } }[];
    }): BindGroup => ({ pipeline: layout, buffers: entries.map(({ resource }) => resource.buffer.id) }),
    createCommandEncoder: encoder,
  };
  return device;
}

/** Seconds that a card may take for one answer; the first ones wait for every shader to be compiled. */
const patience = 300;
let meanwhile: () => void = () => {};

/** Called every second while this thread sleeps until the card has answered, since its timers sleep as well. */
export function whileWaiting(call: () => void): void {
  meanwhile = call;
}

/** Throws AppError('tensor.device') when no answer comes. */
function sleep(bell: Int32Array, device: string): void {
  for (let second = 0; second < patience; second++) {
    if (Atomics.wait(bell, 0, 0, 1000) !== 'timed-out') return;
    meanwhile();
  }
  throw new AppError('tensor.device', { device, reason: `it has not answered for ${patience} seconds` });
}

/** Records the steps that `queue.submit` sends. */
function encoder() {
  const steps: (Copy | Dispatch)[] = [];
  return {
    steps,
    copyBufferToBuffer(from: FarBuffer, _from: 0, to: FarBuffer, _to: 0, size: number): void {
      steps.push({ kind: 'copy', from: from.id, to: to.id, size });
    },
    beginComputePass() {
      let group: BindGroup | undefined;
      return {
        // A bind group names its pipeline.
        setPipeline(): void {},
        setBindGroup(_at: 0, given: BindGroup): void {
          group = given;
        },
        dispatchWorkgroups(x: number, y: number, z: number): void {
          steps.push({ kind: 'dispatch', ...group!, groups: [x, y, z] });
        },
        end(): void {},
      };
    },
    finish: () => ({ steps }),
  };
}
