import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor } from './types.ts';

const require = createRequire(import.meta.url);

/**
 * TF.js itself. Loaded with `require` so that this file, the native package and the WebAssembly package share one
 * copy (the native package requires the CommonJS build; an ESM import could load a second engine).
 */
export const tf = require('@tensorflow/tfjs') as typeof tfjs;

/**
 * TF.js's own gradient of tile makes a slice and an addition per repetition; this one sums over the repetitions.
 * Repetitions go to an axis of their own: [n, m] tiled by [r, 1] is [r, n, m] reshaped.
 */
tf.unregisterGradient('Tile');
tf.registerGradient({
  kernelName: 'Tile',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => ({
    x: () => {
      const { shape } = saved[0]!;
      const { reps } = attrs as unknown as { reps: number[] };
      const apart: number[] = [];
      const repeated: number[] = [];
      shape.forEach((size, i) => {
        if (reps[i]! > 1) repeated.push(apart.push(reps[i]!) - 1);
        apart.push(size);
      });
      const sum = tf.sum(tf.reshape(dy as Tensor, apart), repeated);
      return tf.reshape(sum, shape);
    },
  }),
});

/** TensorFlow's numbers for element types (tensorflow/core/framework/types.proto). */
export const DType = {
  float: 1,
  int32: 3,
  int64: 9,
  bool: 10,
  resource: 20,
  variant: 21,
  uint64: 23,
} as const;
export type DTypeNumber = (typeof DType)[keyof typeof DType];

/** An attribute of a TensorFlow op: what the op's definition cannot derive from its inputs. */
export type Attribute =
  | { readonly name: string; readonly kind: 'type'; readonly value: number }
  | { readonly name: string; readonly kind: 'int'; readonly value: number }
  | { readonly name: string; readonly kind: 'float'; readonly value: number }
  | { readonly name: string; readonly kind: 'bool'; readonly value: boolean }
  | { readonly name: string; readonly kind: 'string'; readonly value: string }
  | { readonly name: string; readonly kind: 'shape'; readonly value: readonly number[] };

export const type = (name: string, value: number): Attribute => ({ name, kind: 'type', value });
export const int = (name: string, value: number): Attribute => ({ name, kind: 'int', value });
export const float = (name: string, value: number): Attribute => ({ name, kind: 'float', value });
export const bool = (name: string, value: boolean): Attribute => ({ name, kind: 'bool', value });
export const string = (name: string, value: string): Attribute => ({ name, kind: 'string', value });
export const shape = (name: string, value: readonly number[]): Attribute => ({ name, kind: 'shape', value });
/** `T = float`, the attribute most ops want. */
export const T = type('T', DType.float);

/** An attribute in the form in which the addon wants it. */
export interface BindingAttribute {
  name: string;
  type: number;
  value: boolean | number | string | readonly number[];
}
export interface TensorMeta {
  id: number;
  shape: number[];
  dtype: number;
}
/** The addon's functions (the package's `tfjs_binding.d.ts`). Tensors are handles: small integers. */
export interface Binding {
  createTensor(
    shape: readonly number[],
    dtype: number,
    values: Float32Array | Int32Array | Uint8Array,
  ): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    name: string,
    attributes: readonly BindingAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMeta[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): TensorMeta[];
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_Version: string;
  /** Recorder only: the tensor of the first handle, after those of the others. */
  order?(handle: number, before: readonly number[]): TensorMeta;
}
interface NativeBackend {
  incRef(dataId: object): void;
  binding: Binding;
  tensorMap: { get(dataId: object): { id: number; shape: number[]; dtype: number; values: unknown } };
  createOutputTensor(meta: TensorMeta): Tensor;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
}

/** TF_AttrType of the C API (tensorflow/c/c_api.h). */
const attributeKind = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

let backend: NativeBackend | undefined;

/** Loads the native package once; throws what it throws when its addon is absent. */
export function loadNative(threads?: number): void {
  if (backend) return;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  if (threads !== undefined) {
    process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
    // One op after the other, each on all threads: two at a time wait for each other's halves.
    process.env['TF_NUM_INTEROP_THREADS'] ??= '1';
  }
  const util = require('node:util') as Record<string, unknown>;
  // Gone from new Node, still called by the package.
  util['isNullOrUndefined'] ??= (x: unknown) => x === null || x === undefined;
  util['isArray'] = Array.isArray;
  require('@tensorflow/tfjs-node-gpu');
  backend = tf.findBackend('tensorflow') as unknown as NativeBackend;
  replaceMatMul();
  replaceCast();
  replaceSoftmax();
}

/** The package converts to the type that a tensor already has; products' gradients ask for that all the time. */
function replaceCast(): void {
  const of = { kernelName: 'Cast', backendName: 'tensorflow' } as const;
  const converting = tf.getKernel(of.kernelName, of.backendName).kernelFunc;
  tf.unregisterKernel(of.kernelName, of.backendName);
  tf.registerKernel({
    ...of,
    kernelFunc: (call) => {
      const x = call.inputs['x']!;
      if (x.dtype !== call.attrs!['dtype']) return converting(call);
      native().incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}

/** The package multiplies matrices with BatchMatMulV2, which takes half as long again as MatMul. */
function replaceMatMul(): void {
  const of = { kernelName: 'BatchMatMul', backendName: 'tensorflow' } as const;
  const batched = tf.getKernel(of.kernelName, of.backendName).kernelFunc;
  tf.unregisterKernel(of.kernelName, of.backendName);
  tf.registerKernel({
    ...of,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: Tensor; b: Tensor };
      const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean };
      const plain = a.shape.length === 2 && b.shape.length === 2 && a.dtype === 'float32';
      return plain ? matMul(a, b, transposeA, transposeB) : batched(call);
    },
  });
}

/**
 * oneDNN's softmax passes over the memory once where TensorFlow's own passes four times, but TensorFlow never chooses
 * it for float32, so it is asked for by its internal name, if this TensorFlow has it.
 */
function replaceSoftmax(): void {
  // On a card it would fetch everything to the processor.
  if (binding().isUsingGpuDevice()) return;
  const softmax = (x: Tensor): Tensor => one('_MklSoftmax', [T, string('_kernel', 'MklNameChangeOp')], [x]);
  const there = tf.tidy(() => {
    try {
      return softmax(tf.tensor2d([0, 0], [1, 2]))
        .dataSync()
        .every((share) => share === 0.5);
    } catch {
      return false; // the package's own op gives the same numbers in more time
    }
  });
  if (!there) return;
  const of = { kernelName: 'Softmax', backendName: 'tensorflow' } as const;
  tf.unregisterKernel(of.kernelName, of.backendName);
  tf.registerKernel({ ...of, kernelFunc: ({ inputs }) => softmax(inputs['logits'] as Tensor) });
}

function native(): NativeBackend {
  if (!backend) throw new Error('the native runtime is not loaded');
  return backend;
}

export const binding = (): Binding => native().binding;

/** The addon while something is interposed. */
let addon: Binding | undefined;
/** Runs `work` with `wrapped` between the package and the addon. */
export function interpose<R>(wrapped: Binding, work: () => R): R {
  if (addon) throw new Error('a recording inside a recording');
  const own = native();
  addon = own.binding;
  own.binding = wrapped;
  try {
    return work();
  } finally {
    own.binding = addon;
    addon = undefined;
  }
}
/** Runs `work` on the addon itself: what happens once and belongs to no recording. */
export function unrecorded<R>(work: () => R): R {
  if (!addon) return work();
  const own = native();
  const wrapped = own.binding;
  own.binding = addon;
  try {
    return work();
  } finally {
    own.binding = wrapped;
  }
}

const converted = new WeakMap<Attribute, BindingAttribute>();
function toBinding(attribute: Attribute): BindingAttribute {
  let out = converted.get(attribute);
  if (!out) {
    out = { name: attribute.name, type: attributeKind[attribute.kind], value: attribute.value };
    converted.set(attribute, out);
  }
  return out;
}

/** Runs a TensorFlow op by name on the native runtime and gives its `outputs` results. */
export function many(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  const own = native();
  return own.binding
    .executeOp(name, attributes.map(toBinding), own.getInputTensorIds(inputs), outputs)
    .map((meta) => own.createOutputTensor(meta));
}
/** The same for an op with one result. */
export function one<R extends Tensor = Tensor>(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
): R {
  return many(name, attributes, inputs, 1)[0] as R;
}
/** The same for an op that only has an effect. */
export function effect(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): void {
  const own = native();
  own.binding.executeOp(name, attributes.map(toBinding), own.getInputTensorIds(inputs), 0);
}

/** Product of two matrices, either of them transposed. */
export const matMul = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
  one('MatMul', [T, bool('transpose_a', transposeA), bool('transpose_b', transposeB)], [a, b]);

/** Handle of a tensor's data in the addon; moves values that TF.js still holds back. */
export const handleOf = (tensor: Tensor): number => native().getInputTensorIds([tensor])[0]!;
/** A TF.js tensor around a handle of the addon, owned by the current tidy scope. */
export const wrap = (meta: TensorMeta): Tensor => native().createOutputTensor(meta);

/** An int64 scalar, which TF.js has no type for. Only for inputs of native ops. */
export function int64(value: number): Tensor {
  const id = binding().createTensor([], DType.int64, new Int32Array([value, value < 0 ? -1 : 0]));
  return native().createOutputTensor({ id, shape: [], dtype: DType.int32 });
}

/**
 * `x`, once `before` have been computed. Only graphs heed it: there an op takes over the memory of its input when
 * nobody else will read it, and this lets the other readers go first.
 */
export function once<X extends Tensor>(x: X, before: readonly Tensor[]): X {
  const own = native();
  if (!own.binding.order) return x;
  const meta = own.binding.order(handleOf(x), before.map(handleOf));
  return own.createOutputTensor(meta) as X;
}

export const onNative = (): boolean => tf.getBackend() === 'tensorflow';
