import { describe, expect, test } from 'vitest';
import {
  openEngine,
  ops,
  tf,
  type BackendId,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '../tensor/index.ts';

/** Vector T1 of methods.md: rows of W, U, b in the order i1 i2 f1 f2 g1 g2 o1 o2. */
const rows = Array.from({ length: 8 }, (_, r) => r);
const W = (r: number, c: number): number => (2 * r + c - 7.5) / 10;
const U = (r: number, c: number): number => (7.5 - 2 * r - c) / 20;
const kernelRows = [0, 1]
  .map((c) => rows.map((r) => W(r, c)))
  .concat([0, 1].map((c) => rows.map((r) => U(r, c))));
const expected = { c: [-0.145127774, 0.0844447567], h: [-0.0665748425, 0.038289275] };

/** The cell of methods.md 1.4, as the blocks call it, on every backend. */
export function lstmLaws(backend: BackendId): void {
  describe(`the LSTM cell on ${backend}`, () => {
    const open = async () => {
      await openEngine({ backend, seed: 1, threads: 1 });
      return {
        kernel: tf.tensor2d(kernelRows) as Tensor2D,
        bias: tf.tensor1d(rows.map((r) => -0.35 + 0.1 * r)) as Tensor1D,
        h: tf.tensor2d([[0.1, 0.2]]) as Tensor2D,
        c: tf.tensor2d([[-0.2, 0.3]]) as Tensor2D,
      };
    };
    const close = (found: ArrayLike<number>, values: readonly number[]): void =>
      values.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 6));

    test('one step: T1', async () => {
      const { kernel, bias, h, c } = await open();
      const after = ops.lstmCell({ x: tf.tensor2d([[0.5, -1]]) as Tensor2D, kernel, bias, h, c });
      close(after.c.dataSync(), expected.c);
      close(after.h.dataSync(), expected.h);
    });

    test('a sequence of one step: T1', async () => {
      const { kernel, bias, h, c } = await open();
      const x = tf.tensor3d([[[0.5, -1]]]) as Tensor3D;
      const after = ops.lstm({ x, kernel, bias, h0: h, c0: c });
      close(after.outputs.dataSync(), expected.h);
      close(after.c.dataSync(), expected.c);
    });
  });
}
