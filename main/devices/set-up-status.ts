import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { setupStep, type SetupStep } from '../../contract/entities.ts';

const status = z.object({ steps: z.array(setupStep) });

/** What the set-up brought and what it could not; empty before it ran. */
export function readSetUp(runtime: string): SetupStep[] {
  const file = path.join(runtime, 'status.json');
  try {
    return status.parse(JSON.parse(readFileSync(file, 'utf8'))).steps;
  } catch {
    return [];
  }
}

export interface TensorRuntime {
  /** The native library is there; otherwise WebAssembly computes. */
  readonly native: boolean;
  /** The native library is one that can use NVIDIA cards. */
  readonly cuda: boolean;
}

/** `npm start` names the flavour in the version it writes down, `TensorFlow 2.21.0 (GPU)`. */
export function tensorRuntime(steps: readonly SetupStep[]): TensorRuntime {
  const step = steps.find(({ id }) => id === 'tensor');
  const native = step?.state === 'ready';
  return { native, cuda: native && /\bGPU\b/.test(step.version ?? '') };
}
