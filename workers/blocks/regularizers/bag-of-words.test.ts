import { afterEach, expect, test } from 'vitest';
import { tf, type Engine, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import { updateOf } from '../procedures/update.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine } from '../testing.ts';
import { tensorOf } from '../vectors.ts';
import { bagNll } from './bag-of-words.ts';

let engine: Engine;
afterEach(() => engine.dispose());
const turn = { visit: 0, klWeight: 1, gauges: {}, epoch: 0, learningRate: 1, counter: 5 };

test('words cost T log V under a uniform head, and each its own price under another', async () => {
  engine = await tinyEngine('wasm');
  const words = tf.tensor2d([1, 0, 2, 3, 1, 1], [3, 2], 'int32');
  const even = bagNll(tf.zeros([2, 4]) as Tensor2D, words).dataSync();
  for (const cost of even) expect(cost).toBeCloseTo(3 * Math.log(4), 5);
  // By hand: log-softmax of (0, 1, 2, 3) is (0, 1, 2, 3) - 3.4401896986.
  const rising = bagNll(
    tensorOf([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]),
    words,
  ).dataSync();
  expect(rising[0]).toBeCloseTo(3 * 3.4401896986 - 4, 5);
  expect(rising[1]).toBeCloseTo(3 * 3.4401896986 - 4, 5);
});

test('its gradient is softmax times T less the counts: that of finite differences, repeated words too', async () => {
  engine = await tinyEngine('wasm');
  const words = tf.tensor2d([1, 0, 1, 3, 1, 2], [3, 2], 'int32');
  const rows = [
    [0.3, -0.2, 0.9, 0],
    [1, 0.5, -0.4, 0.1],
  ];
  const weights = tf.tensor1d([0.7, -1.3]);
  const f = (x: Tensor2D): Scalar => tf.sum(tf.mul(bagNll(x, words), weights)) as Scalar;
  const gradient = tf
    .grad((x) => f(x as Tensor2D))(tensorOf(rows))
    .dataSync();
  for (let i = 0; i < 8; i++) {
    const at = (by: number): number =>
      f(tensorOf(rows.map((row, r) => row.map((v, c) => (4 * r + c === i ? v + by : v))))).dataSync()[0]!;
    expect((at(0.01) - at(-0.01)) / 0.02).toBeCloseTo(gradient[i]!, 3);
  }
});

test('its gradient never reaches the decoder, and reaches the encoder and its own network', async () => {
  const after: { values: ReturnType<Engine['snapshot']>; parameters: Engine['parameters'] }[] = [];
  for (const weight of [0, 1]) {
    engine = await tinyEngine('wasm');
    const context = tinyContext(engine, tinyConfig('z-recon', { weight }), { training: { clip: 1e9 } });
    roughen(engine);
    updateOf(context, context.model.main)(0, turn);
    after.push({ values: engine.snapshot(), parameters: [...engine.parameters] });
    if (weight === 0) engine.dispose();
  }
  const moved = new Map<string, boolean>();
  for (const { name, group } of after[0]!.parameters) {
    const differs = after[0]!.values
      .get(name)!
      .data.some((value, i) => value !== after[1]!.values.get(name)!.data[i]);
    moved.set(group, (moved.get(group) ?? false) || differs);
  }
  expect(Object.fromEntries(moved)).toEqual({ encoder: true, decoder: false, auxiliary: true });
});
