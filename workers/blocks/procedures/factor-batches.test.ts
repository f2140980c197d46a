import { afterEach, expect, test } from 'vitest';
import { philox, tf, type Engine, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import { lengthOf } from '../../text/split.ts';
import { methodById } from '../../../contract/methods/index.ts';
import { tinyEngine, tinySplit } from '../testing.ts';
import { clamped, drawBatch, poolsOf } from './factor-batches.ts';

let engine: Engine | undefined;
afterEach(() => engine?.dispose());

const codes = Float32Array.of(1, 2, 3, 3, 5, -1, 8, 2, 4);
const free = Float32Array.of(0, 1, 0);

/** Clamped codes, and the gradient of sum(clamped * weights). */
async function run(clamp: 'mean' | 'first', invariance: number) {
  engine = await tinyEngine('wasm');
  const weights = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3]);
  const program = engine.program({
    name: 'clamp',
    feeds: { z: { dtype: 'float32' } },
    body: ({ z }, step) => {
      const given = z as Tensor2D;
      const out = clamped(given, free, { clamp, invariance });
      const [slope] = step.gradients(
        () => tf.sum(tf.mul(clamped(given, free, { clamp, invariance }), weights)) as Scalar,
        [given],
      );
      return { out, slope: slope! };
    },
  });
  const out = program.run({ z: { data: codes, shape: [3, 3] } }, { counter: 0 });
  weights.dispose();
  return { out: [...out.out], slope: [...out.slope] };
}

test('outside the free part every row is the mean, and η (z - mean) comes back', async () => {
  const { out, slope } = await run('mean', 0.5);
  expect(out).toEqual([4, 2, 2, 4, 5, 2, 4, 2, 2]);
  // Free column: the weights 2, 5, 8; the others half the distance to the means 4 and 2.
  expect(slope).toEqual([-1.5, 2, 0.5, -0.5, 5, -1.5, 2, 8, 1]);
});

test('the release: the first row stands for all, and the gradient stops', async () => {
  const { out, slope } = await run('first', 0);
  expect(out).toEqual([1, 2, 3, 1, 5, 3, 1, 2, 3]);
  expect(slope.map((s) => s + 0)).toEqual([0, 2, 0, 0, 5, 0, 0, 8, 0]);
});

test('in the batches of a factor all other factors agree; in intrinsic ones every factor does', () => {
  const split = tinySplit(200);
  const random = philox(3, 'labels');
  const labels = [2, 3].map((values) => Int32Array.from({ length: 200 }, () => random.integer(values)));
  const labelled = { ...split, labels };
  const pools = poolsOf(labelled);
  const same = (values: number[]) => expect(new Set(values).size).toBe(1);
  for (const [factor, pool] of pools.entries()) {
    expect(pool.total).toBeGreaterThan(0);
    for (let i = 0; i < 20; i++) {
      const { rows, length } = drawBatch(labelled, pool, 6, (below) => random.integer(below));
      expect(new Set(rows).size).toBe(rows.length);
      same([...rows].map((row) => lengthOf(split, row)));
      expect(lengthOf(split, rows[0]!)).toBe(length);
      labels.forEach((column, c) => c !== factor && same([...rows].map((row) => column[row]!)));
    }
  }
});

test('parts of the labels that fill the whole code are refused', () => {
  const method = methodById('dc-ign');
  const options = { ...method.preset('quick', 'text'), latent: 4, groupWidth: 2 };
  expect(() => method.configure(options)).toThrow(expect.objectContaining({ code: 'methods.option' }));
});
