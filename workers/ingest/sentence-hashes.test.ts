import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SentenceHashes } from './sentence-hashes.ts';

test('sentences are told apart exactly as their texts are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.stringMatching(/^[abé猫]{1,3}$/u), { maxLength: 3 }), { maxLength: 400 }),
      (all) => {
        const hashes = new SentenceHashes();
        const known = new Map<string, number>();
        for (const sentence of all) {
          const text = sentence.join(' ');
          const expected = known.get(text) ?? known.size;
          known.set(text, expected);
          expect(hashes.add(sentence)).toBe(expected);
        }
        expect(hashes.size).toBe(known.size);
      },
    ),
    { numRuns: 200 },
  );
});

test('two hundred thousand alike sentences stay distinct while the table grows', () => {
  const hashes = new SentenceHashes();
  for (let i = 0; i < 200_000; i++) hashes.add(['w', String(i), 'x']);
  expect(hashes.size).toBe(200_000);
  for (let i = 0; i < 200_000; i += 997) expect(hashes.add(['w', String(i), 'x'])).toBe(i);
});

test('where a word ends matters', () => {
  const hashes = new SentenceHashes();
  expect([['ab', 'c'], ['a', 'bc'], ['abc'], ['c', 'ab']].map((words) => hashes.add(words))).toEqual([
    0, 1, 2, 3,
  ]);
});
