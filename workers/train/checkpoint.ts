import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AppError } from '../../contract/errors.ts';
import { runFiles } from '../../contract/worker.ts';
import type { Engine } from '../tensor/index.ts';
import { readSafetensors, writeSafetensors, type StoredTensor } from '../tensor/safetensors.ts';
import { writeWhole } from './run-folder.ts';
import { loopState, type LoopState } from './state.ts';

/** Name under which a file of tensors carries its state, so that one rename replaces both. */
const STATE = 'latent-workbench';

type Values = Parameters<Engine['restore']>[0];

const bestState = z.object({ loss: z.number(), step: z.number().int(), epoch: z.number().int() });
export type BestState = z.infer<typeof bestState>;

/** Parameters, optimizer slots and state; the state also beside them as JSON, for people and for main. */
export async function saveCheckpoint(folder: string, engine: Engine, state: LoopState): Promise<void> {
  const json = JSON.stringify(state);
  await writeSafetensors(path.join(folder, runFiles.checkpoint), engine.snapshot(), { [STATE]: json });
  writeWhole(path.join(folder, runFiles.checkpointState), json);
}

/** Null where nothing was saved. Throws `worker.resume-mismatch`. */
export async function readCheckpoint(folder: string): Promise<{ state: LoopState; values: Values } | null> {
  const file = path.join(folder, runFiles.checkpoint);
  if (!existsSync(file)) return null;
  const { tensors, metadata } = await readSafetensors(file);
  const state = loopState.safeParse(JSON.parse(metadata[STATE] ?? 'null'));
  if (!state.success) throw new AppError('worker.resume-mismatch', { reason: z.prettifyError(state.error) });
  return { state: state.data, values: floats(tensors) };
}

/** Puts saved values into an engine. Throws `worker.resume-mismatch` when they are not those of this model. */
export function restoreInto(engine: Engine, values: Values): void {
  for (const { name, shape } of engine.parameters) {
    const saved = values.get(name);
    const differs = saved && saved.shape.join('x') !== shape.join('x');
    if (saved && !differs) continue;
    throw new AppError('worker.resume-mismatch', {
      reason: saved
        ? `${name} was saved as ${saved.shape.join(' x ')} and is ${shape.join(' x ')} now`
        : `${name} is not in the save`,
    });
  }
  engine.restore(values);
}

/** Keeps the parameters as they are as the model that is measured and sampled. */
export async function saveBest(folder: string, engine: Engine, best: BestState): Promise<void> {
  const names = new Set(engine.parameters.map(({ name }) => name));
  const values = new Map([...engine.snapshot()].filter(([name]) => names.has(name)));
  const json = JSON.stringify(best);
  await writeSafetensors(path.join(folder, runFiles.best), values, { [STATE]: json });
  writeWhole(path.join(folder, runFiles.bestState), json);
}

/** Puts the best parameters into an engine. Throws `runs.no-model` where none were kept. */
export async function restoreBest(folder: string, engine: Engine, name: string): Promise<BestState> {
  const file = path.join(folder, runFiles.best);
  if (!existsSync(file)) throw new AppError('runs.no-model', { name });
  const { tensors, metadata } = await readSafetensors(file);
  restoreInto(engine, floats(tensors));
  return bestState.parse(JSON.parse(metadata[STATE] ?? 'null'));
}

/** Parameters of a language model that an encoder has too, of the same shapes over the same vocabulary. */
const shared = ['embedding', 'lstm.kernel', 'lstm.bias'] as const;

/**
 * Gives the encoder the words and the LSTM of a trained language model. Throws `runs.no-model` where the model is gone,
 * and `worker.resume-mismatch` where its widths are others.
 */
export async function beginWith(folder: string, engine: Engine, name: string): Promise<void> {
  const file = path.join(folder, runFiles.best);
  if (!existsSync(file)) throw new AppError('runs.no-model', { name });
  const trained = floats((await readSafetensors(file)).tensors);
  const values = new Map(engine.snapshot());
  for (const each of shared) {
    const value = trained.get(`decoder.${each}`);
    if (!value || !values.has(`encoder.${each}`))
      throw new AppError('worker.resume-mismatch', { reason: `${name} has no ${each}` });
    values.set(`encoder.${each}`, value);
  }
  restoreInto(engine, values);
}

/** An engine's snapshot holds nothing but float32. */
const floats = (tensors: ReadonlyMap<string, StoredTensor>): Values =>
  new Map(
    [...tensors].map(([name, { shape, data }]) => {
      if (data instanceof Float32Array) return [name, { shape, data }];
      throw new AppError('worker.resume-mismatch', { reason: `${name} holds whole numbers` });
    }),
  );

/** Forgets what an earlier stretch left, for a run that begins from the beginning; its job and its log stay. */
export function clearRun(folder: string): void {
  for (const [kind, name] of Object.entries(runFiles)) {
    if (kind !== 'job' && kind !== 'log') rmSync(path.join(folder, name), { force: true, recursive: true });
  }
}
