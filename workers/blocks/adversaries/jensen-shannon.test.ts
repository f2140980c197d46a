import { afterEach, beforeEach, expect, test } from 'vitest';
import { tf, type Engine } from '../../tensor/index.ts';
import { updateOf } from '../procedures/update.ts';
import { tinyEngine } from '../testing.ts';
import { binaryCrossEntropy } from './jensen-shannon.ts';
import { liven, tinyGame } from './testing.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

/** Integral of density(z) f(z), trapezoids: exact to rounding for what falls like a Gaussian. */
function integral(density: (z: number) => number, f: (z: number) => number): number {
  let sum = 0;
  for (let z = -12; z <= 14; z += 0.05) sum += density(z) * f(z) * 0.05;
  return sum;
}
const normal =
  (mean: number) =>
  (z: number): number =>
    Math.exp(-0.5 * (z - mean) ** 2) / Math.sqrt(2 * Math.PI);

// methods.md E9: [distance of the means, loss of the best discriminator, Jensen-Shannon divergence]
test.each([
  [0, 1.3862943611, 0],
  [0.5, 1.3256717601, 0.0303113005],
  [1, 1.1634513968, 0.1114214822],
  [2, 0.7126327204, 0.3368308203],
])('the best discriminator of N(0, 1) and N(%d, 1) loses %d', (mean, loss, divergence) => {
  // Its logit is log p - log q, a straight line.
  const crossEntropy = (z: number, real: boolean): number =>
    tf.tidy(() => binaryCrossEntropy(tf.tensor2d([[mean ** 2 / 2 - mean * z]]), real).dataSync()[0]!);
  const found =
    integral(normal(0), (z) => crossEntropy(z, true)) + integral(normal(mean), (z) => crossEntropy(z, false));
  expect(found).toBeCloseTo(loss, 6);
  expect(Math.log(2) - found / 2).toBeCloseTo(divergence, 6);
});

test('the cross-entropy is a mean over rows and stays finite for sure logits', () => {
  const mean = tf.tidy(() => binaryCrossEntropy(tf.tensor2d([[200], [-200]]), true).dataSync()[0]!);
  expect(mean).toBeCloseTo(100, 4);
});

const turn = { visit: 0, klWeight: 0, gauges: {}, epoch: 0, learningRate: 1, counter: 2 };
/** A discriminator that says one half to everything. */
function undecided(): void {
  engine.restore(
    new Map(
      [...engine.snapshot()].map(([name, value]) => [
        name,
        name.startsWith('adversary.') ? { ...value, data: new Float32Array(value.data.length) } : value,
      ]),
    ),
  );
}

test('wae-gan: an undecided discriminator costs the model λ log 2 and gives no gradient', async () => {
  const outcomes = [];
  for (const weight of [10, 0]) {
    if (weight === 0) engine = await tinyEngine('wasm');
    const game = tinyGame(engine, 'wae-gan', { weight });
    undecided();
    const values = updateOf(game, game.model.main)(0, turn);
    expect(values.terms.adversary).toBeCloseTo(weight * Math.LN2, 5);
    expect(values.loss).toBeCloseTo(values.terms.reconstruction! + weight * Math.LN2, 4);
    outcomes.push([...engine.snapshot()]);
    if (weight > 0) engine.dispose();
  }
  expect(outcomes[0]).toEqual(outcomes[1]);
});

test('aae: an undecided discriminator loses 2 log 2 and leaves the encoder where it is', () => {
  const game = tinyGame(engine, 'aae', { weight: 3 });
  undecided();
  const [, discriminator, encoder] = game.model.cycle(0);
  const before = [...engine.snapshot()];
  expect(updateOf(game, encoder!)(0, turn).loss).toBeCloseTo(3 * Math.LN2, 5);
  const parameters = new Set(engine.parameters.map(({ name }) => name));
  expect([...engine.snapshot()].filter(([name]) => parameters.has(name))).toEqual(before);
  expect(updateOf(game, discriminator!)(0, turn).loss).toBeCloseTo(1.3862943611, 6);
});

test('aae: the encoder’s step against the discriminator grows with the weight and with the rate of the run', async () => {
  const stepOf = async (weight: number, learningRate: number): Promise<number> => {
    engine.dispose();
    engine = await tinyEngine('wasm');
    const game = tinyGame(engine, 'aae', { weight });
    liven(engine);
    const [, , encoder] = game.model.cycle(0);
    const name = 'encoder.posterior';
    const before = engine.snapshot().get(name)!.data;
    updateOf(game, encoder!)(0, { ...turn, learningRate });
    const after = engine.snapshot().get(name)!.data;
    return Math.hypot(...after.map((value, i) => value - before[i]!));
  };
  const once = await stepOf(1, 0.001);
  expect(once).toBeGreaterThan(0);
  // Adam alone would step alike.
  expect((await stepOf(3, 0.001)) / once).toBeCloseTo(3, 1);
  expect((await stepOf(1, 0.004)) / once).toBeCloseTo(4, 1);
});
