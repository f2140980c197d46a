import { describe, expect, test } from 'vitest';
import { errorOf } from './testdata/error.ts';
import { bytesOf, HERE } from './testdata/reference.ts';
import { trainNgram, trainNgramBytes, type TrainOptions } from './train.ts';

const fallback = { discountFallback: true } as const;

describe('by hand', () => {
  const five = ['a b a b', 'a b c', 'b a c', 'a b a c', 'c a b'];

  test('the worked example of order 3 holds', () => {
    const { model, report } = trainNgram(five, { order: 3, ...fallback });
    expect(report.fallbackOrders.map((f) => f.order)).toEqual([1]);
    expect(report.discounts[1]!.map((d) => +d.toFixed(7))).toEqual([0.6, 0.2, 3]);
    expect(report.discounts[2]!.map((d) => +d.toFixed(7))).toEqual([0.4285714, 1.6785714, 3]);
    const words = model.scoreSentence('a b a b').words.map((w) => w.log10);
    [-0.6777808, -0.7447275, -0.3267486, -0.4990712, -0.7144427].forEach((wanted, i) =>
      expect(words[i]).toBeCloseTo(wanted, 6),
    );
    const total = model.scoreCorpus(['a b a b', 'c b a', 'a d b']);
    expect(Array.from(total.perSentence, (s) => +s.toFixed(6))).toEqual([-2.962771, -3.346356, -3.192059]);
    expect(total.perplexityWithOov).toBeCloseTo(5.38096923, 6);
  });

  test('a fall-back says which order and why, in words', () => {
    const { report } = trainNgram(['the cat sat on the mat'], { order: 3, ...fallback });
    expect(report.fallbackOrders.map((f) => f.sentence)[0]).toBe(
      'For n-grams of 1 word the fixed discounts 0.5, 1, 1.5 were used: among the single words none has a count of ' +
        'exactly three, so how much to hold back for unseen ones cannot be read off the text. ' +
        'This is usual for small or repetitive texts.',
    );
  });

  test('without leave to fall back, the first order that fails ends the training', () => {
    const error = errorOf(() => trainNgram(['the cat sat on the mat'], { order: 3 }));
    expect(error.code).toBe('ngram.discount-missing');
    expect(error.facts).toMatchObject({ order: 1, count: 3 });
  });

  test('discounts out of range are refused with order, count and value', () => {
    const twice = bytesOf(HERE, 'tiny12.txt').toString().trimEnd().split('\n');
    const error = errorOf(() => trainNgram(twice, { order: 3 }));
    expect(error.code).toBe('ngram.discount-range');
    expect(error.facts).toMatchObject({ order: 3, count: 2 });
  });

  test('no sentence at all is refused', () => {
    expect(errorOf(() => trainNgram([], { order: 3, ...fallback })).code).toBe('ngram.empty');
    expect(errorOf(() => trainNgramBytes(new Uint8Array(), { order: 3 })).code).toBe('ngram.empty');
  });

  test('reserved words are refused, dropped, or (<unk>) counted, as asked', () => {
    const text = ['a <unk> b', 'a <s> b'];
    const error = errorOf(() => trainNgram(text, { order: 2, ...fallback }));
    expect(error.facts).toEqual({ word: '<unk>', line: 1 });
    const dropped = trainNgram(text, { order: 2, ...fallback, reserved: 'skip' }).model;
    expect(dropped.levels).toEqual(trainNgram(['a b', 'a b'], { order: 2, ...fallback }).model.levels);
    const counted = trainNgram(text, { order: 2, ...fallback, reserved: 'count-unk' }).model;
    expect(counted.scoreSentence('a zzz').words[1]).toMatchObject({ word: 'zzz', order: 2 });
  });

  test.each<[Partial<TrainOptions>, string]>([
    [{ order: 7 }, 'order'],
    [{ order: 2.5 }, 'order'],
    [{ order: 3, prune: [0, 2, 1] }, 'prune'],
    [{ order: 3, prune: [1] }, 'prune'],
    [{ order: 2, prune: [0, 0, 1] }, 'prune'],
    [{ order: 2, vocabulary: 0 }, 'vocabulary'],
  ])('%o is not a valid choice', (options, option) => {
    const error = errorOf(() => trainNgram(five, { order: 3, ...fallback, ...options }));
    expect(error.code).toBe('ngram.option');
    expect(error.facts.option).toBe(option);
  });

  test('a cancelled training ends with an error that says so', () => {
    expect(errorOf(() => trainNgram(five, { order: 3, ...fallback, signal: AbortSignal.abort() })).code).toBe(
      'ngram.cancelled',
    );
  });

  test('progress never goes back within a phase', () => {
    const told: { phase: string; done: number }[] = [];
    trainNgram(five, { order: 5, ...fallback, onProgress: (p) => told.push(p) });
    expect(new Set(told.map((p) => p.phase))).toEqual(new Set(['counting', 'estimating']));
    told.forEach((p, i) => {
      expect(p.done).toBeGreaterThanOrEqual(told[i - 1]?.phase === p.phase ? told[i - 1]!.done : 0);
      expect(p.done).toBeLessThanOrEqual(1);
    });
  });
});
