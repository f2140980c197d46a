import { describe, expect, test } from 'vitest';
import { availableBackends, openEngine, ops, tf } from './index.ts';
import { ownOps } from './own-ops.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from './types.ts';

type Given = [x: Tensor3D, kernel: Tensor2D, bias: Tensor1D, h0: Tensor2D, c0: Tensor2D];

/** methods.md 1.4 by plain ops, differentiated by TF.js: an independent implementation. */
function cell(x: Tensor2D, kernel: Tensor2D, bias: Tensor1D, h: Tensor2D, c: Tensor2D) {
  const a = tf.add(tf.matMul(tf.concat([x, h], 1), kernel), bias);
  const [i, f, g, o] = tf.split(a, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  const next = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g))) as Tensor2D;
  return { h: tf.mul(tf.sigmoid(o), tf.tanh(next)) as Tensor2D, c: next };
}

/** The cell applied step by step. */
function stepByStep([x, kernel, bias, h, c]: Given): { outputs: Tensor; c: Tensor } {
  const outputs: Tensor[] = [];
  const [time, batch, width] = x.shape;
  for (let t = 0; t < time; t++) {
    const step = tf.reshape(tf.slice(x, [t, 0, 0], [1, batch, width]), [batch, width]) as Tensor2D;
    ({ h, c } = cell(step, kernel, bias, h, c));
    outputs.push(h);
  }
  return { outputs: tf.stack(outputs), c };
}

const installed = availableBackends().find(({ backend }) => backend === 'cpu')!.available;

/** Compares two results of each kind, relative to the largest number of the plain one. */
function expectEqual(out: Record<string, ArrayLike<number>>, count: number, within: number): void {
  for (let k = 0; k < count; k++) {
    const [fused, plain] = [Array.from(out[`fused ${k}`]!), Array.from(out[`plain ${k}`]!)];
    const largest = plain.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(largest).toBeGreaterThan(0);
    expect(fused.length).toBe(plain.length);
    const error = plain.reduce((most, v, i) => Math.max(most, Math.abs(v - fused[i]!)), 0);
    expect(error / largest, `result ${k}`).toBeLessThan(within);
  }
}

/** Sequences and word losses against plain ops, with the addon's own ops or the library's. */
export function fusedOpsAgree(own: boolean): void {
  const which = own ? 'our own ops' : "the library's ops";
  describe.skipIf(!installed)(`${which} (skipped where the TensorFlow runtime is not installed)`, () => {
    test('are the ones in use', async () => {
      const engine = await openEngine({ backend: 'cpu', seed: 1 });
      expect(ownOps()).toBe(own);
      engine.dispose();
    });

    // On both sides of the widths at which an algorithm changes or work is cut into parts, a single step, and numbers of
    // rows and columns that are no multiples of anything.
    test.each([
      [3, 4, 3, 5],
      [70, 4, 3, 5],
      [520, 4, 3, 5],
      [3, 1, 3, 5],
      [70, 1, 3, 5],
      [520, 1, 3, 5],
      [130, 3, 37, 300],
      [256, 2, 32, 33],
      [20, 2, 530, 1],
    ])(
      'width %i, %i steps of %i rows of %i: values and gradients are those of the cell step by step',
      async (hidden, time, batch, width) => {
        const engine = await openEngine({ backend: 'cpu', seed: 2 });
        const scale = 1 / Math.sqrt(hidden);
        const program = engine.program({
          name: 'compare',
          feeds: {},
          body: (_, step) => {
            const given = [
              step.normal('x', [time, batch, width]),
              tf.mul(step.normal('kernel', [width + hidden, 4 * hidden]), scale),
              step.normal('bias', [4 * hidden]),
              step.normal('h0', [batch, hidden]),
              step.normal('c0', [batch, hidden]),
            ] as Given;
            const weights = step.normal('weights', [time, batch, hidden]);
            const objective = ({ outputs, c }: { outputs: Tensor; c: Tensor }): Scalar =>
              tf.add(tf.sum(tf.mul(outputs, weights)), tf.sum(tf.square(c)));
            const [x, kernel, bias, h0, c0] = given;
            const fused = () => ops.lstm({ x, kernel, bias, h0, c0 });
            const results: Record<string, Tensor> = {};
            const sides = { fused, plain: () => stepByStep(given) };
            for (const [side, run] of Object.entries(sides)) {
              const { outputs, c } = run();
              const gradients = step.gradients(() => objective(run()), given);
              [outputs, c, ...gradients].forEach((tensor, k) => (results[`${side} ${k}`] = tensor));
            }
            return results;
          },
        });
        const out = program.run({}, { counter: 0 });
        expectEqual(out, 7, 2e-5);
        engine.dispose();
      },
    );

    // One part and several, one block of rows and several, a vocabulary that fills no panel.
    test.each([
      [7, 5, 11, true],
      [7, 5, 11, false],
      [70, 300, 1003, true],
      [1100, 20, 130, false],
    ])(
      'the loss of %i words, width %i, vocabulary %i (bias: %s): value and gradients are those of plain ops',
      async (rows, width, vocabulary, biased) => {
        const engine = await openEngine({ backend: 'cpu', seed: 3 });
        const program = engine.program({
          name: 'compare',
          feeds: { targets: { dtype: 'int32' } },
          body: ({ targets }, step) => {
            const hidden = step.normal('hidden', [rows, width]) as Tensor2D;
            const kernel = step.normal('kernel', [width, vocabulary]) as Tensor2D;
            const bias = step.normal('bias', [vocabulary]) as Tensor1D;
            const weights = step.normal('weights', [rows]);
            const given = biased ? [hidden, kernel, bias] : [hidden, kernel];
            const fused = () =>
              ops.tokenNll({ hidden, kernel, ...(biased ? { bias } : {}), targets: targets as Tensor1D });
            const plain = (): Tensor => {
              const products = tf.matMul(hidden, kernel);
              const logits = biased ? tf.add(products, bias) : products;
              const hot = tf.oneHot(targets as Tensor1D, vocabulary);
              return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), hot), 1));
            };
            const results: Record<string, Tensor> = {};
            for (const [side, run] of Object.entries({ fused, plain })) {
              const gradients = step.gradients(() => tf.sum(tf.mul(run(), weights)) as Scalar, given);
              [run(), ...gradients].forEach((tensor, k) => (results[`${side} ${k}`] = tensor));
            }
            return results;
          },
        });
        const data = Int32Array.from({ length: rows }, (_, r) => (r * 7) % vocabulary);
        const out = program.run({ targets: { data, shape: [rows] } }, { counter: 0 });
        expectEqual(out, biased ? 4 : 3, 2e-5);
        engine.dispose();
      },
    );

    test('logits far apart lose nothing: the loss of an impossible word is the distance', async () => {
      const engine = await openEngine({ backend: 'cpu', seed: 3 });
      const program = engine.program({
        name: 'far',
        feeds: { targets: { dtype: 'int32' } },
        body: ({ targets }, step) => {
          const hidden = tf.tensor2d([1, 1], [2, 1]);
          const kernel = tf.tensor2d([500, 0, -400], [1, 3]);
          const nll = () => ops.tokenNll({ hidden, kernel, targets: targets as Tensor1D });
          const [slope] = step.gradients(() => tf.sum(nll()) as Scalar, [kernel]);
          return { nll: nll(), slope: slope! };
        },
      });
      const out = program.run({ targets: { data: Int32Array.of(0, 2), shape: [2] } }, { counter: 0 });
      expect([...out.nll!]).toEqual([0, 900]);
      expect([...out.slope!]).toEqual([1, 0, -1]);
      engine.dispose();
    });
  });
}
