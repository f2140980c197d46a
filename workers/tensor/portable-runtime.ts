import { tf } from './native.ts';
import { halves, normalAt, uniformAt } from './random.ts';
import type { Runtime, Variable } from './runtime.ts';
import type { Scalar, Tensor, Tensor1D } from './types.ts';

/** A variable of a backend without resource variables: a kept tensor, replaced by every update. */
class TensorVariable implements Variable {
  readonly shape: readonly number[];
  readonly uncountedBytes = 0;
  private value: Tensor;

  constructor(shape: readonly number[], value: () => Tensor) {
    this.shape = shape;
    this.value = tf.keep(tf.tidy(value));
  }

  read(): Tensor {
    return tf.clone(this.value);
  }

  rows(ids: Tensor): Tensor {
    return tf.gather(this.value, ids as Tensor1D);
  }

  assign(value: Tensor): void {
    const old = this.value;
    this.value = tf.keep(tf.clone(value));
    old.dispose();
  }

  add(value: Tensor): void {
    this.assign(tf.add(this.value, value));
  }

  dispose(): void {
    this.value.dispose();
  }
}

/** Read back, since the counter is data of the generator, which runs in JavaScript here. */
const number = (counter: Tensor): number => {
  const [low, high] = counter.dataSync();
  return (low! >>> 0) + high! * 2 ** 32;
};

/** Works on every backend of TF.js: a parameter is a tensor that every update replaces, and nothing is captured. */
export const portable: Omit<Runtime, 'name' | 'description'> = {
  variable: (shape, value) => new TensorVariable(shape, value),

  uniform: (key, counter, shape) => tf.tensor(uniformAt(key, number(counter), size(shape)), [...shape]),
  normal: (key, counter, shape) => tf.tensor(normalAt(key, number(counter), size(shape)), [...shape]),
  counter: (value) => tf.tensor1d(halves(value), 'int32'),

  norm: (tensors) => tf.sqrt(tf.sum(tf.stack(tensors.map(squareSum)))),
  // The backend has no UnsortedSegmentSum; scatterND adds up what falls on the same row.
  scatterRows: (ids, values, shape) =>
    tf.scatterND(tf.reshape(ids, [ids.size, 1]), values, [...shape] as [number, number]),

  descend: (variable, rate, gradient) => variable.assign(tf.sub(variable.read(), tf.mul(rate, gradient))),
  momentum: (variable, velocity, rate, gradient, momentum) => {
    velocity.assign(tf.add(tf.mul(velocity.read(), momentum), gradient));
    variable.assign(tf.sub(variable.read(), tf.mul(rate, velocity.read())));
  },
  adam: (variable, { mean, square }, step, rate, gradient, { beta1, beta2, epsilon }) => {
    mean.assign(tf.add(tf.mul(mean.read(), beta1), tf.mul(gradient, 1 - beta1)));
    square.assign(tf.add(tf.mul(square.read(), beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const m = tf.div(mean.read(), tf.sub(1, tf.pow(beta1, step)));
    const v = tf.div(square.read(), tf.sub(1, tf.pow(beta2, step)));
    variable.assign(tf.sub(variable.read(), tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), epsilon)))));
  },
  rmsprop: (variable, { square, velocity }, rate, gradient, { decay, momentum, epsilon }) => {
    square.assign(tf.add(tf.mul(square.read(), decay), tf.mul(tf.square(gradient), 1 - decay)));
    const step = tf.div(tf.mul(rate, gradient), tf.sqrt(tf.add(square.read(), epsilon)));
    velocity.assign(tf.add(tf.mul(velocity.read(), momentum), step));
    variable.assign(tf.sub(variable.read(), velocity.read()));
  },
};

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** In two stages: one float32 sum over millions of elements loses 2 % on this backend. */
function squareSum(x: Tensor): Scalar {
  const width = Math.ceil(Math.sqrt(x.size));
  const rows = Math.ceil(x.size / width);
  const flat = tf.pad(tf.reshape(x, [x.size]), [[0, rows * width - x.size]]);
  return tf.sum(tf.sum(tf.square(tf.reshape(flat, [rows, width])), 1));
}
