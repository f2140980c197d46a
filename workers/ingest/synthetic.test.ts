import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataSetFiles } from '../../contract/datasets.ts';
import { splitName } from '../../contract/entities.ts';
import { readSplit } from '../text/split.ts';
import { readVocabulary } from '../text/vocabulary.ts';
import { abreast, SyntheticModel, syntheticSizes } from './synthetic-model.ts';
import { importSynthetic, publishedSizes } from './synthetic.ts';
import { temporaryFolder } from './testing.ts';

const { vocabulary: V, length: L } = syntheticSizes;

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

function drawn(seed: number, n: number) {
  const model = new SyntheticModel(seed);
  return Array.from({ length: n / abreast }, (_, i) => model.draw(i * abreast)).flat();
}

/** Nats a sentence under the words' own frequencies. */
function unigramEntropy(sentences: readonly (readonly number[])[]): number {
  const counts = new Float64Array(V);
  for (const word of sentences.flat()) counts[word]!++;
  const total = counts.reduce((a, b) => a + b);
  return -L * counts.reduce((sum, n) => (n === 0 ? sum : sum + (n / total) * Math.log(n / total)), 0);
}

test('over generators the recipe has the published figures', { timeout: 240_000 }, () => {
  const perSeed = [1, 2, 3, 4, 5].map((seed) => drawn(seed, 600));
  // methods.md 5: 26.85 nats given z and generator, about 52.6 under the unigram model, both for one generator.
  const nll = perSeed.map((sentences) => mean(sentences.map((sentence) => sentence.nll)));
  const unigram = perSeed.map((sentences) => unigramEntropy(sentences.map(({ words }) => words)));
  for (const value of nll) expect(Math.abs(value - 26.85)).toBeLessThan(4);
  expect(Math.abs(mean(nll) - 26.85)).toBeLessThan(2);
  for (const value of unigram) expect(Math.abs(value - 52.6)).toBeLessThan(6);
});

test('the first word is uniform and costs log 1000 of the 26.85 nats', () => {
  const firsts = drawn(1, 2000).map(({ words }) => words[0]!);
  expect(Math.log(V)).toBeCloseTo(6.9078, 4);
  // A mean of 2000 uniform numbers below 1000 has a standard deviation of 6.5.
  expect(Math.abs(mean(firsts) - 499.5)).toBeLessThan(30);
  // 1000 (1 - 1 / e^2) = 865 of the words are expected to occur.
  expect(Math.abs(new Set(firsts).size - 865)).toBeLessThan(50);
});

test('a sentence does not depend on what was drawn before it', () => {
  const model = new SyntheticModel(4);
  const later = model.draw(16);
  expect(new SyntheticModel(4).draw(16)).toEqual(later);
  expect(model.draw(0)).not.toEqual(later);
  // The fifth of these eight is the first of those that begin there.
  expect(model.draw(20)[0]).toEqual(later[4]);
});

test('z comes from four unit Gaussians', () => {
  const codes = drawn(2, 2000).map(({ z }) => z);
  for (const axis of [0, 1] as const) {
    const values = codes.map((z) => z[axis]);
    expect(Math.abs(mean(values))).toBeLessThan(0.2);
    // Variance 1 around means of +2 and -2 makes 5.
    expect(Math.abs(mean(values.map((x) => x * x)) - 5)).toBeLessThan(0.4);
  }
  const quadrants = [0, 1, 2, 3].map(
    (q) => codes.filter(([a, b]) => (a > 0 ? 1 : 0) + (b > 0 ? 2 : 0) === q).length,
  );
  for (const n of quadrants) expect(Math.abs(n / 2000 - 0.25)).toBeLessThan(0.04);
});

test('the data set: fixed length, splits in order, a vocabulary of w0 to w999 whatever occurs', async () => {
  expect(publishedSizes).toEqual({ train: 16_000, validation: 2000, test: 2000, evaluator: 4000 });
  const folder = temporaryFolder();
  const sizes = { train: 160, validation: 16, test: 24, evaluator: 40 };
  const made = await importSynthetic({ id: 'x', folder, now: 0 }, 1, () => {}, sizes);
  expect(made).toMatchObject({
    name: 'Synthetic (lagging-inference recipe)',
    kind: 'synthetic',
    origin: 'synthetic',
    sentences: sizes,
    tokens: 1600,
    vocabulary: V + 4,
    coverage: 1,
    meanLength: L,
    lengths: [{ length: L, count: 160 }],
    leftOut: 0,
    labels: [],
  });
  const { words } = await readVocabulary(folder);
  expect(new Set(words.slice(4))).toEqual(new Set(Array.from({ length: V }, (_, i) => `w${i}`)));
  const expected = drawn(1, 240).map((sentence) => sentence.words.map((word) => `w${word}`).join(' '));
  const written: string[] = [];
  for (const name of splitName.options) {
    const split = await readSplit(folder, name);
    expect(split.count).toBe(sizes[name]);
    expect(split.tokens.includes(3)).toBe(false);
    written.push(
      ...readFileSync(path.join(folder, dataSetFiles.text(name)), 'utf8')
        .trimEnd()
        .split('\n'),
    );
  }
  expect(written).toEqual(expected);
  expect(written.every((line) => line.split(' ').length === L)).toBe(true);
});
