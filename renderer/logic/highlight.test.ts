import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pieces } from './highlight.ts';

test('the pieces together are the sentence', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 3 }), fc.boolean(), (text, search, pattern) => {
      expect(
        pieces(text, search, pattern)
          .map((p) => p.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

test('plain words are no pattern', () => {
  expect(pieces('a.b ab', 'a.b', false).filter((p) => p.hit)).toEqual([{ text: 'a.b', hit: true }]);
  expect(pieces('a.b axb', 'a.b', true).filter((p) => p.hit)).toHaveLength(2);
});

test('case does not matter, and a broken pattern marks nothing', () => {
  expect(pieces('The end', 'the', false)[0]).toEqual({ text: 'The', hit: true });
  expect(pieces('The end', '(', true)).toEqual([{ text: 'The end', hit: false }]);
});
