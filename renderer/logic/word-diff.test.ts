import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markWords, wordDistance } from './word-diff.ts';

const sentence = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 8 })
  .map((words) => words.join(' '));

test('the words of the sentence stay as they are, in order', () => {
  fc.assert(
    fc.property(sentence, sentence, (text, reference) => {
      expect(
        markWords(text, reference)
          .map((m) => m.word)
          .join(' '),
      ).toBe(text);
    }),
  );
});

test('one exchanged word is the one that is marked', () => {
  const marked = markWords('a large bird sings', 'a small bird sings');
  expect(marked.filter((m) => !m.same).map((m) => m.word)).toEqual(['large']);
});

test('a sentence does not differ from itself', () => {
  fc.assert(fc.property(sentence, (text) => markWords(text, text).every((m) => m.same)));
});

test('word distance by hand', () => {
  expect(wordDistance('a small bird', 'a large bird sings')).toBe(2);
  expect(wordDistance('', 'one two')).toBe(2);
});

test('word distance is a distance', () => {
  fc.assert(
    fc.property(sentence, sentence, sentence, (a, b, c) => {
      expect(wordDistance(a, a)).toBe(0);
      expect(wordDistance(a, b)).toBe(wordDistance(b, a));
      expect(wordDistance(a, c)).toBeLessThanOrEqual(wordDistance(a, b) + wordDistance(b, c));
    }),
  );
});
