import { expect, test } from 'vitest';
import { cutVocabulary, WordCounts } from './vocabulary.ts';

function counted(...sentences: string[]): WordCounts {
  const counts = new WordCounts();
  for (const sentence of sentences) counts.add(sentence.split(' '));
  return counts;
}

test('the four special symbols first, then the most frequent words, ties by first occurrence', () => {
  const { words } = cutVocabulary(counted('b a c', 'c d a e', 'a'), 4);
  expect(words).toEqual(['<pad>', '<s>', '</s>', '<unk>', 'a', 'c', 'b', 'd']);
});

test('what is cut has the id of the unknown word, and counts against the coverage', () => {
  const vocabulary = cutVocabulary(counted('a a b c', 'a b d'), 2);
  expect(['a', 'b', 'c', 'never'].map(vocabulary.id)).toEqual([4, 5, 3, 3]);
  expect(vocabulary.coverage).toBeCloseTo(5 / 7, 12);
  expect(vocabulary.rareWords).toBe(2);
  expect(vocabulary.rareExamples).toEqual(['c', 'd']);
  expect(vocabulary.frequent).toEqual([
    { word: 'a', count: 3 },
    { word: 'b', count: 2 },
  ]);
});

test('an unknown word written out is the unknown word, and is not covered', () => {
  const vocabulary = cutVocabulary(counted('<unk> a <unk> b'), 10);
  expect(vocabulary.words).toHaveLength(6);
  expect(vocabulary.id('<unk>')).toBe(3);
  expect(vocabulary.coverage).toBe(0.5);
});

test('words that must be there have an id after those that occur', () => {
  const { words } = cutVocabulary(counted('b b a'), 10, ['a', 'x', 'b', 'y']);
  expect(words.slice(4)).toEqual(['b', 'a', 'x', 'y']);
});

test('words named like parts of objects are words', () => {
  const { words, id } = cutVocabulary(counted('constructor __proto__ constructor'), 10);
  expect(words.slice(4)).toEqual(['constructor', '__proto__']);
  expect(id('toString')).toBe(3);
});
