import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createEngine } from './engine.ts';
import type { BackendId, Engine, EngineOptions } from './types.ts';

export * from './types.ts';
export { tf } from './native.ts';
export { ops } from './ops.ts';
export type { NextWord } from './choose-word.ts';
export { philox, streamKey } from './random.ts';
export type { Generator } from './random.ts';

/**
 * Opens an engine on a backend of this machine. The native package is only loaded when asked for.
 * @throws AppError('tensor.backend-missing')
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  switch (options.backend) {
    case 'cpu':
    case 'cuda': {
      const { openNative } = await import('./native-runtime.ts');
      return createEngine(openNative(options.backend, options.threads), options);
    }
    case 'wasm': {
      const { openWasm } = await import('./wasm-runtime.ts');
      return createEngine(await openWasm(), options);
    }
    case 'webgpu': {
      const { openWebgpu } = await import('./webgpu-runtime.ts');
      return createEngine(await openWebgpu(), options);
    }
  }
}

export interface Availability {
  readonly backend: BackendId;
  readonly available: boolean;
  /** Why not, in a few words. */
  readonly reason?: string;
}

/** What can be opened here, judged by files alone: loads nothing. Whether a card is there is asked of its driver elsewhere. */
export function availableBackends(): Availability[] {
  const native = nativeAddon()
    ? { available: true }
    : { available: false, reason: 'the TensorFlow runtime is not installed' };
  const webgpu = dawnBinary()
    ? { available: true }
    : { available: false, reason: 'the WebGPU package has no binary for this system' };
  return [
    { backend: 'cpu', ...native },
    { backend: 'cuda', ...native },
    { backend: 'webgpu', ...webgpu },
    { backend: 'wasm', available: true },
  ];
}

function nativeAddon(): boolean {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
    return existsSync(join(folder, 'lib/napi-v8/tfjs_binding.node'));
  } catch {
    return false; // the package itself is not there
  }
}

function dawnBinary(): boolean {
  const system = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('webgpu'));
    return existsSync(join(folder, 'dist', system, 'dawn.node'));
  } catch {
    return false; // the package itself is not there
  }
}
