import { afterEach, describe, expect, test } from 'vitest';
import { tf, type BackendId, type Engine, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type { DecoderBlock } from '../block.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine, TINY_VOCABULARY } from '../testing.ts';
import { receptiveField } from './cnn.ts';

const LATENT = 3;
const CODE = [0.3, -0.5, 0.8];

/** What holds for the convolutional decoder on every backend. */
export function cnnLaws(backend: BackendId): void {
  describe(`the convolutional decoder on ${backend}`, () => {
    let engine: Engine;
    afterEach(() => engine.dispose());

    const decoderOf = async (context: string): Promise<DecoderBlock> => {
      engine = await tinyEngine(backend);
      const config = tinyConfig('cnn-vae', { context, channels: 8, latent: LATENT });
      const { model } = tinyContext(engine, config);
      roughen(engine, 0.5);
      return model.decoder;
    };

    /** -log p of every word after the words before it, one word at a time as sentences are written. */
    const stepwise = (decoder: DecoderBlock) => {
      const names = Object.keys(decoder.memory);
      const begin = engine.program<string, string>({
        name: 'begin',
        feeds: { ids: { dtype: 'int32' } },
        body: ({ ids }, step) => ({ ...decoder.begin(null, ids!.shape[0]!, step) }),
      });
      const next = engine.program<string, string>({
        name: 'next',
        feeds: {
          ids: { dtype: 'int32' },
          z: { dtype: 'float32' },
          ...Object.fromEntries(names.map((name) => [name, { dtype: 'float32' as const }])),
        },
        body: (feeds, step) => {
          const memory = Object.fromEntries(names.map((name) => [name, feeds[name] as Tensor2D]));
          const out = decoder.next(step, memory, feeds['ids'] as Tensor1D, feeds['z'] as Tensor2D);
          return { logits: out.word.logits(), ...out.memory };
        },
      });
      return (sentence: readonly number[]): number[][] => {
        const feed = (id: number) => ({ ids: { data: Int32Array.of(id), shape: [1] } });
        let memory: Record<string, Float32Array> = begin.run(feed(1), { counter: 0 }) as never;
        return sentence.map((id) => {
          const fed = Object.fromEntries(
            names.map((name) => [name, { data: memory[name]!, shape: [1, memory[name]!.length] }]),
          );
          const out = next.run(
            { ...feed(id), z: { data: Float32Array.from(CODE), shape: [1, LATENT] }, ...fed },
            { counter: 0 },
          ) as Record<string, Float32Array>;
          memory = out;
          return [...out['logits']!];
        });
      };
    };
    const nllOf = (decoder: DecoderBlock) => {
      const program = engine.program({
        name: 'nll',
        feeds: { tokens: { dtype: 'int32' } },
        body: ({ tokens }, step) => {
          const sentences = tokens as Tensor2D;
          const z = tf.tile(tf.tensor2d([CODE]), [sentences.shape[1], 1]) as Tensor2D;
          return { nll: decoder.nll(step, sentences, z, 'evaluate') };
        },
      });
      return (sentences: readonly (readonly number[])[]): number[] => {
        const [count, time] = [sentences.length, sentences[0]!.length];
        const data = Int32Array.from(
          { length: time * count },
          (_, i) => sentences[i % count]![Math.floor(i / count)]!,
        );
        return [
          ...(program.run({ tokens: { data, shape: [time, count] } }, { counter: 0 }).nll as Float32Array),
        ];
      };
    };
    const logSoftmax = (logits: readonly number[], id: number): number =>
      logits[id]! - Math.log(logits.reduce((sum, l) => sum + Math.exp(l), 0));
    const sentence = (length: number): number[] => [
      1,
      ...Array.from({ length }, (_, i) => 4 + ((i * 5 + (i >> 2)) % (TINY_VOCABULARY - 4))),
      2,
    ];

    test('word by word with its memory it gives the loss of whole sentences', async () => {
      for (const context of ['small', 'medium']) {
        const decoder = await decoderOf(context);
        const [logitsOf, lossOf] = [stepwise(decoder), nllOf(decoder)];
        for (const length of [1, 3, 40]) {
          const ids = sentence(length);
          const logits = logitsOf(ids.slice(0, -1));
          const sum = logits.reduce((total, each, t) => total - logSoftmax(each, ids[t + 1]!), 0);
          expect(lossOf([ids, ids])[1]! / sum).toBeCloseTo(1, 5);
        }
        if (context === 'small') engine.dispose();
      }
    });

    test('a changed word leaves what predicts it and the words before it, and reaches exactly R words', async () => {
      const decoder = await decoderOf('small');
      const R = receptiveField([1, 2, 4]);
      const logitsOf = stepwise(decoder);
      const ids = sentence(30).slice(0, -1);
      const at = 6;
      const before = logitsOf(ids);
      const changed = logitsOf(ids.map((id, t) => (t === at ? 4 + ((id - 3) % (TINY_VOCABULARY - 4)) : id)));
      // Position t reads the words up to t and predicts word t + 1.
      before.forEach((logits, t) => {
        const same = logits.every((l, i) => l === changed[t]![i]);
        expect(same, `position ${t}`).toBe(t < at || t >= at + R);
      });
    });

    test('training sees no word ahead either: whole sentences with another end cost the same until then', async () => {
      const decoder = await decoderOf('small');
      const lossOf = nllOf(decoder);
      const ids = sentence(20);
      const [short] = lossOf([ids.slice(0, 12)]);
      const logits = stepwise(decoder)(ids.slice(0, -1));
      const costs = logits.map((each, t) => -logSoftmax(each, ids[t + 1]!));
      expect(short).toBeCloseTo(
        costs.slice(0, 11).reduce((a, b) => a + b),
        3,
      );
      // The rest of the sentence adds its own costs and changes none of these.
      const [whole] = lossOf([ids]);
      expect(whole! - short!).toBeCloseTo(
        costs.slice(11).reduce((a, b) => a + b),
        3,
      );
    });
  });
}
