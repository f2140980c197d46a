import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OptionValues } from '../../../contract/methods/index.ts';
import { evaluator } from '../../measure/evaluate.ts';
import { philox, type Engine } from '../../tensor/index.ts';
import { cutBatches, feedsOf } from '../../text/batches.ts';
import { sentenceOf, splitFrom, type Split } from '../../text/split.ts';
import { alternating } from '../procedures/alternating.ts';
import { measureScale } from '../procedures/scale.ts';
import { updateOf } from '../procedures/update.ts';
import { sentencesOf } from '../sentences.ts';
import { tinyConfig, tinyContext, tinyEngine, TINY_VOCABULARY } from '../testing.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const breathe = async (): Promise<void> => {};
const turn = { visit: 0, klWeight: 0, gauges: {}, epoch: 0, learningRate: 0.01, counter: 0 };

function outlines(options: OptionValues = {}, split?: Split) {
  const config = tinyConfig('neural-outlines', { latent: 4, ...options });
  const context = tinyContext(engine, config, { ...(split && { split }) });
  return { ...context, config, still: context.model.posterior!.still! };
}
type Game = ReturnType<typeof outlines>;

/** Of every sentence of the split, in the order of its batches: [sentences][dim]. */
function codesOf({ model, batches, still }: Game, what: 'raw' | 'code'): number[][] {
  const { posterior } = model;
  const program = engine.program({
    name: `codes, ${what}`,
    feeds: { tokens: { dtype: 'int32' } },
    body: (feeds, step) => ({
      out:
        what === 'raw'
          ? still.raw(step, sentencesOf(feeds))
          : posterior!.infer(step, sentencesOf(feeds))['code']!,
    }),
  });
  return Array.from({ length: batches.count }, (_, b) => {
    const { out } = program.run(batches.feed(b), { counter: 0 });
    const { dim } = posterior!;
    return Array.from({ length: out.length / dim }, (_, row) => [...out.slice(row * dim, (row + 1) * dim)]);
  }).flat();
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** An LSTM in plain numbers: rows [time][inputs] to states [time][units]. */
function lstmByHand(name: string, rows: readonly number[][]): number[][] {
  const values = engine.snapshot();
  const kernel = values.get(`${name}.kernel`)!;
  const bias = values.get(`${name}.bias`)!.data;
  const units = bias.length / 4;
  let h = Array<number>(units).fill(0);
  let c = Array<number>(units).fill(0);
  return rows.map((x) => {
    const inputs = [...x, ...h];
    const a = (gate: number, unit: number): number =>
      inputs.reduce(
        (sum, value, i) => sum + value * kernel.data[i * 4 * units + gate * units + unit]!,
        bias[gate * units + unit]!,
      );
    c = c.map((value, u) => sigmoid(a(1, u)) * value + sigmoid(a(0, u)) * Math.tanh(a(2, u)));
    h = c.map((value, u) => sigmoid(a(3, u)) * Math.tanh(value));
    return h;
  });
}

describe('representations', () => {
  test.each([
    ['mean', 4],
    ['max', 5],
  ] as const)('pooled by %s, width %i: the states of both ways, computed by hand', (pooling, latent) => {
    const game = outlines({ pooling, latent });
    const table = engine.snapshot().get('encoder.embedding')!;
    const width = table.shape[1]!;
    const batches = cutBatches(game.batches.split, game.training.batch);
    const expected = batches.flatMap((batch) =>
      [...batch.rows].map((row) => {
        const ids = [1, ...sentenceOf(game.batches.split, row), 2];
        const words = ids.map((id) => [...table.data.slice(id * width, (id + 1) * width)]);
        const forward = [lstmByHand('encoder.forward.0', words)];
        forward.push(lstmByHand('encoder.forward.1', forward[0]!));
        const backward = [lstmByHand('encoder.backward.0', words.toReversed())];
        backward.push(lstmByHand('encoder.backward.1', backward[0]!));
        const at = ids.map((_, t) => {
          const sides = [0, 1].map((layer) => [
            ...forward[layer]![t]!,
            ...backward[layer]![ids.length - 1 - t]!,
          ]);
          return sides[0]!.map((value, i) => (value + sides[1]![i]!) / 2);
        });
        return Array.from({ length: latent }, (_, i) => {
          const column = at.map((state) => state[i]!);
          return pooling === 'max' ? Math.max(...column) : column.reduce((a, b) => a + b, 0) / column.length;
        });
      }),
    );
    const found = codesOf(game, 'raw');
    expect(found).toHaveLength(24);
    found.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]![j]!, 5)));
  });

  test('measured, every coordinate of the codes has mean 0 and standard deviation 1 over the training sentences', async () => {
    const game = outlines();
    await measureScale(game.still, game, breathe);
    const codes = codesOf(game, 'code');
    for (let j = 0; j < 4; j++) {
      const column = codes.map((code) => code[j]!);
      const mean = column.reduce((a, b) => a + b, 0) / column.length;
      const variance = column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length;
      expect(mean).toBeCloseTo(0, 3);
      expect(Math.sqrt(variance)).toBeCloseTo(1, 3);
    }
  });

  test('a coordinate that never varies stays finite', async () => {
    const game = outlines();
    engine.restore(
      new Map(
        [...engine.snapshot()].map(([name, { shape, data }]) => [
          name,
          { shape, data: name.startsWith('encoder.') ? data.map(() => 0) : data },
        ]),
      ),
    );
    await measureScale(game.still, game, breathe);
    expect(codesOf(game, 'code').flat()).toEqual(Array<number>(24 * 4).fill(0));
  });
});

test('a language model that knows nothing pays log V for every word, both ways', () => {
  const game = outlines();
  const output = engine.parameters.find(({ name }) => name === 'encoder.output')!;
  engine.set(output, new Float32Array(output.size));
  const { loss } = updateOf(game, game.model.cycle(0)[0]!)(0, turn);
  const [time] = game.batches.feed(0).tokens.shape;
  expect(loss).toBeCloseTo(2 * (time - 1) * Math.log(TINY_VOCABULARY), 4);
});

describe('stages', () => {
  test('the first is the representation alone, the second decoder, critic and generator', () => {
    const { model } = outlines({ epochs: 8, outlineShare: 0.25, criticUpdates: 3 });
    const namesAt = (epoch: number) => model.cycle(epoch).map(({ name }) => name);
    expect(namesAt(1)).toEqual(['representation']);
    expect(namesAt(2)).toEqual(['model', 'critic', 'critic', 'critic', 'generator']);
    expect(model.groups).toEqual(['prior', 'decoder']);
    expect(model.cycle(2)[0]!.groups).toEqual(['decoder']);
  });

  test('a run of one epoch has no second stage, and is refused', () => {
    expect(() => outlines({ epochs: 1 })).toThrow(
      expect.objectContaining({
        code: 'methods.option',
        facts: expect.objectContaining({ option: 'epochs' }),
      }),
    );
  });

  test('an outline lets the decoder say more than any language model can', async () => {
    // Eight sentences, equally often: no model without a code has an NLL below log 8.
    const random = philox(5, 'eight sentences');
    const eight = Array.from({ length: 8 }, () =>
      Array.from({ length: 4 }, () => 4 + random.integer(TINY_VOCABULARY - 4)),
    );
    const split = splitFrom([...eight, ...eight, ...eight]);
    const game = outlines({ hidden: 16, latent: 8, epochs: 2, dropoutIn: 0, dropoutOut: 0 }, split);
    const train = (epoch: number, updates: number): void => {
      // Of the second stage the decoder alone: the critic and the generator change nothing of it.
      const update = updateOf(game, game.model.cycle(epoch)[0]!);
      for (let counter = 0; counter < updates; counter++)
        update(counter % game.batches.count, { ...turn, epoch, counter, learningRate: 0.02 });
    };
    train(0, 40);
    await alternating(game).opens!({ at: 0, drawn: 0, values: null }, 1, breathe);
    train(1, 120);
    const { reconstruction, nll, kl, mi, au } = await evaluator(
      game.model,
      engine,
      16,
    )(split, {
      setSize: 8,
      breathe,
    });
    expect(reconstruction).toBeLessThan(Math.log(8) - 0.5);
    expect([nll, kl, mi, au]).toEqual([null, null, null, null]);
  }, 60_000);
});

test('the decoder is trained with noise in standard deviations and measured without it', () => {
  const { model, batches } = outlines({ codeNoise: 0.5 });
  const { posterior } = model;
  const program = engine.program({
    name: 'noisy',
    feeds: { tokens: { dtype: 'int32' }, klWeight: { dtype: 'float32' } },
    body: (feeds, step) => {
      const belief = posterior!.infer(step, sentencesOf(feeds));
      const controls = { klWeight: feeds['klWeight'] as never, gauges: null };
      return {
        code: posterior!.mean(belief),
        measured: posterior!.sample(step, belief),
        trained: posterior!.sample(step, belief, controls),
      };
    },
  });
  const differences: number[] = [];
  const all = feedsOf(batches.split, cutBatches(batches.split, 24)[0]!);
  for (let counter = 0; counter < 60; counter++) {
    const { code, measured, trained } = program.run({ ...all, klWeight: 0 }, { counter });
    expect([...measured]).toEqual([...code]);
    differences.push(...[...trained].map((value, i) => value - code[i]!));
  }
  const square = differences.reduce((sum, x) => sum + x * x, 0) / differences.length;
  // The standard error of the square is 0.25 √(2 / n) with n above 1,000.
  expect(Math.abs(square - 0.25)).toBeLessThan(5 * 0.25 * Math.sqrt(2 / differences.length));
});
