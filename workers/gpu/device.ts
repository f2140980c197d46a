import type { MessagePort } from 'node:worker_threads';
import { globals } from 'webgpu';
import type { Adapter } from '../../contract/worker.ts';
import { describe, listAdapters, openAdapter } from './adapters.ts';
import type { Command, Copy, DeviceRequest, Dispatch, ReadAnswer } from './commands.ts';

const { GPUBufferUsage, GPUMapMode } = globals as {
  GPUBufferUsage: Record<'COPY_DST' | 'MAP_READ', number>;
  GPUMapMode: Record<'READ', number>;
};

/**
 * Limits that are asked for as high as the adapter has them. Dawn grants the small common ones otherwise; a sum of
 * more tensors than a shader may bind is then silently wrong.
 */
const wantedLimits = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const;

export interface OpenDevice {
  readonly adapter: Adapter;
  readonly limits: Record<string, number>;
  carryOut(command: Command): void | Promise<void>;
}

/** Opens the adapter that was asked for; a string says why it is not to be had. */
export async function openDevice({
  adapter: wanted,
  software,
  port,
  bell,
}: DeviceRequest): Promise<OpenDevice | string> {
  const adapters = await listAdapters();
  const usable = adapters.filter((each) => software || !each.software);
  const chosen = wanted === undefined ? usable[0] : usable.find(({ name }) => name === wanted);
  const opened = chosen && (await openAdapter(chosen.name, chosen));
  if (!opened) {
    const names = adapters.map(({ name }) => name).join(', ') || 'none';
    if (wanted !== undefined) return `there is no graphics adapter «${wanted}» (found: ${names})`;
    return adapters.length > 0
      ? `its only adapter computes on the processor (${names})`
      : 'no graphics driver for it was found';
  }
  const limits: Record<string, number> = Object.fromEntries(
    wantedLimits.map((name) => [name, opened.adapter.limits[name]]),
  );
  const device = await opened.adapter.requestDevice({ requiredLimits: limits });
  return {
    adapter: describe(chosen.name, opened.adapter),
    limits,
    // The adapter's parent is held by the closure: without it the device would be let go.
    carryOut: commandsOf(device, { port, bell: new Int32Array(bell), gpu: opened.gpu }),
  };
}

interface Answering {
  readonly port: MessagePort;
  readonly bell: Int32Array;
  readonly gpu: GPU;
}

const scopes = ['validation', 'out-of-memory', 'internal'] as const;

function commandsOf(device: GPUDevice, { port, bell, gpu }: Answering): OpenDevice['carryOut'] {
  const buffers = new Map<number, GPUBuffer>();
  const pipelines = new Map<number, GPUComputePipeline>();
  let lost: string | undefined;
  void device.lost.then(({ message }) => (lost = `the device was lost: ${message}`));
  // WebGPU tells nobody about an error and goes on with what was there before, so every read asks for those before it.
  const watch = (): void => scopes.forEach((scope) => device.pushErrorScope(scope));
  const errors = async (): Promise<string | undefined> => {
    const found = await Promise.all(scopes.map(() => device.popErrorScope()));
    watch();
    return lost ?? found.find((error) => error !== null)?.message;
  };
  watch();

  function run(steps: readonly (Copy | Dispatch)[]): void {
    const encoder = device.createCommandEncoder();
    let pass: GPUComputePassEncoder | undefined;
    for (const step of steps) {
      if (step.kind === 'copy') {
        pass?.end();
        pass = undefined;
        encoder.copyBufferToBuffer(buffers.get(step.from)!, 0, buffers.get(step.to)!, 0, step.size);
        continue;
      }
      pass ??= encoder.beginComputePass();
      const pipeline = pipelines.get(step.pipeline)!;
      const entries = step.buffers.map((id, binding) => ({
        binding,
        resource: { buffer: buffers.get(id)! },
      }));
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      pass.dispatchWorkgroups(...step.groups);
    }
    pass?.end();
    device.queue.submit([encoder.finish()]);
  }

  async function bytesOf(id: number, size: number): Promise<ReadAnswer> {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const staging = device.createBuffer({ size, usage });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffers.get(id)!, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    const error = await errors();
    if (error !== undefined) return { error };
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = staging.getMappedRange().slice(0);
    staging.destroy();
    return { bytes };
  }

  async function answer(id: number, size: number): Promise<void> {
    const said = await bytesOf(id, size).catch((error: unknown): ReadAnswer => ({
      error: lost ?? String(error),
    }));
    port.postMessage(said, 'bytes' in said ? [said.bytes] : []);
    Atomics.store(bell, 0, 1);
    Atomics.notify(bell, 0);
  }

  return (command) => {
    void gpu;
    switch (command.kind) {
      case 'buffer': {
        const { id, size, usage, data } = command;
        const buffer = device.createBuffer({ size, usage, mappedAtCreation: data !== undefined });
        if (data) {
          new Uint8Array(buffer.getMappedRange()).set(new Uint8Array(data));
          buffer.unmap();
        }
        buffers.set(id, buffer);
        return;
      }
      case 'destroy':
        buffers.get(command.id)?.destroy();
        buffers.delete(command.id);
        return;
      case 'write':
        device.queue.writeBuffer(buffers.get(command.id)!, 0, command.data);
        return;
      case 'pipeline': {
        const { id, code, entry: entryPoint, label } = command;
        const module = device.createShaderModule({ code, label });
        pipelines.set(
          id,
          device.createComputePipeline({ compute: { module, entryPoint }, label, layout: 'auto' }),
        );
        return;
      }
      case 'run':
        run(command.steps);
        return;
      case 'read':
        return answer(command.id, command.size);
    }
  };
}
