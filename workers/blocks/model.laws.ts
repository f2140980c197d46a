import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tf, type BackendId, type Engine, type Tensor2D } from '../tensor/index.ts';
import { cutBatches, feedOf } from '../text/batches.ts';
import { splitFrom, type Split } from '../text/split.ts';
import { updateOf } from './procedures/update.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine, tinySplit, TINY_VOCABULARY } from './testing.ts';

const turn = { visit: 0, klWeight: 0.7, gauges: {}, epoch: 0, learningRate: 1, counter: 5 };

/** What holds for the models on every backend. */
export function modelLaws(backend: BackendId): void {
  describe(`models on ${backend}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      (await tinyEngine(backend)).dispose();
    });
    afterEach(() => engine.dispose());

    const nllOf = (methodId: string, engine: Engine, split: Split, zeroCode = false): number[] => {
      const { model } = tinyContext(engine, tinyConfig(methodId));
      return nllWith(engine, model.decoder, split, zeroCode ? 3 : 0);
    };
    const nllWith = (
      engine: Engine,
      decoder: ReturnType<typeof tinyContext>['model']['decoder'],
      split: Split,
      latent: number,
    ): number[] => {
      const program = engine.program({
        name: 'nll',
        feeds: { tokens: { dtype: 'int32' } },
        body: ({ tokens }, step) => {
          const sentences = tokens as Tensor2D;
          const z = latent > 0 ? (tf.fill([sentences.shape[1], latent], 0.5) as Tensor2D) : null;
          return { nll: decoder.nll(step, sentences, z, 'evaluate') };
        },
      });
      const out = new Array<number>(split.count);
      for (const batch of cutBatches(split, 4)) {
        const { nll } = program.run({ tokens: feedOf(split, batch) }, { counter: 0 });
        batch.rows.forEach((row, i) => (out[row] = nll[i]!));
      }
      return out;
    };

    test.each(['lstm-lm', 'vae'])('an untrained %s pays log V a token', async (methodId) => {
      engine = await tinyEngine(backend);
      const split = tinySplit();
      const total = nllOf(methodId, engine, split, methodId === 'vae').reduce((a, b) => a + b);
      const tokens = split.tokens.length + split.count;
      expect(Math.abs(total / tokens - Math.log(TINY_VOCABULARY))).toBeLessThan(0.02);
    });

    test('the loss of a sentence does not depend on its batch: nothing is padded', async () => {
      engine = await tinyEngine(backend);
      const split = tinySplit();
      const { model } = tinyContext(engine, tinyConfig('vae'));
      roughen(engine);
      const together = nllWith(engine, model.decoder, split, 3);
      for (let i = 0; i < 4; i++) {
        const alone = splitFrom([split.tokens.slice(split.offsets[i], split.offsets[i + 1])]);
        expect(nllWith(engine, model.decoder, alone, 3)[0]).toBeCloseTo(together[i]!, 4);
      }
    });

    test('a vae whose code reaches nothing is the language model of the same weights', async () => {
      engine = await tinyEngine(backend);
      const latent = 3;
      const [embedding, hidden] = [6, 8];
      const vae = tinyContext(engine, tinyConfig('vae'));
      roughen(engine);
      const values = engine.snapshot();
      const kernel = values.get('decoder.lstm.kernel')!;
      kernel.data.fill(0, embedding * 4 * hidden, (embedding + latent) * 4 * hidden);
      values.get('decoder.cell')!.data.fill(0);
      engine.restore(values);
      const split = tinySplit();
      const withCode = nllWith(engine, vae.model.decoder, split, latent);

      const other = await tinyEngine(backend);
      const lm = tinyContext(other, tinyConfig('lstm-lm'));
      const width = 4 * hidden;
      const withoutCode = Float32Array.from([
        ...kernel.data.slice(0, embedding * width),
        ...kernel.data.slice((embedding + latent) * width),
      ]);
      other.restore(
        new Map([
          ...['decoder.embedding', 'decoder.lstm.bias', 'decoder.output'].map(
            (name) => [name, values.get(name)!] as const,
          ),
          ['decoder.lstm.kernel', { shape: [embedding + hidden, width], data: withoutCode }],
        ]),
      );
      const without = nllWith(other, lm.model.decoder, split, 0);
      without.forEach((nll, i) => expect(withCode[i]).toBeCloseTo(nll, 4));
      other.dispose();
    });

    test.each(['lstm-lm', 'vae'])(
      'the gradient of the objective of %s is that of finite differences, noise and dropout frozen',
      async (methodId) => {
        engine = await tinyEngine(backend);
        const context = tinyContext(engine, tinyConfig(methodId), { training: { clip: 1e9 } });
        roughen(engine);
        const update = updateOf(context, context.model.main);
        const before = engine.snapshot();
        update(0, turn);
        const after = engine.snapshot();
        const lossAt = (name: string, i: number, by: number): number => {
          const moved = new Map([...before].map(([key, v]) => [key, { ...v, data: v.data.slice() }]));
          moved.get(name)!.data[i]! += by;
          engine.restore(moved);
          // The learning rate is 0, so measuring leaves the parameters where they are.
          return update(0, { ...turn, learningRate: 0 }).loss;
        };
        for (const { name, size } of engine.parameters) {
          const was = before.get(name)!.data;
          const is = after.get(name)!.data;
          // With learning rate 1 and no clipping, a parameter moves by its negative gradient.
          const gradient = Array.from({ length: size }, (_, i) => was[i]! - is[i]!);
          const steepest = gradient
            .map((slope, i) => ({ slope, i }))
            .toSorted((a, b) => Math.abs(b.slope) - Math.abs(a.slope))
            .slice(0, 3);
          for (const { slope, i } of steepest) {
            const difference = (lossAt(name, i, 0.01) - lossAt(name, i, -0.01)) / 0.02;
            expect(Math.abs(difference - slope) / Math.max(Math.abs(slope), 0.05)).toBeLessThan(0.01);
          }
        }
      },
    );

    test('beta = 1 is the vae to the last bit, and a finished warm-up has its objective', async () => {
      const values = [];
      for (const [methodId, options] of [
        ['vae', {}],
        ['beta-vae', { beta: 1 }],
        ['vae-anneal', {}],
      ] as const) {
        engine = await tinyEngine(backend);
        const context = tinyContext(engine, tinyConfig(methodId, options));
        const update = updateOf(context, context.model.main);
        const weight = { ...turn, klWeight: 1 };
        values.push([update(0, weight), update(1, { ...weight, counter: 6 }), [...engine.snapshot()]]);
        if (methodId !== 'vae-anneal') engine.dispose();
      }
      expect(values[1]).toEqual(values[0]);
      expect(values[2]).toEqual(values[0]);
    });

    test('the same seed gives the same losses, another seed others', async () => {
      const losses = [];
      for (const seed of [1, 1, 2]) {
        engine = await tinyEngine(backend, seed);
        const context = tinyContext(engine, tinyConfig('vae'));
        const update = updateOf(context, context.model.main);
        losses.push([0, 1, 2, 3].map((counter) => update(counter % 2, { ...turn, counter }).loss));
        if (losses.length < 3) engine.dispose();
      }
      expect(losses[1]).toEqual(losses[0]);
      expect(losses[2]).not.toEqual(losses[0]);
    });
  });
}
