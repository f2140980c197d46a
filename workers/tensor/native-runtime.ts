import { availableParallelism } from 'node:os';
import { AppError } from '../../contract/errors.ts';
import { captureBody } from './capture.ts';
import {
  binding,
  bool,
  DType,
  effect,
  handleOf,
  loadNative,
  many,
  one,
  T,
  tf,
  type,
  wrap,
} from './native.ts';
import type { BindingAttribute } from './native.ts';
import { dropout, ownOps } from './own-ops.ts';
import { halves } from './random.ts';
import type { PhiloxKey } from './random.ts';
import { ResourceVariable } from './resource-variable.ts';
import type { RowGradient, Runtime, Variable } from './runtime.ts';
import type { Tensor } from './types.ts';

const ofVariable = [type('dtype', DType.float)];
const unlocked = bool('use_locking', false);
const handle = (variable: Variable): Tensor => (variable as ResourceVariable).handle;

function random(op: string, key: PhiloxKey, counter: Tensor, of: readonly number[]): Tensor {
  // The op wants uint64 tensors, which neither TF.js nor the addon can make: reinterpret pairs of int32.
  const addon = binding();
  const asUint64 = (id: number): number =>
    addon.executeOp('Bitcast', [attribute('T', DType.int32), attribute('type', DType.uint64)], [id], 1)[0]!
      .id;
  const keyWords = addon.createTensor([1, 2], DType.int32, new Int32Array(key));

  const sizes = addon.createTensor([of.length], DType.int32, new Int32Array(of));
  const algorithm = addon.createTensor([], DType.int32, new Int32Array([1]));
  const temporary = [keyWords, sizes, algorithm];
  const key64 = asUint64(keyWords);
  const counter64 = asUint64(handleOf(counter));
  temporary.push(key64, counter64);
  const [meta] = addon.executeOp(
    op,
    [attribute('dtype', DType.float), attribute('Tshape', DType.int32)],
    [sizes, key64, counter64, algorithm],
    1,
  );
  for (const id of temporary) addon.deleteTensor(id);

  return wrap(meta!);
}
const TF_ATTR_TYPE = 4;
const attribute = (name: string, value: number): BindingAttribute => ({ name, type: TF_ATTR_TYPE, value });

/** @throws AppError('tensor.backend-missing') when the addon cannot be loaded or sees no NVIDIA card */
export function openNative(backend: 'cpu' | 'cuda', threads?: number): Runtime {
  // Else TensorFlow places everything on the first card it finds.
  if (backend === 'cpu') process.env['CUDA_VISIBLE_DEVICES'] ??= '-1';
  try {
    loadNative(threads);
  } catch (error) {
    throw new AppError('tensor.backend-missing', { backend, reason: (error as Error).message });
  }
  if (backend === 'cuda' && !binding().isUsingGpuDevice()) {
    throw new AppError('tensor.backend-missing', { backend, reason: 'TensorFlow sees no NVIDIA card' });
  }
  const where =
    backend === 'cuda' ? 'an NVIDIA card' : `the CPU, ${threads ?? availableParallelism()} threads`;
  return { ...native, description: `TensorFlow ${binding().TF_Version} on ${where}` };
}

/** Whether a graph reads and updates a variable that eager ops made. */
export function graphsShareVariables(): boolean {
  const variable = native.variable([2], () => tf.fill([2], 1));
  try {
    return tf.tidy(() => {
      const graph = captureBody([], () => {
        native.descend(variable, tf.scalar(1), tf.fill([2], 3));
        return [variable.read()];
      });
      if (graph instanceof Error) return false;
      const [inside] = graph.run([]);
      graph.dispose();
      return [inside!, variable.read()].every((value) => value.dataSync().every((x) => x === -2));
    });
  } catch {
    // The reason is TensorFlow's and is of no use to a person; what follows from it is said in the description.
    return false;
  } finally {
    variable.dispose();
  }
}

const native: Omit<Runtime, 'description'> = {
  name: 'tensorflow',
  variable: (of, value) => new ResourceVariable(of, value),
  capture: captureBody,

  uniform: (key, counter, of) => random('StatelessRandomUniformV2', key, counter, of),
  normal: (key, counter, of) => random('StatelessRandomNormalV2', key, counter, of),
  dropout: (x, rate, key, counter) => (ownOps() ? dropout(x, rate, key, counter) : undefined),
  // Lower half: number of the block, counted up by the op; upper half: the step.
  counter: (value) => tf.tensor2d(Int32Array.of(0, 0, ...halves(value)), [2, 2], 'int32'),

  // L2Loss is half the sum of squares.
  norm: (tensors) => tf.sqrt(tf.mul(2, tf.sum(tf.stack(tensors.map((x) => one('L2Loss', [T], [x])))))),
  mergeRows: (ids, values): RowGradient => {
    const [unique, position] = many(
      'Unique',
      [type('T', DType.int32), type('out_idx', DType.int32)],
      [ids],
      2,
    ) as [Tensor, Tensor];
    const count = one('Size', [type('T', DType.int32), type('out_type', DType.int32)], [unique]);
    return { ids: unique, values: segmentSum(values, position, count) };
  },
  scatterRows: (ids, values, of) => segmentSum(values, ids, tf.scalar(of[0]!, 'int32')),
  subtractRows: (variable, { ids, values }, rate) =>
    effect(
      'ResourceScatterSub',
      [...ofVariable, type('Tindices', DType.int32)],
      [handle(variable), ids, tf.mul(values, rate)],
    ),

  descend: (variable, rate, gradient) =>
    effect('ResourceApplyGradientDescent', [T, unlocked], [handle(variable), rate, gradient]),
  momentum: (variable, velocity, rate, gradient, momentum) =>
    effect(
      'ResourceApplyMomentum',
      [T, unlocked, bool('use_nesterov', false)],
      [handle(variable), handle(velocity), rate, gradient, tf.scalar(momentum)],
    ),
  adam: (variable, { mean, square }, step, rate, gradient, { beta1, beta2, epsilon }) => {
    const power1 = tf.pow(beta1, step);
    const power2 = tf.pow(beta2, step);
    // TensorFlow adds epsilon before the square's bias correction, the paper after it.
    const scaled = tf.mul(epsilon, tf.sqrt(tf.sub(1, power2)));
    effect(
      'ResourceApplyAdam',
      [T, unlocked, bool('use_nesterov', false)],
      [
        handle(variable),
        handle(mean),
        handle(square),
        power1,
        power2,
        rate,
        tf.scalar(beta1),
        tf.scalar(beta2),
        scaled,
        gradient,
      ],
    );
  },
  rmsprop: (variable, { square, velocity }, rate, gradient, { decay, momentum, epsilon }) =>
    effect(
      'ResourceApplyRMSProp',
      [T, unlocked],
      [
        handle(variable),
        handle(square),
        handle(velocity),
        rate,
        tf.scalar(decay),
        tf.scalar(momentum),
        tf.scalar(epsilon),
        gradient,
      ],
    ),
};

function segmentSum(values: Tensor, segments: Tensor, count: Tensor): Tensor {
  return one(
    'UnsortedSegmentSum',
    [T, type('Tindices', DType.int32), type('Tnumsegments', DType.int32)],
    [values, segments, count],
  );
}
