import { describe, expect, test } from 'vitest';
import { trainNgramBytes } from './train.ts';
import {
  bytesOf,
  expectDiscounts,
  expectNear,
  expectSameAsArpa,
  hasShared,
  HERE,
  jsonLines,
  lookUp,
  SHARED,
  wordsOf,
} from './testdata/reference.ts';

/** Counts, discounts and fall-backs as in `results.json` of the reference folder. */
const tiny = {
  2: {
    fallbackOrders: [],
    countOfCounts: [
      [9, 6, 3, 0],
      [28, 5, 4, 0],
    ],
  },
  3: {
    fallbackOrders: [3],
    countOfCounts: [
      [9, 6, 3, 0],
      [35, 3, 2, 1],
      [41, 5, 6, 1],
    ],
  },
  5: {
    fallbackOrders: [3, 4],
    countOfCounts: [
      [9, 6, 3, 0],
      [35, 3, 2, 1],
      [48, 4, 1, 1],
      [45, 6, 0, 0],
      [38, 5, 2, 0],
    ],
  },
};

describe('against KenLM', () => {
  test.each([2, 3, 5] as const)('twelve sentences, order %i: every n-gram has its numbers', (order) => {
    const { model, report } = trainNgramBytes(bytesOf(HERE, 'tiny12.txt'), { order, discountFallback: true });
    expect(report.countOfCounts).toEqual(tiny[order].countOfCounts);
    expect(report.fallbackOrders.map((f) => f.order)).toEqual(tiny[order].fallbackOrders);
    expect(report).toMatchObject({ sentences: 12, words: 78, types: 22 });
    expectSameAsArpa(model, bytesOf(HERE, `tiny12.o${order}.arpa`).toString());
  });

  test('5,000 dictionary sentences: counts, discounts, n-grams, words, sentences, perplexities', () => {
    checkLargeSet(HERE, 'wn5k', {
      ngrams: [10624, 36621, 46659, 45278, 41380],
      discounts: [
        [0.662812, 1.10044, 1.43351],
        [0.845576, 1.32516, 1.45704],
        [0.943631, 1.38173, 1.46175],
        [0.981476, 1.54647, 1.30884],
        [0.989453, 1.53916, 1.83594],
      ],
      withOov: 439.90903208665566,
      withoutOov: 229.83445725525664,
      oov: 653,
      tokens: 5726,
    });
  });

  test.skipIf(!hasShared)('5,000 sentences of a novel (skipped where ../shared is absent)', () => {
    checkLargeSet(SHARED, 'se5k', {
      ngrams: [7176, 39407, 73088, 86544, 87315],
      discounts: [
        [0.613996, 1.03784, 1.58713],
        [0.779943, 1.12061, 1.48796],
        [0.877212, 1.27223, 1.47333],
        [0.946417, 1.42709, 1.87862],
        [0.972509, 1.4242, 1.74672],
      ],
      withOov: 129.09770093920648,
      withoutOov: 97.69806675926019,
      oov: 411,
      tokens: 10326,
    });
  });

  test.skipIf(!hasShared).each([3, 5])(
    '200 sentences, order %i: every n-gram has its numbers (skipped where ../shared is absent)',
    (order) => {
      const { model } = trainNgramBytes(bytesOf(SHARED, 's200.txt'), { order });
      expectSameAsArpa(model, bytesOf(SHARED, `s200.o${order}.arpa`).toString());
    },
  );
});

interface LargeSet {
  ngrams: number[];
  discounts: number[][];
  withOov: number;
  withoutOov: number;
  oov: number;
  tokens: number;
}

function checkLargeSet(folder: string, name: string, wanted: LargeSet): void {
  const { model, report } = trainNgramBytes(bytesOf(folder, `${name}.train.txt`), { order: 5 });
  expect(report.ngrams).toEqual(wanted.ngrams);
  expect(report.fallbackOrders).toEqual([]);
  expectDiscounts(report.discounts, wanted.discounts);

  interface Listed {
    ngram: string[];
    log10_prob: number;
    log10_backoff?: number;
  }
  const listed = jsonLines<Listed>(folder, `${name}.ngrams.jsonl`);
  expect(listed.length).toBeGreaterThan(1000);
  for (const { ngram, log10_prob, log10_backoff } of listed) {
    const found = lookUp(model, wordsOf(ngram.join(' ')));
    expectNear(found?.log10 ?? NaN, log10_prob, 1e-5, ngram.join(' '));
    expectNear(found?.backoff ?? NaN, log10_backoff ?? 0, 1e-5, ngram.join(' '));
  }

  interface Scored {
    text: string;
    log10: number;
    tokens: number;
    oov: number;
  }
  const scored = jsonLines<Scored>(folder, `${name}.scores.jsonl`);
  expect(scored).toHaveLength(500);
  for (const { text, log10, tokens, oov } of scored) {
    const score = model.scoreSentence(text);
    expectNear(score.log10, log10, 1e-4 + 1e-5 * Math.abs(log10), text);
    expect([score.tokens, score.oov], text).toEqual([tokens, oov]);
  }
  const words = jsonLines<{ id: number; words: [string, number, number][] }>(folder, `${name}.words.jsonl`);
  for (const { id, words: wantedWords } of words) {
    const score = model.scoreSentence(scored[id]!.text);
    expect(score.words.map((w) => [w.word, w.order])).toEqual(wantedWords.map(([w, n]) => [w, n]));
    wantedWords.forEach(([word, , log10], i) => expectNear(score.words[i]!.log10, log10, 1e-5, word));
  }

  const total = model.scoreText([bytesOf(folder, `${name}.test.txt`)]);
  expect([total.tokens, total.oov]).toEqual([wanted.tokens, wanted.oov]);
  expect(total.perplexityWithOov / wanted.withOov).toBeCloseTo(1, 6);
  expect(total.perplexityWithoutOov / wanted.withoutOov).toBeCloseTo(1, 6);
  expect(model.scoreCorpus(scored.map((s) => s.text))).toEqual(total);
}

test('a pruned model has the numbers of KenLM pruned alike', () => {
  // lmplz -o 4 --prune 0 0 1 2 on the same text.
  const { model } = trainNgramBytes(bytesOf(HERE, 'wn5k.train.txt'), { order: 4, prune: [0, 0, 1, 2] });
  expect(model.counts).toEqual([10624, 36621, 2411, 209]);
  const listed: [string, number, number][] = [
    ['<s>', 0, -0.61742765],
    ['of', -1.4990983, -0.3052392],
    ['relating to', -0.19308412, -0.031639397],
    ['a person who', -0.94750047, -0.15360853],
    ['the act of', -0.45553318, 0],
    ['of or relating', -1.502682, -1.7471428],
    ['of or relating to', -0.0010208471, 0],
    ['<s> united states painter', -1.3373742, 0],
  ];
  for (const [ngram, log10, backoff] of listed) {
    const found = lookUp(model, wordsOf(ngram));
    expectNear(found?.log10 ?? NaN, log10, 1e-5, ngram);
    expectNear(found?.backoff ?? NaN, backoff, 1e-5, ngram);
  }
});
