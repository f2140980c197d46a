import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, HERE, lookUp, wordsOf } from './testdata/reference.ts';
import { totalChance } from './testdata/total.ts';
import { trainNgram, trainNgramBytes } from './train.ts';

const fallback = { discountFallback: true } as const;

const sentence = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 8 })
  .map((words) => words.join(' '));

describe('laws', () => {
  test('after any context the chances of all words, </s> and <unk> add up to one', () => {
    fc.assert(
      fc.property(
        fc.array(sentence, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'zzz'), { maxLength: 6 }),
        fc.record({
          lastNgramRule: fc.boolean(),
          prune: fc.constantFrom([], [0, 1], [0, 0, 1, 2]),
          vocabulary: fc.constantFrom(undefined, 2, 4),
        }),
        (text, order, context, options) => {
          const prune = options.prune.slice(0, order);
          const { model } = trainNgram(text, { order, ...fallback, ...options, prune });
          expect(totalChance(model, context)).toBeCloseTo(1, 5);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('pruning leaves out exactly what occurs too seldom, and changes no count of what is kept', () => {
    const text = bytesOf(HERE, 'wn5k.train.txt');
    const whole = trainNgramBytes(text, { order: 4 }).model;
    const pruned = trainNgramBytes(text, { order: 4, prune: [0, 0, 1, 2] }).model;
    const seen = new Map<string, number>();
    for (const line of text.toString().trimEnd().split('\n')) {
      const words = ['<s>', ...line.split(' '), '</s>'];
      for (const n of [3, 4])
        for (let i = 0; i + n <= words.length; i++) {
          const key = words.slice(i, i + n).join(' ');
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
    }
    const more = (n: number, than: number) =>
      [...seen].filter(([key, count]) => key.split(' ').length === n && count > than);
    expect(pruned.counts).toEqual([whole.counts[0], whole.counts[1], more(3, 1).length, more(4, 2).length]);
    for (const [key] of more(4, 2).slice(0, 200)) {
      const words = wordsOf(key);
      expect(lookUp(pruned, words)).toBeDefined();
      // A chance above what backing off gives: the n-gram kept its own count.
      expect(lookUp(pruned, words)!.log10).toBeCloseTo(lookUp(whole, words)!.log10, 1);
    }
  });

  test('a vocabulary limit keeps the most frequent words and counts the rest as <unk>', () => {
    const text = ['a a a a b b b c c d', 'a b c e', 'a b d'];
    const limited = trainNgram(text, { order: 3, ...fallback, vocabulary: 3 }).model;
    const replaced = trainNgram(
      text.map((line) => line.replace(/[de]/g, '<unk>')),
      { order: 3, ...fallback, reserved: 'count-unk' },
    ).model;
    expect(limited.levels).toEqual(replaced.levels);
    expect(limited.scoreSentence('d')).toEqual({ ...replaced.scoreSentence('d') });
  });

  test('the last-n-gram rule changes discounts only where the greatest n-gram occurs more often than it is counted', () => {
    const text = ['that zzyzx', 'that zzyzx', 'that zzyzx', 'this cat', 'the cat', 'a dog'];
    const plain = trainNgram(text, { order: 3, ...fallback }).report.countOfCounts;
    const ruled = trainNgram(text, { order: 3, ...fallback, lastNgramRule: true }).report.countOfCounts;
    // The greatest window ends in the newest word, «dog»: it occurs once and is counted once.
    expect(ruled).toEqual(plain);
    const newest = ['this cat', 'the cat', 'a dog', 'that zzyzx', 'that zzyzx', 'that zzyzx'];
    const before = trainNgram(newest, { order: 3, ...fallback }).report.countOfCounts;
    const after = trainNgram(newest, { order: 3, ...fallback, lastNgramRule: true }).report.countOfCounts;
    // «zzyzx» follows one word, but occurs three times; so does «that zzyzx» (after <s> it is counted raw anyway).
    expect(after[0]).toEqual([before[0]![0] - 1, before[0]![1], before[0]![2] + 1, before[0]![3]]);
    expect(after[1]).toEqual([before[1]![0] - 1, before[1]![1], before[1]![2] + 1, before[1]![3]]);
  });
});
