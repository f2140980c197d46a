import { DType, effect, handleOf, int, one, shape, string, T, tf, type, unrecorded } from './native.ts';
import type { Variable } from './runtime.ts';
import type { Tensor } from './types.ts';

/** The shared name that makes a handle own its variable (ResourceHandle::ANONYMOUS_NAME in TensorFlow). */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';
const ofVariable = [type('dtype', DType.float)];

/**
 * Assigns a copy in TensorFlow's own memory. A tensor from JavaScript shares the memory of its typed array, and a
 * variable drops its old value on a thread of TensorFlow's, which must not touch what belongs to Node.
 */
function assign(handle: Tensor, value: Tensor): void {
  effect('AssignVariableOp', ofVariable, [handle, one('DeepCopy', [T], [value])]);
}

const shapes = new Map<number, readonly number[]>();
/** Shape of the variable with a handle of the addon; undefined when it is no variable's. */
export const variableShape = (handle: number): readonly number[] | undefined => shapes.get(handle);

/** A TensorFlow resource variable; its handle owns it, so that captured graphs can be lent it (see capture.ts). */
export class ResourceVariable implements Variable {
  readonly shape: readonly number[];
  readonly handle: Tensor;
  /** TF.js knows the handle, not the memory behind it. */
  readonly uncountedBytes: number;

  constructor(of: readonly number[], value: () => Tensor) {
    this.shape = of;
    this.uncountedBytes = 4 * of.reduce((a, b) => a * b, 1);
    // A slot may be born while a step is being recorded; its birth is no part of the step.
    this.handle = unrecorded(() => {
      const attributes = [string('container', ''), string('shared_name', ANONYMOUS), ...ofVariable];
      const handle = tf.keep(one('VarHandleOp', [...attributes, shape('shape', of)], []));
      tf.tidy(() => {
        assign(handle, value());
      });
      return handle;
    });
    shapes.set(handleOf(this.handle), of);
  }

  read(): Tensor {
    return one('ReadVariableOp', ofVariable, [this.handle]);
  }

  rows(ids: Tensor): Tensor {
    return one(
      'ResourceGather',
      [...ofVariable, type('Tindices', DType.int32), int('batch_dims', 0)],
      [this.handle, ids],
    );
  }

  assign(value: Tensor): void {
    tf.tidy(() => {
      assign(this.handle, value);
    });
  }

  add(value: Tensor): void {
    effect('AssignAddVariableOp', ofVariable, [this.handle, value]);
  }

  dispose(): void {
    shapes.delete(handleOf(this.handle));
    this.handle.dispose();
  }
}
