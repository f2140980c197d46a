import { afterEach, expect, test } from 'vitest';
import { special } from '../../../contract/datasets.ts';
import { tf, type Engine, type Group, type Tensor2D } from '../../tensor/index.ts';
import { updateOf } from '../procedures/update.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine, tinySplit } from '../testing.ts';
import { written } from './reencoding.ts';

let engine: Engine;
afterEach(() => engine.dispose());
const turn = { visit: 0, klWeight: 1, gauges: {}, epoch: 0, learningRate: 1, counter: 5 };
const labelled = () => {
  const split = tinySplit();
  return { ...split, labels: [Int32Array.from({ length: split.count }, (_, i) => i % 3)] };
};

/** Which players an update with the task moves otherwise than one without it. */
async function reached(task: string): Promise<Record<string, boolean>> {
  const after = [];
  for (const weight of [0, 1]) {
    engine = await tinyEngine('wasm');
    const config = tinyConfig('z-recon', { task, weight, longest: 5 });
    const split = task === 'labelHead' ? labelled() : tinySplit();
    const context = tinyContext(engine, config, { training: { clip: 1e9 }, split });
    roughen(engine);
    updateOf(context, context.model.main)(0, turn);
    after.push({ values: engine.snapshot(), parameters: [...engine.parameters] });
    engine.dispose();
  }
  const out: Partial<Record<Group, boolean>> = {};
  for (const { name, group } of after[0]!.parameters) {
    const [without, withTask] = after.map(({ values }) => values.get(name)!.data);
    out[group] ||= without!.some((value, i) => value !== withTask![i]);
  }
  engine = await tinyEngine('wasm');
  return out;
}

test('reading the code off the decoder states trains decoder and map; the code itself stands still', async () => {
  // The encoder is reached only through the first state, which the code makes.
  expect(await reached('codeRegression')).toEqual({ encoder: true, decoder: true, auxiliary: true });
});

test('re-encoding trains the encoder alone', async () => {
  expect(await reached('reencoding')).toEqual({ encoder: true, decoder: false });
});

test('the label head trains encoder and head', async () => {
  expect(await reached('labelHead')).toEqual({ encoder: true, decoder: false, auxiliary: true });
});

test('an untrained label head pays the log of the number of labels', async () => {
  engine = await tinyEngine('wasm');
  const config = tinyConfig('z-recon', { task: 'labelHead', weight: 2 });
  const context = tinyContext(engine, config, { split: labelled() });
  const { terms } = updateOf(context, context.model.main)(0, turn);
  expect(terms.labelHead).toBeCloseTo(2 * Math.log(3), 2);
});

test('the code stands beside no word where the states are to tell it: the decoder is narrower by the code', async () => {
  engine = await tinyEngine('wasm');
  tinyContext(engine, tinyConfig('z-recon', { task: 'codeRegression' }));
  const kernel = engine.parameters.find(({ name }) => name === 'decoder.lstm.kernel')!;
  expect(kernel.shape).toEqual([6 + 8, 4 * 8]);
});

test('written sentences begin with <s>, are drawn from the decoder, and are read up to their first end', async () => {
  engine = await tinyEngine('wasm');
  const { model } = tinyContext(engine, tinyConfig('z-recon', { task: 'reencoding' }));
  roughen(engine, 1.5);
  const longest = 6;
  const program = engine.program({
    name: 'write',
    feeds: { z: { dtype: 'float32' } },
    body: ({ z }, step) => {
      const { tokens, ends } = written(step, model.decoder, z as Tensor2D, longest);
      const alone = model.posterior!.infer(step, { tokens, labels: null, ends: ends! });
      return { tokens: tf.clone(tokens), ends: tf.clone(ends!), mean: tf.clone(alone['mean']!) };
    },
  });
  const rows = 40;
  const data = Float32Array.from({ length: rows * 3 }, (_, i) => Math.sin(i));
  const { tokens, ends, mean } = program.run({ z: { data, shape: [rows, 3] } }, { counter: 1 });
  const infer = engine.program({
    name: 'infer',
    feeds: { tokens: { dtype: 'int32' } },
    body: ({ tokens }, step) => {
      const belief = model.posterior!.infer(step, { tokens: tokens as Tensor2D, labels: null });
      return { mean: tf.clone(belief['mean']!) };
    },
  });
  const lengths = new Set<number>();
  for (let b = 0; b < rows; b++) {
    const sentence = Array.from({ length: longest + 2 }, (_, t) => tokens[t * rows + b]!);
    expect(sentence[0]).toBe(special.start);
    const end = sentence.indexOf(special.end);
    expect(Array.from(sentence, (_, t) => ends[t * rows + b])).toEqual(
      sentence.map((_, t) => (t === end ? 1 : 0)),
    );
    lengths.add(end);
    // The posterior of the sentence read alone, without what was written after its end.
    const cut = Int32Array.from(sentence.slice(0, end + 1));
    const alone = infer.run({ tokens: { data: cut, shape: [cut.length, 1] } }, { counter: 0 }).mean;
    for (let j = 0; j < 3; j++) expect(mean[b * 3 + j]).toBeCloseTo(alone[j]!, 4);
  }
  expect(lengths.size).toBeGreaterThan(2);
});
