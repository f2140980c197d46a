import { expect, test } from 'vitest';
import { keptBleu, selfBleu } from './self-bleu.ts';

const three = ['the cat sat on the mat', 'the cat lay on the mat', 'a dog sat on a log'];

test('T9: three sentences against each other', () => {
  const bleu = selfBleu(three)!;
  expect(bleu[2]).toBeCloseTo(0.619910954, 9);
  expect(bleu[3]).toBeCloseTo(0.4011222193, 9);
  expect(bleu[4]).toBeCloseTo(0.2087148064, 9);
});

test('T9, sentence by sentence: the mean of the three', () => {
  expect(selfBleu(three)![4]).toBeCloseTo((0.285744043 + 0.2540663741 + 0.0863340021) / 3, 9);
});

test('equal sentences give 1, however long they are', () => {
  expect(selfBleu(['a b c d e f', 'a b c d e f'])).toEqual({ 2: 1, 3: 1, 4: 1, 5: 1 });
});

test('a sentence shorter than its closest other pays exp(1 - r / c); of two equally close the shorter counts', () => {
  // Lengths 2, 4, 6. Of 4 both others are equally close: the shorter is taken, so it pays nothing.
  const bleu = selfBleu(['a b', 'a b c d', 'a b c d e f'])![2];
  const first = Math.exp(1 - 4 / 2);
  const third = Math.sqrt((4 / 6) * (3 / 5));
  expect(bleu).toBeCloseTo((first + 1 + third) / 3, 12);
});

test('a repeated word is matched as often as another sentence has it', () => {
  // One of three «a» is matched; no pair, so 0.1 of two.
  const each = Math.sqrt((1 / 3) * (0.1 / 2));
  // Of «a b»: one word of two, no pair; it is shorter than the other.
  const other = Math.sqrt((1 / 2) * (0.1 / 1)) * Math.exp(1 - 3 / 2);
  expect(selfBleu(['a a a', 'a b'])![2]).toBeCloseTo((each + other) / 2, 12);
});

test('only the first 500 samples count, and one alone has none', () => {
  const many = Array.from({ length: 500 }, (_, i) => `word ${i % 7} and more`);
  expect(selfBleu([...many, 'something else altogether'])).toEqual(selfBleu(many));
  expect(selfBleu(['alone'])).toBeNull();
});

test('a sentence without words counts as 0', () => {
  expect(selfBleu(['a b c d e', 'a b c d e', ''])![2]).toBeCloseTo(2 / 3, 12);
});

test('what a rewriting kept: T9 where one sentence is the reference, 1 for the same, less for a shorter one', () => {
  // 5 of 6 words, 3 of 5 pairs, 1 of 4 triples, none of 3: 0.1
  const [sat, lay] = three as [string, string];
  expect(keptBleu(lay, sat)).toBeCloseTo(0.2540663741, 9);
  expect(keptBleu(sat, sat)).toBe(1);
  expect(keptBleu('the cat sat on', sat)).toBeCloseTo(Math.exp(1 - 6 / 4), 12);
  expect(keptBleu('', sat)).toBe(0);
});
