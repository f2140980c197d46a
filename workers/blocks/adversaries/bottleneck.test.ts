import { afterEach, beforeEach, expect, test } from 'vitest';
import { methodById } from '../../../contract/methods/index.ts';
import { tf, type Engine, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, GaugeSpec } from '../block.ts';
import { updateOf } from '../procedures/update.ts';
import { tinyEngine } from '../testing.ts';
import { bottlenecked } from './bottleneck.ts';
import { binaryCrossEntropy } from './jensen-shannon.ts';
import { liven, tinyGame } from './testing.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const gaugeOf = (information: number, dualRate: number): GaugeSpec =>
  tinyGame(engine, 'vdb', { information, dualRate }).model.gauges[0]!;
const turn = { visit: 0, klWeight: 0, epoch: 0, learningRate: 1, counter: 2 };

test('the price follows the dual toy: rate .1, bound 5, KLs 6, 7, 5, 4 give .1, .3, .3, .2', () => {
  const { start, next } = gaugeOf(5, 0.1);
  expect(start).toBe(0);
  const prices: number[] = [];
  for (const [t, bottleneck] of [6, 7, 5, 4].entries()) {
    prices.push(next(prices.at(-1) ?? start, { t, updatesPerEpoch: 10, terms: { bottleneck } }));
  }
  [0.1, 0.3, 0.3, 0.2].forEach((price, i) => expect(prices[i]).toBeCloseTo(price, 12));
});

test('the price never falls below 0, so a bottleneck without a bound costs nothing for ever', () => {
  const { next } = gaugeOf(1000, 0.1);
  expect(next(0, { t: 0, updatesPerEpoch: 10, terms: { bottleneck: 3 } })).toBe(0);
});

test('the discriminator pays price times what is above the bound; its curve is told without that', () => {
  const game = tinyGame(engine, 'vdb', { information: 0.2 });
  liven(engine);
  const [discriminator] = game.model.cycle(0);
  const before = engine.snapshot();
  const [free, dear] = [0, 2.5].map((bottleneckWeight) => {
    engine.restore(before);
    return updateOf(game, discriminator!)(0, { ...turn, gauges: { bottleneckWeight } });
  });
  expect(free!.loss).toBeCloseTo(free!.terms.discriminator!, 6);
  expect(dear!.terms.discriminator).toBeCloseTo(free!.terms.discriminator!, 6);
  expect(dear!.terms.bottleneck).toBeCloseTo(free!.terms.bottleneck!, 5);
  expect(dear!.loss).toBeCloseTo(free!.loss + 2.5 * (free!.terms.bottleneck! - 0.2), 3);
});

/** The bottleneck on two codes, its last layers set by hand. */
function byHand(mean: number, logVariance: number) {
  const context = {
    latent: 1,
    parameter: (spec: Parameters<Engine['parameter']>[0]) => engine.parameter(spec),
    gauge: () => () => tf.scalar(0),
  } as unknown as BlockContext;
  const block = bottlenecked({ information: 1, dualRate: 0 }, context);
  engine.restore(
    new Map(
      [...engine.snapshot()].map(([name, { shape, data }]) => [
        name,
        {
          shape,
          data: data.map((_, i) => {
            // Nothing of z comes through: u has the same belief for every code.
            if (name === 'adversary.bottleneck.2.bias') return i < 64 ? mean : logVariance;
            return name === 'adversary.0.weights' ? 0.5 : 0;
          }),
        },
      ]),
    ),
  );
  const program = engine.program({
    name: 'by hand',
    feeds: {},
    body: (_, step) => {
      const [real, fake] = [tf.fill([3, 1], 0.4), tf.fill([2, 1], -1)] as [Tensor2D, Tensor2D];
      const { also } = block.objective(
        step,
        { real, fake },
        { klWeight: tf.scalar(0), gauges: null },
        (a, b) => tf.add(binaryCrossEntropy(a, true), binaryCrossEntropy(b, false)),
      );
      return { bottleneck: also.bottleneck!, told: also.discriminator!, sure: block.surely(step, real) };
    },
  });
  return program.run({}, { counter: 0 });
}

test('its KL is that of 64 Gaussians, by E1', () => {
  const { bottleneck } = byHand(0.3, -0.7);
  expect(bottleneck[0]).toBeCloseTo(64 * 0.5 * (0.09 + Math.exp(-0.7) + 0.7 - 1), 4);
});

test('the encoder plays against the mean of u, the discriminator against noisy draws of it', () => {
  const still = byHand(0.3, -60);
  // 64 units of .3, each times .5
  expect(still.sure[0]).toBeCloseTo(9.6, 4);
  const soft = (x: number): number => Math.log1p(Math.exp(x));
  expect(still.told[0]).toBeCloseTo(soft(-9.6) + soft(9.6), 4);
});

test('the noise of u reaches the discriminator', async () => {
  const still = byHand(0, -60).told[0]!;
  engine.dispose();
  engine = await tinyEngine('wasm');
  expect(Math.abs(byHand(0, 0).told[0]! - still)).toBeGreaterThan(0.05);
});

test('vdb is wae-gan but for the bottleneck', () => {
  const blocksOf = (id: string) => methodById(id).configure(methodById(id).preset('standard', 'text')).blocks;
  const { adversary, ...rest } = blocksOf('vdb');
  const { adversary: host, ...others } = blocksOf('wae-gan');
  expect(rest).toEqual(others);
  expect(adversary).toEqual({ ...host, bottleneck: { information: 0.2, dualRate: 0.00001 } });
});
