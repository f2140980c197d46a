import { describe, expect, test } from 'vitest';
import { availableBackends, openEngine, ops, tf } from './index.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from './types.ts';

const installed = availableBackends().find(({ backend }) => backend === 'cpu')!.available;

type Given = [x: Tensor3D, kernel: Tensor2D, bias: Tensor1D, h0: Tensor2D, c0: Tensor2D];

/** The cell applied step by step and differentiated by TF.js: an independent implementation. */
function stepByStep([x, kernel, bias, h, c]: Given): { outputs: Tensor; c: Tensor } {
  const outputs: Tensor[] = [];
  const [time, batch, width] = x.shape;
  for (let t = 0; t < time; t++) {
    const step = tf.reshape(tf.slice(x, [t, 0, 0], [1, batch, width]), [batch, width]) as Tensor2D;
    ({ h, c } = ops.lstmCell({ x: step, kernel, bias, h, c }));
    outputs.push(h);
  }
  return { outputs: tf.stack(outputs), c };
}

describe.skipIf(!installed)('the native LSTM (skipped where the TensorFlow runtime is not installed)', () => {
  // On both sides of the widths at which it changes its algorithm, and a single step.
  test.each([
    [3, 4],
    [70, 4],
    [520, 4],
    [3, 1],
    [70, 1],
    [520, 1],
  ])('width %i, %i steps: values and gradients are those of the cell step by step', async (hidden, time) => {
    const engine = await openEngine({ backend: 'cpu', seed: 2 });
    const [batch, width] = [3, 5];
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
    for (let k = 0; k < 7; k++) {
      const [fused, plain] = [Array.from(out[`fused ${k}`]!), Array.from(out[`plain ${k}`]!)];
      const largest = plain.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      expect(largest).toBeGreaterThan(0);
      expect(fused.length).toBe(plain.length);
      const error = plain.reduce((most, v, i) => Math.max(most, Math.abs(v - fused[i]!)), 0);
      expect(error / largest, `result ${k}`).toBeLessThan(2e-5);
    }
    engine.dispose();
  });
});
