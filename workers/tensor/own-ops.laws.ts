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
      [256, 3, 40, 300],
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
      // Its slopes go through the library's products.
      [200, 300, 1003, true],
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

    // One part and several, more rows than are searched at once, a vocabulary that fills no panel, logits far from 0.
    test.each([
      [7, 5, 11, 1],
      [70, 300, 1003, 1],
      [1100, 20, 130, 1],
      [1100, 20, 130, 60],
      [70, 300, 1003, 40],
    ])(
      'the next words of %i rows, width %i, vocabulary %i, logits times %i: what their logits say',
      async (rows, width, vocabulary, scale) => {
        const engine = await openEngine({ backend: 'cpu', seed: 4 });
        const program = engine.program({
          name: 'next words',
          feeds: {},
          body: (_, step) => {
            const hidden = step.normal('hidden', [rows, width]) as Tensor2D;
            const kernel = tf.mul(step.normal('kernel', [width, vocabulary]), scale) as Tensor2D;
            const uniform = step.uniform('words', [rows]) as Tensor1D;
            const temperature = tf.scalar(0.7 * Math.sqrt(width));
            const word = ops.nextWord(hidden, kernel);
            const given = ops.nextWordOf(tf.matMul(hidden, kernel));
            return {
              logits: tf.matMul(hidden, kernel),
              uniform,
              likeliest: word.likeliest(),
              drawn: word.draw(uniform, temperature),
              'likeliest of logits': given.likeliest(),
              'drawn by logits': given.draw(uniform, temperature),
            };
          },
        });
        const out = program.run({}, { counter: 0 });
        const temperature = 0.7 * Math.sqrt(width);
        for (let r = 0; r < rows; r++) {
          const logits = Array.from(out.logits.subarray(r * vocabulary, (r + 1) * vocabulary));
          const most = Math.max(...logits);
          const weights = logits.map((logit) => Math.exp((logit - most) / temperature));
          const total = weights.reduce((a, b) => a + b);
          for (const which of ['likeliest', 'likeliest of logits'] as const)
            expect(logits[out[which][r]!]).toBeCloseTo(most, 2);
          for (const which of ['drawn', 'drawn by logits'] as const) {
            const word = out[which][r]!;
            const below = weights.slice(0, word).reduce((a, b) => a + b, 0) / total;
            const uniform = out.uniform[r]!;
            // Within rounding of the word's own stretch of the unit interval.
            expect(uniform).toBeGreaterThan(below - 1e-4);
            expect(uniform).toBeLessThan(below + weights[word]! / total + 1e-4);
            expect(weights[word]! / total).toBeGreaterThan(0);
          }
        }
        engine.dispose();
      },
    );

    test('dropout and its gradient are those of the plain mask, bit for bit', async () => {
      const engine = await openEngine({ backend: 'cpu', seed: 5 });
      // Less than a vector, several parts, and a step counter of more than 32 bits.
      for (const [shape, counter] of [
        [[13], 0],
        [[7, 5, 3], 2 ** 33 + 1],
        [[50_001], 7],
      ] as const) {
        const program = engine.program({
          name: `drop ${shape.join()}`,
          feeds: {},
          body: (_, step) => {
            const x = step.normal('x', shape);
            const weights = step.normal('weights', shape);
            const fused = (x: Tensor) => step.dropout(x, 0.3, 'mask');
            const plain = (x: Tensor) => {
              const kept = tf.greaterEqual(step.uniform('mask', shape), 0.3);
              return tf.mul(x, tf.mul(tf.cast(kept, 'float32'), 1 / 0.7));
            };
            const slope = (of: (x: Tensor) => Tensor) =>
              step.gradients(() => tf.sum(tf.mul(of(x), weights)) as Scalar, [x])[0]!;
            const results = { fused: fused(x), plain: plain(x), 'fused slope': slope(fused) };
            return { ...results, 'plain slope': slope(plain) };
          },
        });
        const out = program.run({}, { counter });
        expect(out.plain.some((v) => v === 0) && out.plain.some((v) => v !== 0)).toBe(true);
        expect(out.fused).toEqual(out.plain);
        expect(out['fused slope']).toEqual(out['plain slope']);
      }
      engine.dispose();
    });
  });
}
