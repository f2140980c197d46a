import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { savedModel, TAG } from './graph.ts';
import { binding, DType, handleOf, interpose, tf, wrap } from './native.ts';
import type { Binding, BindingAttribute } from './native.ts';
import { NotCapturable, Recorder } from './recorder.ts';
import { variableShape } from './resource-variable.ts';
import type { CapturedGraph } from './runtime.ts';
import type { Tensor } from './types.ts';

const typeAttribute = (name: string, value: number): BindingAttribute => ({ name, type: 4, value });

/**
 * Writes a body down as a graph, computing nothing.
 *
 * The graph becomes a session of its own, and a session has its own variables. What makes them the engine's: a
 * handle of an anonymous variable holds the variable itself, and a map of tensors (a variant tensor) can be fed, so
 * each run is fed a map with the handles. All graphs and eager ops thus update the same memory.
 * @param feeds tensors that the body uses; each run gives others of the same shapes
 */
export function captureBody(
  feeds: readonly Tensor[],
  body: () => readonly Tensor[],
): CapturedGraph | NotCapturable {
  const addon = binding();
  const recorder = new Recorder(addon, { shape: variableShape });
  const fed = feeds.map((tensor) =>
    recorder.feed(handleOf(tensor), tensor.dtype === 'int32' ? DType.int32 : DType.float, tensor.shape),
  );
  let fetched: readonly string[] = [];
  try {
    interpose(recorder.stand(), () => {
      tf.tidy(() => {
        fetched = recorder.fetch(body().map(handleOf));
      });
    });
  } catch (error) {
    if (!(error instanceof NotCapturable)) throw error;
    // What the interrupted differentiation had put by.
    for (const { saved } of tf.engine().state.activeTape ?? [])
      for (const tensor of saved ?? []) tensor.dispose();
    tf.engine().state.activeTape = [];
    return error;
  }
  return startSession(addon, recorder, fed, fetched);
}

function startSession(
  addon: Binding,
  recorder: Recorder,
  fed: readonly string[],
  fetched: readonly string[],
): CapturedGraph {
  const session = load(addon, savedModel(recorder.nodes));
  const variables = mapOf(addon, recorder.variables);
  const feedNames = [recorder.variableFeed, ...fed].join();
  const fetchNames = fetched.join();
  return {
    nodes: recorder.nodes.length,
    run: (feeds) =>
      addon
        .runSavedModel(session, [variables, ...feeds.map(handleOf)], feedNames, fetchNames)
        .map((meta) => wrap(meta)),
    dispose() {
      addon.deleteSavedModel(session);
      addon.deleteTensor(variables);
    },
  };
}

/** The package loads graphs from folders only. */
function load(addon: Binding, model: Buffer): number {
  const folder = mkdtempSync(join(tmpdir(), `latent-workbench-graph-${process.pid}-`));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), model);
    return addon.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A tensor map from 0, 1, .. to these handles; returns its own handle. */
function mapOf(addon: Binding, handles: readonly number[]): number {
  const attributes = [typeAttribute('key_dtype', DType.int32), typeAttribute('value_dtype', DType.resource)];
  let map = addon.executeOp('EmptyTensorMap', [], [], 1)[0]!.id;
  handles.forEach((handle, i) => {
    const key = addon.createTensor([], DType.int32, new Int32Array([i]));
    const larger = addon.executeOp('TensorMapInsert', attributes, [map, key, handle], 1)[0]!.id;
    addon.deleteTensor(key);
    addon.deleteTensor(map);
    map = larger;
  });
  return map;
}
