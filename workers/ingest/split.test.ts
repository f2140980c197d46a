import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Corpus, splits } from './corpus.ts';
import { splitsOfFiles, withoutSplitName } from './split-names.ts';
import { splitCorpus } from './split.ts';

const shares = { train: 75, validation: 5, test: 5, evaluator: 15 };
const keepAll = { keepOneOfEach: false, longest: 100 };

function corpusOf(
  sentences: readonly { text: string; labels?: readonly string[]; fixed?: number }[],
  labels = 0,
): Corpus {
  const corpus = new Corpus(
    Array.from({ length: labels }, (_, i) => `l${i}`),
    keepAll,
    () => {},
  );
  for (const { text, labels: values = [], fixed = -1 } of sentences)
    corpus.add(text.split(' '), values, fixed);
  return corpus;
}

const counts = (of: Uint8Array) => splits.map((_, s) => of.filter((split) => split === s).length);
const numbered = (n: number) => Array.from({ length: n }, (_, i) => ({ text: `s ${i}` }));

test('the shares hold for the whole', () => {
  expect(counts(splitCorpus(corpusOf(numbered(30_000)), { split: shares, seed: 1 }))).toEqual([
    22_500, 1500, 1500, 4500,
  ]);
});

test('every sentence is in one split, and no share is missed by more than a sentence', () => {
  const share = fc.integer({ min: 1, max: 97 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 }),
      share,
      share,
      share,
      share,
      fc.integer(),
      (n, a, b, c, d, seed) => {
        const sum = a + b + c + d;
        const split = {
          train: (100 * a) / sum,
          validation: (100 * b) / sum,
          test: (100 * c) / sum,
          evaluator: (100 * d) / sum,
        };
        const found = counts(splitCorpus(corpusOf(numbered(n)), { split, seed }));
        splits.forEach((name, s) => expect(Math.abs(found[s]! - (split[name] * n) / 100)).toBeLessThan(1.5));
      },
    ),
    { numRuns: 100 },
  );
});

test('the shares hold in every label, the rare ones too', () => {
  const labels = Array.from({ length: 4000 }, (_, i) => (i < 3600 ? 'common' : i < 3980 ? 'middle' : 'rare'));
  const corpus = corpusOf(
    labels.map((label, i) => ({ text: `s ${i}`, labels: [label] })),
    1,
  );
  const of = splitCorpus(corpus, { split: shares, seed: 3 });
  for (const [v, n] of [3600, 380, 20].entries()) {
    const members = of.filter((_, i) => corpus.labels[0]!.of.at(i) === v);
    const found = counts(members);
    splits.forEach((name, s) => expect(Math.abs(found[s]! - (shares[name] * n) / 100)).toBeLessThan(1.5));
  }
});

test('many labels of a few sentences each still fill every split', () => {
  const corpus = corpusOf(
    Array.from({ length: 200 }, (_, i) => ({ text: `s ${i}`, labels: [`label${i >> 1}`] })),
    1,
  );
  expect(counts(splitCorpus(corpus, { split: shares, seed: 1 }))).toEqual([150, 10, 10, 30]);
});

test('a seed gives one split, another seed another', () => {
  const corpus = corpusOf(numbered(200));
  const of = (seed: number) => splitCorpus(corpus, { split: shares, seed }).join('');
  expect(of(1)).toBe(of(1));
  expect(of(1)).not.toBe(of(2));
});

test('a file sorted by its content is not cut where it stands', () => {
  const of = splitCorpus(corpusOf(numbered(1000)), { split: shares, seed: 1 });
  const evaluator = [...of.entries()].filter(([, s]) => s === 3).map(([i]) => i);
  const mean = evaluator.reduce((a, b) => a + b, 0) / evaluator.length;
  // 150 of 1000 numbers drawn at random: the mean has a standard deviation of about 22.
  expect(Math.abs(mean - 499.5)).toBeLessThan(110);
});

test('copies of a sentence share a split', () => {
  const corpus = corpusOf(Array.from({ length: 600 }, (_, i) => ({ text: `s ${i % 200}` })));
  const of = splitCorpus(corpus, { split: shares, seed: 1 });
  for (let i = 0; i < 600; i++) expect(of[i]).toBe(of[i % 200]);
});

test('given splits stay whole, and the evaluator is cut from training alone, by its share', () => {
  const fixed = (index: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({ text: `f${index} ${i}`, fixed: index }));
  const corpus = corpusOf([...fixed(2, 30), ...fixed(1, 20), ...fixed(0, 1000)]);
  const of = splitCorpus(corpus, { split: shares, seed: 1 });
  expect(counts(of)).toEqual([850, 20, 30, 150]);
  expect([...of.subarray(0, 50)]).toEqual([...Array<number>(30).fill(2), ...Array<number>(20).fill(1)]);
});

test('a validation split that no file brings is cut from training too', () => {
  const corpus = corpusOf([
    ...Array.from({ length: 10 }, (_, i) => ({ text: `t ${i}`, fixed: 2 })),
    ...Array.from({ length: 100 }, (_, i) => ({ text: `s ${i}`, fixed: 0 })),
  ]);
  expect(counts(splitCorpus(corpus, { split: shares, seed: 1 }))).toEqual([80, 5, 10, 15]);
});

test('a training sentence that stands in a given test stays in training when copies are kept', () => {
  const corpus = corpusOf([
    { text: 'the same', fixed: 2 },
    ...Array.from({ length: 20 }, () => ({ text: 'the same', fixed: 0 })),
  ]);
  const of = splitCorpus(corpus, { split: shares, seed: 1 });
  expect(of[0]).toBe(2);
  expect([...of.subarray(1)]).not.toContain(2);
  expect(corpus.leaks).toBe(1);
});

test.each<[string[], (string | undefined)[]]>([
  [
    ['train.txt', 'valid.txt', 'test.txt'],
    ['train', 'validation', 'test'],
  ],
  [
    ['yelp.training.tsv.gz', 'yelp-dev.tsv.gz'],
    ['train', 'validation'],
  ],
  [
    ['sentiment_train_0.txt', 'sentiment_train_1.txt', 'sentiment_test_0.txt'],
    ['train', 'train', 'test'],
  ],
  [
    ['Train.csv', 'validation.csv'],
    ['train', 'validation'],
  ],
  [['train.txt'], [undefined]],
  [['test.txt'], [undefined]],
  [
    ['a.txt', 'b.txt'],
    [undefined, undefined],
  ],
  [
    ['train.txt', 'more.txt', 'test.txt'],
    [undefined, undefined, undefined],
  ],
  [
    ['valid.txt', 'test.txt'],
    [undefined, undefined],
  ],
  [
    ['trains.txt', 'contest.txt'],
    [undefined, undefined],
  ],
])('%j', (names, expected) => {
  expect(splitsOfFiles(names)).toEqual(expected);
});

test.each([
  ['yelp-train', 'yelp'],
  ['train', ''],
  ['my training set', 'my  set'],
  ['trains', 'trains'],
])('%s without its split is %j', (name, expected) => {
  expect(withoutSplitName(name)).toBe(expected);
});
