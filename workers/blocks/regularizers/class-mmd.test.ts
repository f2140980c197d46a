import { afterEach, expect, test } from 'vitest';
import { tf, type Engine, type Tensor, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import { tinyEngine } from '../testing.ts';
import { kernelOfCodes, kernelOfFeatures, mmdOfClass } from './class-mmd.ts';

let engine: Engine;
afterEach(() => engine.dispose());

/** T3: X and Y under labels 0 and 1. */
const x = [0, 0, 1, 0, 0, 1];
const y = [0.5, 0.5, -1, 0, 0, -2];

async function compute(codes: number[], labels: number[], body: (z: Tensor2D, labels: Tensor1D) => Tensor) {
  engine = await tinyEngine('wasm');
  const program = engine.program({
    name: 'mmd',
    feeds: { z: { dtype: 'float32' }, labels: { dtype: 'int32' } },
    body: ({ z, labels }) => ({ value: body(z as Tensor2D, labels as Tensor1D) }),
  });
  const { value } = program.run(
    {
      z: { data: Float32Array.from(codes), shape: [codes.length / 2, 2] },
      labels: { data: Int32Array.from(labels), shape: [labels.length] },
    },
    { counter: 0 },
  );
  return value[0]!;
}
const exact = (statistic: 'U' | 'V') => (z: Tensor2D, labels: Tensor1D) =>
  mmdOfClass(kernelOfCodes(z), labels, 0, statistic);

const two = [0, 0, 0, 1, 1, 1];

test('T3: both statistics of two classes under exp(-|a - b|² / 2)', async () => {
  expect(await compute([...x, ...y], two, exact('V'))).toBeCloseTo(0.2919172783, 6);
  engine.dispose();
  expect(await compute([...x, ...y], two, exact('U'))).toBeCloseTo(-0.1538266369, 6);
});

test('the same rows in both classes: 0 as the V-statistic', async () => {
  expect(await compute([...x, ...x], two, exact('V'))).toBeCloseTo(0, 6);
});

test('a batch of one class only has nothing to compare, nor has a class of one row a pair', async () => {
  expect(await compute(x, [1, 1, 1], exact('V'))).toBeCloseTo(0, 12);
  engine.dispose();
  expect(await compute(x, [0, 1, 1], exact('U'))).toBeCloseTo(0, 12);
});

test('20,000 random Fourier features come within .02 of the exact value', async () => {
  const found = await compute([...x, ...y], two, (z, labels) => {
    const directions = tf.randomNormal([2, 20_000], 0, 1, 'float32', 7) as Tensor2D;
    const phases = tf.randomUniform([20_000], 0, 2 * Math.PI, 'float32', 8) as Tensor1D;
    return mmdOfClass(kernelOfFeatures(z, directions, phases), labels, 0, 'V');
  });
  expect(Math.abs(found - 0.2919172783)).toBeLessThan(0.02);
});
