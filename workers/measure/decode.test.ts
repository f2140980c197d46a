import { afterEach, expect, test } from 'vitest';
import { special } from '../../contract/datasets.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine, TINY_VOCABULARY } from '../blocks/testing.ts';
import { tf, type Engine, type NextWord, type Tensor1D, type Tensor2D } from '../tensor/index.ts';
import { vocabularyOf } from '../text/vocabulary.ts';
import { beamSearch, bestOf, widen } from './beam.ts';
import { codeNoise, codesNoise, LONGEST, wordNoise } from './codes.ts';
import { decoderOf } from './decode.ts';
import { writerOf } from './write-samples.ts';

const breathe = async (): Promise<void> => {};
let engine: Engine | undefined;
afterEach(() => engine?.dispose());

const open = async (methodId = 'vae', bound = 1.5) => {
  engine = await tinyEngine('wasm');
  const { model } = tinyContext(engine, tinyConfig(methodId));
  roughen(engine, bound);
  return { engine, model };
};
type Opened = Awaited<ReturnType<typeof open>>;

/** log p of the next word after a prefix, by running the decoder from the beginning each time. */
function nextWord({ engine, model }: Opened, code: Float32Array | null) {
  const latent = code?.length ?? 0;
  const program = engine.program({
    name: 'next word',
    feeds: { prefix: { dtype: 'int32' }, z: { dtype: 'float32' } },
    body: ({ prefix, z }, step) => {
      const codes = latent > 0 ? (z as Tensor2D) : null;
      let memory = model.decoder.begin(codes, 1, step);
      let word: NextWord | undefined;
      for (const ids of tf.unstack(prefix!) as Tensor1D[]) {
        ({ word, memory } = model.decoder.next(step, memory, tf.reshape(ids, [1]), codes));
      }
      return { log: tf.reshape(tf.logSoftmax(word!.logits()), [TINY_VOCABULARY]) };
    },
  });
  return (prefix: readonly number[]): Float32Array => {
    const ids = Int32Array.from([special.start, ...prefix]);
    const { log } = program.run(
      {
        prefix: { data: ids, shape: [ids.length] },
        z: { data: code ?? new Float32Array(1), shape: [1, Math.max(1, latent)] },
      },
      { counter: 0 },
    );
    return log as Float32Array;
  };
}

const best = (log: Float32Array): number => log.indexOf(Math.max(...log));

test('greedy writes the likeliest word each time, stops at the end symbol or after 100 steps', async () => {
  const opened = await open();
  const codes = codesNoise(3, 0, 6, 3);
  const written = await decoderOf(opened.model, opened.engine)(
    { count: 6, codes },
    { decoding: { kind: 'greedy' }, seed: 1, breathe },
  );
  for (let i = 0; i < 6; i++) {
    const next = nextWord(opened, codes.slice(3 * i, 3 * i + 3));
    const expected: number[] = [];
    // The first words suffice: each depends on all before it.
    while (expected.length < 6) {
      const word = best(next(expected));
      if (word === special.end) break;
      expected.push(word);
    }
    expect([...written[i]!].slice(0, 6)).toEqual(expected);
    expect(written[i]!.length).toBeLessThanOrEqual(LONGEST);
  }
});

test('sampling takes the word under which the uniform number of its step falls', async () => {
  const opened = await open('lstm-lm', 1);
  const temperature = 0.7;
  const written = await decoderOf(opened.model, opened.engine)(
    { count: 5, codes: null },
    { decoding: { kind: 'temperature', temperature }, seed: 9, first: 2, breathe },
  );
  const next = nextWord(opened, null);
  for (let i = 0; i < 5; i++) {
    const uniform = wordNoise(9, 2 + i, LONGEST);
    const sentence = [...written[i]!];
    for (let t = 0; t < Math.min(5, sentence.length + 1); t++) {
      const scaled = [...next(sentence.slice(0, t))].map((log) => Math.exp(log / temperature));
      const total = scaled.reduce((a, b) => a + b);
      let sum = 0;
      const word = scaled.findIndex((weight) => (sum += weight / total) > uniform[t]!);
      expect(word).toBe(t < sentence.length ? sentence[t] : special.end);
    }
  }
});

test('a sentence does not depend on how many are written beside it', async () => {
  const opened = await open();
  const decode = decoderOf(opened.model, opened.engine);
  const decoding = { kind: 'temperature', temperature: 1 } as const;
  const many = await decode({ count: 20, codes: codesNoise(1, 0, 20, 3) }, { decoding, seed: 1, breathe });
  const few = await decode(
    { count: 3, codes: codesNoise(1, 7, 3, 3) },
    { decoding, seed: 1, first: 7, breathe },
  );
  expect(few.map((ids) => [...ids])).toEqual(many.slice(7, 10).map((ids) => [...ids]));
});

test('code i of a seed is the same noise in every run and for every width', () => {
  expect([...codesNoise(1, 5, 2, 4).slice(0, 4)]).toEqual([...codeNoise(1, 5, 4)]);
  expect([...codeNoise(1, 5, 8).slice(0, 4)]).toEqual([...codeNoise(1, 5, 4)]);
  expect([...codeNoise(2, 5, 4)]).not.toEqual([...codeNoise(1, 5, 4)]);
});

test('runs of two seeds write from the same codes, so that their samples align', async () => {
  const codes: Float32Array[] = [];
  for (const seed of [1, 2]) {
    engine = await tinyEngine('wasm', seed);
    const { model } = tinyContext(engine, tinyConfig('vae'));
    const program = engine.program({
      name: 'codes',
      feeds: { noise: { dtype: 'float32' } },
      body: ({ noise }, step) => ({ z: model.prior!.sample(step, noise as Tensor2D) }),
    });
    const { z } = program.run({ noise: { data: codesNoise(1, 0, 5, 3), shape: [5, 3] } }, { counter: 0 });
    codes.push(z as Float32Array);
    if (seed === 1) engine.dispose();
  }
  expect(codes[1]).toEqual(codes[0]);
});

/** Beam search of methods.md 1.5 by the letter, on whole prefixes. */
function beamByHand(next: (prefix: readonly number[]) => Float32Array, width: number, longest: number) {
  let live: { ids: number[]; log: number }[] = [{ ids: [], log: 0 }];
  const completed: { ids: number[]; log: number }[] = [];
  for (let t = 0; t < longest && completed.length < width; t++) {
    const all = live.flatMap(({ ids, log }) =>
      [...next(ids)].map((each, word) => ({ ids: [...ids, word], log: log + each })),
    );
    all.sort((a, b) => b.log - a.log);
    live = [];
    for (const each of all.slice(0, width - completed.length)) {
      if (each.ids.at(-1) === special.end) completed.push({ ids: each.ids.slice(0, -1), log: each.log });
      else live.push(each);
    }
  }
  return [...completed, ...live].reduce((a, b) => (b.log > a.log ? b : a));
}

test('beam search finds what the rule finds by hand', async () => {
  const opened = await open('vae', 1.5);
  // Without this the end is so unlikely that the rule for completed hypotheses would never be seen at work.
  const values = opened.engine.snapshot();
  const output = values.get('decoder.output')!;
  for (let unit = 0; unit < output.shape[0]!; unit++) output.data[unit * TINY_VOCABULARY + special.end]! *= 3;
  opened.engine.restore(values);
  const count = 12;
  const codes = codesNoise(4, 0, count, 3);
  let completedEarly = 0;
  for (const width of [2, 3]) {
    const found = await beamSearch(opened.model, opened.engine)(
      { count, codes },
      { width, longest: 8, breathe },
    );
    found.forEach(({ ids, log }, i) => {
      const expected = beamByHand(nextWord(opened, codes.slice(3 * i, 3 * i + 3)), width, 8);
      expect([...ids]).toEqual(expected.ids);
      expect(log).toBeCloseTo(expected.log, 3);
      if (ids.length < 8) completedEarly++;
    });
  }
  expect(completedEarly).toBeGreaterThan(5);
});

test('completed hypotheses take places from live ones; the best of all is the answer', () => {
  const END = special.end;
  const start = { live: [{ ids: [], log: 0, row: 0 }], completed: [] };
  const first = widen(
    start,
    () => [
      { id: 7, log: -1 },
      { id: END, log: -1.1 },
      { id: 8, log: -1.2 },
    ],
    2,
  );
  expect(first).toEqual({
    live: [{ ids: [7], log: -1, row: 0 }],
    completed: [{ ids: [], log: -1.1, row: 0 }],
  });
  // One place is left, although the two best words are likelier than what is completed.
  const second = widen(
    first,
    () => [
      { id: 9, log: -0.01 },
      { id: 4, log: -0.02 },
    ],
    2,
  );
  expect(second.live).toEqual([{ ids: [7, 9], log: -1.01, row: 0 }]);
  expect(bestOf(second).ids).toEqual([7, 9]);
  const third = widen(
    second,
    () => [
      { id: END, log: -0.5 },
      { id: 4, log: -3 },
    ],
    2,
  );
  expect(third.live).toEqual([]);
  expect(bestOf(third)).toMatchObject({ ids: [], log: -1.1 });
});

test('a beam wide enough for everything finds the likeliest of all sentences', async () => {
  const opened = await open('lstm-lm', 1);
  const next = nextWord(opened, null);
  const longest = 2;
  // Every sentence of at most one word, and every unfinished one of two.
  let bestOfAll = { ids: [] as number[], log: next([])[special.end]! };
  for (let first = 0; first < TINY_VOCABULARY; first++) {
    if (first === special.end) continue;
    const begun = next([])[first]!;
    next([first]).forEach((log, second) => {
      const ids = second === special.end ? [first] : [first, second];
      if (begun + log > bestOfAll.log) bestOfAll = { ids, log: begun + log };
    });
  }
  const [found] = await beamSearch(opened.model, opened.engine)(
    { count: 1, codes: null },
    { width: 200, longest, breathe },
  );
  expect([...found!.ids]).toEqual(bestOfAll.ids);
  expect(found!.log).toBeCloseTo(bestOfAll.log, 4);
});

test('a model without a code has none to tell of sentences', async () => {
  const opened = await open('lstm-lm');
  const words = Array.from({ length: TINY_VOCABULARY }, (_, i) => `w${i}`);
  const writer = writerOf(opened.model, opened.engine, vocabularyOf(words));
  const { splitFrom } = await import('../text/split.ts');
  expect(writer.encode(splitFrom([[5, 6]]), { sampled: false })).toBeNull();
});
