import type { PhiloxKey } from './random.ts';
import type { Scalar, Tensor } from './types.ts';

/** A value that lives on the device from one execution to the next and is updated in place. */
export interface Variable {
  readonly shape: readonly number[];
  /** Bytes that `tf.memory()` does not count. */
  readonly uncountedBytes: number;
  read(): Tensor;
  /** Rows `ids` (int32, any shape) of a variable `[rows, width]`: `[...ids.shape, width]`. */
  rows(ids: Tensor): Tensor;
  /** Sets the value; not inside a program (a graph cannot). */
  assign(value: Tensor): void;
  /** variable += value */
  add(value: Tensor): void;
  dispose(): void;
}

/** Gradient of some rows of a table; no row stands twice, so that its norm is that of the dense gradient. */
export interface RowGradient {
  /** int32 [rows] */
  readonly ids: Tensor;
  /** [rows, width] */
  readonly values: Tensor;
}

/** A body as a graph: runs without JavaScript between its ops. */
export interface CapturedGraph {
  readonly nodes: number;
  /** Outputs in the order of the body's; they belong to the caller's scope. */
  run(feeds: readonly Tensor[]): Tensor[];
  dispose(): void;
}

/** What the engine asks of a backend. Learning rates are scalar tensors, since they may be feeds. */
export interface Runtime {
  /** Name under which TF.js knows the backend. */
  readonly name: 'tensorflow' | 'wasm' | 'webgpu';
  readonly description: string;
  /** `value` makes the first value; it is copied. */
  variable(shape: readonly number[], value: () => Tensor): Variable;
  /** Makes a graph of `body` without computing it, or says why it cannot; absent where there are no graphs. */
  capture?(feeds: readonly Tensor[], body: () => readonly Tensor[]): CapturedGraph | Error;

  /** [0, 1), `StatelessRandomUniformV2` or the same numbers. */
  uniform(key: PhiloxKey, counter: Tensor, shape: readonly number[]): Tensor;
  normal(key: PhiloxKey, counter: Tensor, shape: readonly number[]): Tensor;
  /** Dropout by the numbers of `uniform` in one op; undefined where there is no such op. */
  dropout?(x: Tensor, rate: number, key: PhiloxKey, counter: Tensor): Tensor | undefined;
  /** The form in which `uniform` and `normal` want the step counter. */
  counter(value: number): Tensor;

  /** Square root of the sum of squares of all elements of all tensors, exact enough for millions of them. */
  norm(tensors: readonly Tensor[]): Scalar;
  /** Merges the gradients of equal rows; undefined where the backend cannot update rows. */
  mergeRows?(ids: Tensor, values: Tensor): RowGradient;
  /** Dense gradient `shape` of a table from the gradients of some of its rows. */
  scatterRows(ids: Tensor, values: Tensor, shape: readonly number[]): Tensor;
  /** variable[ids] -= rate * values */
  subtractRows?(variable: Variable, gradient: RowGradient, rate: Tensor): void;

  /** variable -= rate * gradient */
  descend(variable: Variable, rate: Tensor, gradient: Tensor): void;
  /** velocity = momentum * velocity + gradient; variable -= rate * velocity */
  momentum(variable: Variable, velocity: Variable, rate: Tensor, gradient: Tensor, momentum: number): void;
  /** Adam (Kingma and Ba 2015, algorithm 1); `step` counts the updates of this variable, this one included. */
  adam(
    variable: Variable,
    slots: { mean: Variable; square: Variable },
    step: Tensor,
    rate: Tensor,
    gradient: Tensor,
    rule: { beta1: number; beta2: number; epsilon: number },
  ): void;
  /** square = decay square + (1 - decay) g^2; velocity = momentum velocity + rate g / sqrt(square + epsilon); variable -= velocity */
  rmsprop(
    variable: Variable,
    slots: { square: Variable; velocity: Variable },
    rate: Tensor,
    gradient: Tensor,
    rule: { decay: number; momentum: number; epsilon: number },
  ): void;
}
