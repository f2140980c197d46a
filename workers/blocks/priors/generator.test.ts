import { afterEach, beforeEach, expect, test } from 'vitest';
import { philox, type Engine, type Tensor2D } from '../../tensor/index.ts';
import { network } from '../network.ts';
import { tinyEngine } from '../testing.ts';
import { liven, tinyGame } from '../adversaries/testing.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const random = philox(8, 'noise');
const noiseOf = (rows: number, width: number): Float32Array =>
  Float32Array.from({ length: rows * width }, () => 2 * random.uniform() - 1);

/** Codes of the generator of arae from noise [rows, 100]. */
function codes(noise: Float32Array, rows: number, how: 'sample' | 'train'): number[] {
  const { prior } = tinyGame(engine, 'arae').model;
  liven(engine);
  const program = engine.program({
    name: `generate ${how}`,
    feeds: { noise: { dtype: 'float32' } },
    body: (feeds, step) => ({ z: prior![how]!(step, feeds.noise as Tensor2D) }),
  });
  return [...program.run({ noise: { data: noise, shape: [rows, 100] } }, { counter: 0 }).z];
}

test('a generated code depends on its own noise alone', async () => {
  const noise = noiseOf(6, 100);
  const together = codes(noise, 6, 'sample');
  engine.dispose();
  engine = await tinyEngine('wasm');
  const alone = codes(noise.slice(200, 300), 1, 'sample');
  alone.forEach((x, i) => expect(x).toBeCloseTo(together[2 * 3 + i]!, 4));
});

test('in its own training it does depend on its batch', async () => {
  const noise = noiseOf(6, 100);
  const together = codes(noise, 6, 'train');
  engine.dispose();
  engine = await tinyEngine('wasm');
  const fewer = codes(noise.slice(0, 300), 3, 'train');
  expect(Math.abs(fewer[0]! - together[0]!)).toBeGreaterThan(1e-3);
});

test('a normalised layer has mean 0 and variance 1 over the batch, then scale and shift', () => {
  const read = network(
    { name: 'n', group: 'prior', widths: [2, 3, 3], activation: 'leaky-relu', normalised: () => true },
    engine,
  );
  const identity = (name: string, data: number[], shape: number[]) =>
    [name, { shape, data: Float32Array.from(data) }] as const;
  const eye = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  engine.restore(
    new Map([
      identity('n.0.weights', [1, -2, 0.5, 3, 1, -1], [2, 3]),
      identity('n.0.bias', [5, 0, -7], [3]),
      identity('n.0.scale', [1, 2, 1], [3]),
      identity('n.0.shift', [9, 9, 9], [3]),
      identity('n.1.weights', eye, [3, 3]),
      identity('n.1.bias', [0, 0, 0], [3]),
    ]),
  );
  const program = engine.program({
    name: 'normalise',
    feeds: { x: { dtype: 'float32' }, of: { dtype: 'float32' } },
    body: ({ x, of }, step) => ({
      own: read(step, x as Tensor2D),
      other: read(step, x as Tensor2D, { population: of as Tensor2D }),
    }),
  });
  const rows = [
    [1, 2],
    [-1, 0.5],
    [3, -2],
    [0, 1],
  ];
  const { own, other } = program.run(
    {
      x: { data: Float32Array.from(rows.flat()), shape: [4, 2] },
      of: { data: Float32Array.from([0, 0, 2, 0]), shape: [2, 2] },
    },
    { counter: 0 },
  );
  // All values are above 0 after the shift, so the activation changes none.
  const first = rows.map(([a, b]) => a! + 3 * b! + 5);
  const mean = first.reduce((sum, x) => sum + x) / 4;
  const variance = first.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4;
  rows.forEach((_, i) => {
    expect(own[3 * i]).toBeCloseTo((first[i]! - mean) / Math.sqrt(variance + 1e-5) + 9, 4);
    // The population has 5 and 7 there: mean 6, variance 1.
    const there = (first[i]! - 6) / Math.sqrt(1 + 1e-5) + 9;
    expect(other[3 * i]).toBeCloseTo(there > 0 ? there : 0.2 * there, 4);
  });
  const second = [0, 1, 2, 3].map((i) => (own[3 * i + 1]! - 9) / 2);
  expect(second.reduce((sum, x) => sum + x)).toBeCloseTo(0, 4);
  expect(second.reduce((sum, x) => sum + x * x, 0) / 4).toBeCloseTo(1, 3);
});
