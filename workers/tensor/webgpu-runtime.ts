import { createRequire } from 'node:module';
import { AppError } from '../../contract/errors.ts';
import { webgpuVariables } from '../../contract/worker.ts';
import { FarBuffer, openFarDevice, usages, type FarDevice } from './far-device.ts';
import { tf } from './native.ts';
import { portable } from './portable-runtime.ts';
import type { Runtime } from './runtime.ts';
import type { Tensor, Tensor1D } from './types.ts';

const require = createRequire(import.meta.url);

interface Kept {
  readonly values: Float32Array | Int32Array | Uint8Array | null;
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly resource: FarBuffer;
}
/** The parts of the package's backend (`backend_webgpu.ts`) that are used or replaced here. */
interface PackageBackend {
  tensorMap: { get(dataId: object): Kept };
  commandEncoder: object | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
  convertAndCacheOnCPU(dataId: object, values: Kept['values']): Kept['values'];
  readSync(dataId: object): Kept['values'];
}
interface Package {
  WebGPUBackend: new (device: FarDevice, adapter: FarDevice['adapter']) => PackageBackend;
}

/** The package asks of every resource whether it is a texture; here none is. */
function NoTexture(): void {}

let opened: Promise<FarDevice> | undefined;

/** @throws AppError('tensor.backend-missing') without a graphics adapter that may be used */
export async function openWebgpu(env: NodeJS.ProcessEnv = process.env): Promise<Runtime> {
  opened ??= register(env);
  const { adapter } = await opened.catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  if (!(await tf.setBackend('webgpu')) || tf.getBackend() !== 'webgpu') {
    throw new AppError('tensor.backend-missing', { backend: 'webgpu', reason: 'WebGPU did not start' });
  }
  const kind = adapter.software ? 'computing on the processor (very slow)' : 'not yet tried on real cards';
  return { ...portable, ...own, name: 'webgpu', description: `WebGPU on ${adapter.name}, ${kind}` };
}

async function register(env: NodeJS.ProcessEnv): Promise<FarDevice> {
  const device = await openFarDevice({
    adapter: env[webgpuVariables.adapter],
    software: env[webgpuVariables.software] === '1',
  });
  // Before there is a navigator.gpu: the package would otherwise register a backend of its own, for a browser.
  const { WebGPUBackend } = require('@tensorflow/tfjs-backend-webgpu') as Package;
  Object.defineProperty(globalThis.navigator, 'gpu', { value: {}, configurable: true });
  Object.assign(globalThis, { GPUBuffer: FarBuffer, GPUTexture: NoTexture, GPUBufferUsage: usages });
  class Backend extends WebGPUBackend {
    /** The package reads at once only through a canvas, which Node has not. */
    override readSync(dataId: object): Kept['values'] {
      const { values, resource, dtype } = this.tensorMap.get(dataId);
      if (values) return values;
      this.endComputePassEncoder();
      if (this.commandEncoder) this.submitQueue();
      const bytes = device.read(resource, resource.size);
      const Values = dtype === 'float32' ? Float32Array : Int32Array;
      const read = new Values(bytes);
      return this.convertAndCacheOnCPU(dataId, dtype === 'bool' ? Uint8Array.from(read) : read);
    }
  }
  tf.registerBackend('webgpu', () => new Backend(device, device.adapter) as never, 0);
  // The package's program for large products, for all of them: the one that splits small ones adds up atomically, in any
  // order, so that a run would not repeat itself; and what cards compute with is what the tests have computed with.
  tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3);
  replaceAddN(device.limits['maxStorageBuffersPerShaderStage']!);
  return device;
}

/** A shader binds a limited number of buffers, one of them for the result; the package does not count. */
function replaceAddN(buffers: number): void {
  const of = { kernelName: 'AddN', backendName: 'webgpu' } as const;
  const add = tf.getKernel(of.kernelName, of.backendName).kernelFunc;
  const most = buffers - 1;
  tf.unregisterKernel(of.kernelName, of.backendName);
  tf.registerKernel({
    ...of,
    kernelFunc: (call) => {
      const all = Object.values(call.inputs) as Tensor[];
      if (all.length <= most) return add(call);
      return tf.tidy(() => {
        const parts: Tensor[] = [];
        for (let at = 0; at < all.length; at += most) parts.push(tf.addN(all.slice(at, at + most)));
        return tf.addN(parts);
      });
    },
  });
}

const own: Pick<Runtime, 'scatterRows' | 'adam'> = {
  // As a product: scatterND adds up atomically, in any order. It costs what the gradient of the output layer costs.
  scatterRows: (ids, values, shape) =>
    tf.matMul(tf.oneHot(ids as Tensor1D, shape[0]!), values as never, true, false),
  adam: (variable, slots, step, rate, gradient, rule) => {
    // On a card 1 - beta^t loses the digits that matter in the first steps. The count has never left the processor.
    const t = step.dataSync()[0]!;
    const { mean, square } = slots;
    const { beta1, beta2, epsilon } = rule;
    mean.assign(tf.add(tf.mul(mean.read(), beta1), tf.mul(gradient, 1 - beta1)));
    square.assign(tf.add(tf.mul(square.read(), beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const m = tf.div(mean.read(), 1 - beta1 ** t);
    const v = tf.div(square.read(), 1 - beta2 ** t);
    variable.assign(tf.sub(variable.read(), tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), epsilon)))));
  },
};
