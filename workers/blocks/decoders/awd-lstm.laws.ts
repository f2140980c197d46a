import { afterEach, describe, expect, test } from 'vitest';
import {
  tf,
  type BackendId,
  type Engine,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '../../tensor/index.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine, TINY_VOCABULARY } from '../testing.ts';
import { updateOf } from '../procedures/update.ts';
import { activationCost, lockedDropout, rowMask, temporalCost } from './awd-lstm.ts';

const turn = { visit: 0, klWeight: 1, gauges: {}, epoch: 0, learningRate: 0, counter: 3 };

/** What holds for the AWD-LSTM on every backend. */
export function awdLstmLaws(backend: BackendId): void {
  describe(`the AWD-LSTM on ${backend}`, () => {
    let engine: Engine;
    afterEach(() => engine.dispose());

    /** Runs a body once for each of two passes. */
    const passes = (body: Parameters<Engine['program']>[0]['body']): [Float32Array, Float32Array] => {
      const program = engine.program<string, string>({
        name: 'masks',
        feeds: { x: { dtype: 'float32' } },
        body,
      });
      const run = (counter: number) =>
        program.run({ x: { data: new Float32Array(1), shape: [1] } }, { counter })['out'] as Float32Array;
      return [run(1), run(2)];
    };

    test('a locked mask is the same for every word, differs between sentences and between passes', async () => {
      engine = await tinyEngine(backend);
      const [time, batch, width] = [7, 5, 40];
      const [first, second] = passes((_, step) => ({
        out: lockedDropout(step, tf.ones([time, batch, width]) as Tensor3D, 0.4, 'mask'),
      }));
      const size = batch * width;
      for (let t = 1; t < time; t++)
        expect(first.subarray(t * size, (t + 1) * size)).toEqual(first.subarray(0, size));
      expect(first.subarray(0, width)).not.toEqual(first.subarray(width, 2 * width));
      expect(second).not.toEqual(first);
      for (const value of new Set(first))
        expect([0, 1 / 0.6].some((v) => Math.abs(v - value) < 1e-6)).toBe(true);
      const dropped = first.subarray(0, size).filter((v) => v === 0).length / size;
      expect(Math.abs(dropped - 0.4)).toBeLessThan(4 * Math.sqrt(0.24 / size));
    });

    test('a dropped word is dropped wherever it stands in the batch', async () => {
      engine = await tinyEngine(backend);
      const ids = Array.from({ length: 60 }, (_, i) => i % 20);
      const [first, second] = passes((_, step) => ({
        out: rowMask(step, tf.tensor2d(ids, [6, 10], 'int32'), 20, 0.3),
      }));
      first.forEach((value, i) => expect(value).toBe(first[i % 20]!));
      expect(new Set(first).size).toBe(2);
      expect(second).not.toEqual(first);
    });

    test('the two costs by hand', async () => {
      engine = await tinyEngine(backend);
      const states = tf.tensor3d([1, 2, 0, 4, 3, -1], [3, 1, 2]);
      expect(activationCost(states, 2).dataSync()[0]).toBeCloseTo((2 * (1 + 4 + 0 + 16 + 9 + 1)) / 6, 5);
      // Differences (-1, 2) and (3, -5).
      expect(temporalCost(states, 1).dataSync()[0]).toBeCloseTo((1 + 4 + 9 + 25) / 4, 5);
      expect(temporalCost(tf.ones([1, 2, 2]) as Tensor3D, 1).dataSync()[0]).toBe(0);
    });

    test('the loss is a mean over words, with both costs; without dropout and costs it is the plain one', async () => {
      engine = await tinyEngine(backend);
      const quiet = { dropoutIn: 0, dropoutOut: 0, dropBetween: 0, dropConnect: 0, dropWords: 0 };
      const context = tinyContext(engine, tinyConfig('wd-lstm', quiet));
      roughen(engine, 0.4);
      const values = updateOf(context, context.model.main)(0, turn);
      const { activation, temporal, reconstruction } = values.terms;
      const words = context.batches.feed(0).tokens.shape[0] - 1;
      expect(activation).toBeGreaterThan(0);
      expect(temporal).toBeGreaterThan(0);
      expect(values.loss).toBeCloseTo(reconstruction! / words + activation! + temporal!, 5);
    });

    test('word by word it gives the loss of whole sentences', async () => {
      engine = await tinyEngine(backend);
      const { model } = tinyContext(engine, tinyConfig('wd-lstm'));
      roughen(engine, 0.4);
      const { decoder } = model;
      const ids = [1, 5, 9, 4, 11, 2];
      const program = engine.program({
        name: 'both',
        feeds: { tokens: { dtype: 'int32' } },
        body: ({ tokens }, step) => {
          const sentence = tokens as Tensor2D;
          let memory = decoder.begin(null, 1, step);
          const logits = ids.slice(0, -1).map((_, t) => {
            const id = tf.reshape(tf.slice(sentence, [t, 0], [1, 1]), [1]) as Tensor1D;
            const next = decoder.next(step, memory, id, null);
            ({ memory } = next);
            return next.word.logits();
          });
          return { nll: decoder.nll(step, sentence, null, 'evaluate'), logits: tf.concat(logits, 0) };
        },
      });
      const out = program.run(
        { tokens: { data: Int32Array.from(ids), shape: [ids.length, 1] } },
        { counter: 0 },
      );
      let sum = 0;
      for (let t = 0; t + 1 < ids.length; t++) {
        const row = [...out.logits.subarray(t * TINY_VOCABULARY, (t + 1) * TINY_VOCABULARY)];
        sum += Math.log(row.reduce((s, l) => s + Math.exp(l), 0)) - row[ids[t + 1]!]!;
      }
      expect(out.nll[0]! / sum).toBeCloseTo(1, 5);
    });
  });
}
