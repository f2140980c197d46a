import { afterEach, expect, test } from 'vitest';
import { special } from '../../../contract/datasets.ts';
import { tf, type Engine, type Tensor2D } from '../../tensor/index.ts';
import { updateOf } from '../procedures/update.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine } from '../testing.ts';
import { hideWords } from './word-dropout.ts';

let engine: Engine;
afterEach(() => engine.dispose());

const time = 40;
const batch = 50;
/** What the decoder would read of words that are all 7 after `<s>`. */
async function seen(keep: number, counter = 0): Promise<Int32Array> {
  engine ??= await tinyEngine('wasm');
  const program = engine.program({
    name: `hide ${keep}`,
    feeds: { tokens: { dtype: 'int32' } },
    body: ({ tokens }, step) => ({ seen: tf.clone(hideWords(step, tokens as Tensor2D, keep)) }),
  });
  const data = Int32Array.from({ length: time * batch }, (_, i) => (i < batch ? special.start : 7));
  return program.run({ tokens: { data, shape: [time, batch] } }, { counter }).seen as Int32Array;
}

test('a quarter of the words becomes <unk>, others every time; <s> never does', async () => {
  engine = await tinyEngine('wasm');
  const first = await seen(0.75);
  expect(new Set(first.subarray(0, batch))).toEqual(new Set([special.start]));
  const words = first.subarray(batch);
  const hidden = words.filter((word) => word === special.unknown).length / words.length;
  // Three standard errors of a share of 1950.
  expect(Math.abs(hidden - 0.25)).toBeLessThan(0.03);
  expect(words.every((word) => word === 7 || word === special.unknown)).toBe(true);
  expect(await seen(0.75, 1)).not.toEqual(first);
  expect(await seen(0.75, 0)).toEqual(first);
});

test('keep 0 hides all of them, keep 1 none', async () => {
  engine = await tinyEngine('wasm');
  expect(new Set((await seen(0)).subarray(batch))).toEqual(new Set([special.unknown]));
  expect(new Set((await seen(1)).subarray(batch))).toEqual(new Set([7]));
});

test('with keep 0 what a word costs does not depend on the words before it', async () => {
  /** Cost of two-word sentences under one code. */
  const costs = async (keep: number): Promise<number[]> => {
    engine = await tinyEngine('wasm');
    const config = tinyConfig('word-dropout', { keep, dropoutIn: 0, dropoutOut: 0 });
    const { model } = tinyContext(engine, config);
    roughen(engine);
    const program = engine.program({
      name: 'nll',
      feeds: { tokens: { dtype: 'int32' } },
      body: ({ tokens }, step) => {
        const z = tf.fill([4, 3], 0.5) as Tensor2D;
        return { nll: model.decoder.nll(step, tokens as Tensor2D, z, 'train') };
      },
    });
    const [s, e] = [special.start, special.end];
    const data = Int32Array.from([s, s, s, s, 5, 8, 5, 8, 6, 9, 9, 6, e, e, e, e]);
    return [...(program.run({ tokens: { data, shape: [4, 4] } }, { counter: 0 }).nll as Float32Array)];
  };
  // The costs of [5 6] and [8 9] together are those of [5 9] and [8 6] only where no word looks back.
  const off = ([a, b, c, d]: number[]): number => Math.abs(a! + b! - c! - d!);
  expect(off(await costs(0))).toBeLessThan(1e-4);
  engine.dispose();
  expect(off(await costs(1))).toBeGreaterThan(0.01);
});

test('it is off when a model is measured, and the code is read by the decoder whatever is hidden', async () => {
  engine = await tinyEngine('wasm');
  const context = tinyContext(engine, tinyConfig('word-dropout', { keep: 0 }));
  roughen(engine);
  const program = engine.program({
    name: 'measured',
    feeds: { tokens: { dtype: 'int32' } },
    body: ({ tokens }, step) => {
      const z = tf.fill([2, 3], 0.5) as Tensor2D;
      return { nll: context.model.decoder.nll(step, tokens as Tensor2D, z, 'evaluate') };
    },
  });
  const data = Int32Array.from([1, 1, 5, 8, 6, 6, 2, 2]);
  const [a, b] = program.run({ tokens: { data, shape: [4, 2] } }, { counter: 0 }).nll;
  const alone = Int32Array.from([1, 1, 5, 8, 7, 7, 2, 2]);
  const [c, d] = program.run({ tokens: { data: alone, shape: [4, 2] } }, { counter: 0 }).nll;
  expect(Math.abs(a! - b! - (c! - d!))).toBeGreaterThan(0.001);
});

test('keep 1 is the annealed VAE bit for bit', async () => {
  const turn = { visit: 0, klWeight: 0.7, gauges: {}, epoch: 0, learningRate: 1, counter: 5 };
  const runs = [];
  for (const [id, options] of [
    ['vae-anneal', {}],
    ['word-dropout', { keep: 1 }],
  ] as const) {
    engine = await tinyEngine('wasm');
    const context = tinyContext(engine, tinyConfig(id, options));
    const update = updateOf(context, context.model.main);
    runs.push([update(0, turn), update(1, { ...turn, counter: 6 }), [...engine.snapshot()]]);
    if (id === 'vae-anneal') engine.dispose();
  }
  expect(runs[1]).toEqual(runs[0]);
});
