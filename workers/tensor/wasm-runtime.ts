import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { tf } from './native.ts';
import { portable } from './portable-runtime.ts';
import type { Runtime } from './runtime.ts';

const require = createRequire(import.meta.url);

/** @throws AppError('tensor.backend-missing') when the WebAssembly backend does not come up */
export async function openWasm(): Promise<Runtime> {
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  if (!tf.engine().backendNames().includes('wasm') || !tf.engine().registry['wasm']) {
    wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  }
  // On failure TF.js answers false and silently stays on its slow JavaScript backend.
  if (!(await tf.setBackend('wasm')) || tf.getBackend() !== 'wasm') {
    throw new AppError('tensor.backend-missing', { backend: 'wasm', reason: 'WebAssembly did not start' });
  }
  return { ...portable, name: 'wasm', description: 'WebAssembly, one thread (slow)' };
}
