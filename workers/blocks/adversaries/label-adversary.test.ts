import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodingsOf } from '../../measure/finish.ts';
import { tf, type Engine, type Tensor1D } from '../../tensor/index.ts';
import { updateOf } from '../procedures/update.ts';
import { tinyEngine } from '../testing.ts';
import { crossEntropy, wrongClasses } from './label-classifier.ts';
import { liven, tinyGame } from './testing.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const turn = { visit: 0, klWeight: 0, epoch: 0, learningRate: 1, counter: 2 };

test('the cross-entropy is -log of the softmax of the class, log C at chance', () => {
  const of = (logits: number[][], classes: number[]): number =>
    tf.tidy(() => crossEntropy(tf.tensor2d(logits), tf.tensor1d(classes, 'int32')).dataSync()[0]!);
  expect(of([[0, 0, 0]], [2])).toBeCloseTo(Math.log(3), 6);
  // methods.md 1.5: logits (2, 1, 0) are (.66524096, .24472847, .09003057).
  expect(
    of(
      [
        [2, 1, 0],
        [2, 1, 0],
      ],
      [0, 2],
    ),
  ).toBeCloseTo(-(Math.log(0.66524096) + Math.log(0.09003057)) / 2, 6);
});

describe.each([2, 3, 5])('of %i classes', (count) => {
  test('a wrong class is never the right one, and every other is as likely', () => {
    const rows = 300 * count;
    const classes = Int32Array.from({ length: rows }, (_, i) => i % count);
    const program = engine.program({
      name: `wrong ${count}`,
      feeds: { classes: { dtype: 'int32' } },
      body: (feeds, step) => ({ wrong: wrongClasses(step, feeds.classes as Tensor1D, count) }),
    });
    const drawn = Array.from({ length: count }, () => Array<number>(count).fill(0));
    for (let counter = 0; counter < 4; counter++) {
      const { wrong } = program.run({ classes: { data: classes, shape: [rows] } }, { counter });
      wrong.forEach((other, i) => drawn[classes[i]!]![other]!++);
    }
    drawn.forEach((others, right) => {
      const expected = 1200 / (count - 1);
      others.forEach((seen, other) => {
        if (other === right) expect(seen).toBe(0);
        // Five standard deviations.
        else expect(Math.abs(seen - expected)).toBeLessThanOrEqual(count === 2 ? 0 : 5 * Math.sqrt(expected));
      });
    });
  });
});

test('its weight rises in a line from 0 over the warm-up and stays', () => {
  const { start, next } = tinyGame(engine, 'fader', { labelWeight: 10, labelWarmUp: 5 }).model.gauges[0]!;
  const at = (t: number): number => next(NaN, { t, updatesPerEpoch: 100, terms: {} });
  expect(start).toBe(0);
  expect([1, 250, 499, 500, 9999].map(at)).toEqual([0.02, 5, 9.98, 10, 10]);
});

test('without weight the model is an autoencoder that knows nothing of the classifier', async () => {
  const game = tinyGame(engine, 'fader');
  liven(engine);
  const before = engine.snapshot();
  const main = updateOf(game, game.model.main);
  const free = main(0, { ...turn, gauges: { labelWeight: 0 } });
  expect(free.loss).toBe(free.terms.reconstruction);
  const moved = [...engine.snapshot()];
  // Another classifier changes nothing.
  const other = new Map([...before].map(([name, v]) => [name, { ...v, data: v.data.slice() }]));
  for (const [name, { data }] of other) if (name.startsWith('adversary.')) data.reverse();
  engine.restore(other);
  main(0, { ...turn, gauges: { labelWeight: 0 } });
  const model = (all: typeof moved) => all.filter(([name]) => !name.startsWith('adversary.'));
  expect(model([...engine.snapshot()])).toEqual(model(moved));
  engine.restore(before);
  const paying = main(0, { ...turn, gauges: { labelWeight: 4 } });
  expect(paying.loss).toBeCloseTo(free.loss + paying.terms.labelAdversary!, 4);
});

test('the decoder is told the label: the same code costs other nats with another one', () => {
  const { model } = tinyGame(engine, 'fader');
  liven(engine);
  const program = engine.program({
    name: 'told',
    feeds: { labels: { dtype: 'int32' } },
    body: (feeds, step) => {
      const tokens = tf.tensor2d([1, 1, 5, 5, 2, 2], [3, 2], 'int32');
      const z = tf.fill([2, 3], 0.3);
      return {
        nll: model.nll(step, { tokens, labels: tf.reshape(feeds.labels, [1, 2]) }, z as never, 'evaluate'),
      };
    },
  });
  const nll = (a: number, b: number) =>
    program.run({ labels: { data: Int32Array.of(a, b), shape: [2] } }, { counter: 0 }).nll;
  const [same, differing] = [nll(1, 1), nll(1, 2)];
  expect(same[0]).toBe(same[1]);
  expect(Math.abs(differing[0]! - differing[1]!)).toBeGreaterThan(0.01);
});

test('it has no prior, so it writes no sentences from one', () => {
  const { model } = tinyGame(engine, 'fader');
  expect(model.prior).toBeNull();
  expect(model.keepsLast).toBe(true);
  expect(decodingsOf(model)).toEqual([]);
});
