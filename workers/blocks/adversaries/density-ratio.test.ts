import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine, Tensor2D } from '../../tensor/index.ts';
import { alternating } from '../procedures/alternating.ts';
import { updateOf } from '../procedures/update.ts';
import { tinyEngine } from '../testing.ts';
import { shuffledColumns } from './density-ratio.ts';
import { liven, tinyGame } from './testing.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const turn = { visit: 0, klWeight: 1, gauges: {}, epoch: 0, learningRate: 1, counter: 3 };

/** Shuffles [rows, dim] at two counters. */
function shuffled(rows: number, dim: number): { z: Float32Array; found: Float32Array[] } {
  const program = engine.program({
    name: `shuffle ${rows} ${dim}`,
    feeds: { z: { dtype: 'float32' } },
    body: ({ z }, step) => ({ out: shuffledColumns(step, z as Tensor2D) }),
  });
  const z = Float32Array.from({ length: rows * dim }, (_, i) => i);
  return {
    z,
    found: [0, 1].map(
      (counter) => program.run({ z: { data: z, shape: [rows, dim] } }, { counter }).out,
    ) as Float32Array[],
  };
}
const columnOf = (values: Float32Array, j: number, dim: number): number[] =>
  [...values].filter((_, i) => i % dim === j);

test('a permutation keeps the values of each coordinate and tears the rows apart', () => {
  const { z, found } = shuffled(64, 3);
  for (const values of found) {
    for (let j = 0; j < 3; j++) {
      expect(columnOf(values, j, 3).toSorted((a, b) => a - b)).toEqual(columnOf(z, j, 3));
      expect(columnOf(values, j, 3)).not.toEqual(columnOf(z, j, 3));
    }
    // Columns are shuffled independently: few rows are left whole.
    const whole = columnOf(values, 0, 3).filter((value, row) => values[3 * row + 1] === value + 1);
    expect(whole.length).toBeLessThan(8);
  }
  expect(found[0]).not.toEqual(found[1]);
});

test('every order of three rows is as likely as every other', () => {
  const program = engine.program({
    name: 'orders',
    feeds: { z: { dtype: 'float32' } },
    body: ({ z }, step) => ({ out: shuffledColumns(step, z as Tensor2D) }),
  });
  // 200 columns at once, 15 times: 3,000 orders, 500 of each expected, standard deviation 20.
  const dim = 200;
  const z = Float32Array.from({ length: 3 * dim }, (_, i) => Math.floor(i / dim));
  const counts = new Map<string, number>();
  for (let counter = 0; counter < 15; counter++) {
    const { out } = program.run({ z: { data: z, shape: [3, dim] } }, { counter });
    for (let j = 0; j < dim; j++) {
      const order = columnOf(out as Float32Array, j, dim).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(90);
});

test('a discriminator that cannot tell loses log 2, and the model pays nothing to it', () => {
  const game = tinyGame(engine, 'factor-vae');
  engine.restore(
    new Map(
      [...engine.snapshot()].map(([name, value]) => [
        name,
        name.startsWith('adversary.') ? { ...value, data: new Float32Array(value.data.length) } : value,
      ]),
    ),
  );
  const [main, discriminator] = game.model.cycle(0);
  expect(updateOf(game, discriminator!)(0, turn).loss).toBeCloseTo(0.6931471806, 6);
  expect(updateOf(game, main!)(0, turn).terms.totalCorrelation).toBe(0);
});

test('without weight it is the vae, bit for bit', async () => {
  const losses = [];
  for (const id of ['factor-vae', 'vae']) {
    if (id === 'vae') engine = await tinyEngine('wasm');
    const game = tinyGame(engine, id, id === 'vae' ? {} : { weight: 0 });
    const update = updateOf(game, game.model.main);
    const values = [0, 1, 2].map((batch) => update(batch, { ...turn, counter: batch }));
    const parameters = [...engine.snapshot()].filter(([name]) => !name.startsWith('adversary.'));
    losses.push([values.map(({ loss, gradientNorm }) => [loss, gradientNorm]), parameters]);
    if (id !== 'vae') engine.dispose();
  }
  expect(losses[0]).toEqual(losses[1]);
});

test('the second batch is another one, drawn from the execution alone', () => {
  const game = tinyGame(engine, 'factor-vae');
  liven(engine);
  const [, discriminator] = game.model.cycle(0);
  const fed: number[] = [];
  const batches = { ...game.batches, feed: (index: number) => (fed.push(index), game.batches.feed(index)) };
  const update = updateOf({ ...game, batches }, discriminator!);
  const before = engine.snapshot();
  const losses = [3, 4, 5, 6, 7, 3].map((counter) => {
    engine.restore(before);
    return update(0, { ...turn, counter }).loss;
  });
  const second = fed.filter((_, i) => i % 2 === 1);
  expect(fed.filter((_, i) => i % 2 === 0)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(new Set(second).size).toBeGreaterThan(1);
  expect(second[5]).toBe(second[0]);
  expect(losses[5]).toBe(losses[0]);
  // And the loss does depend on it.
  expect(new Set(losses).size).toBe(5);
});

test('its cycle trains the model first, the discriminator after it', () => {
  const game = tinyGame(engine, 'factor-vae');
  const procedure = alternating(game);
  const first = procedure.advance(procedure.start, turn);
  expect(first.update).toBe(false);
  const { update, values } = procedure.advance(first.state, { ...turn, counter: 4 });
  expect(update).toBe(true);
  expect(values.loss).toBe(first.values.loss);
  expect(values.terms.discriminator).toBeGreaterThan(0.5);
});
