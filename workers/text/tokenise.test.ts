import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordnetSplit } from '../ngram/wordnet.ts';
import { tokeniser } from './tokenise.ts';

const words = tokeniser({ tokenizer: 'words', lowerCase: false });
const lower = tokeniser({ tokenizer: 'words', lowerCase: true });
const spaces = tokeniser({ tokenizer: 'spaces', lowerCase: false });
const marks = /<(?:pad|s|\/s)>/iu;

describe('the word rule', () => {
  test.each<[string, string]>([
    ['The cat sat, didn’t it?', 'The cat sat , did n’t it ?'],
    ["don't can't've dog's", "do n't ca n't 've dog 's"],
    ["a'n't", "a ' n't"],
    ["rock 'n' roll o'clock", "rock ' n ' roll o'clock"],
    ['well-known 3.5 1,000 U.S. e-mail-', 'well-known 3.5 1,000 U.S . e-mail -'],
    ['it took _num_ days to <unk> , <num>th __eou__', 'it took _num_ days to <unk> , <num> th __eou__'],
    ['snake_case and _ alone', 'snake_case and _ alone'],
    ['a<b and c > d', 'a < b and c > d'],
    ['NA null None', 'NA null None'],
    ['naïve Ærøskøbing straße', 'naïve Ærøskøbing straße'],
    ['می‌خواهم بروم', 'می‌خواهم بروم'],
    ['हिन्दी में', 'हिन्दी में'],
    ['so cute 👩‍👩‍👧!! 🇩🇪❤️', 'so cute 👩‍👩‍👧 ! ! 🇩🇪 ❤️'],
    ['iPhoneは100円です。', 'iPhone は 100 円 です 。'],
  ])('%s', (text, expected) => {
    expect(words(text).join(' ')).toBe(expected);
  });

  test('scripts without spaces are cut into words', () => {
    expect(words('私は猫が好きです')).toEqual(['私', 'は', '猫', 'が', '好き', 'です']);
    expect(words('ฉันรักแมว').length).toBeGreaterThan(1);
  });

  test('letters that can be written composed or decomposed are one word', () => {
    expect(words('Cafe\u0301')).toEqual(words('Caf\u00e9'));
  });

  test('lower-casing is a switch', () => {
    expect(lower('The CAT <UNK>')).toEqual(['the', 'cat', '<unk>']);
    expect(words('The CAT <UNK>')).toEqual(['The', 'CAT', '<UNK>']);
  });

  test('marks that the workbench sets itself are left out, the unknown word is kept', () => {
    expect(words('<s> a <unk> b </s> <pad>')).toEqual(['a', '<unk>', 'b']);
  });

  test('ASCII text is split as by the rule for all of Unicode', () => {
    // A letter beyond ASCII at the end sends the same text through the other expression.
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`aB3'-.,_<>/"!? t s nm`) }), (text) => {
        expect(words(`${text} é`)).toEqual([...words(text), 'é']);
      }),
      { numRuns: 2000 },
    );
  });

  test('the sample corpus, split by the n-gram rule, is left as it is', () => {
    const changed = wordnetSplit().sample.filter(({ text }) => lower(text).join(' ') !== text);
    expect(changed.slice(0, 5)).toEqual([]);
  });
});

describe.each([
  ['words', words],
  ['words, lower case', lower],
  ['spaces', spaces],
])('%s', (_, tokenise) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...`abAB n't's'’-.,_<>/3 é猫が好きแมวไทย👩‍👧❤️\u0301\u200c\t`) }),
  );

  test('tokens joined by spaces are split into the same tokens', () => {
    fc.assert(
      fc.property(text, (t) => {
        const tokens = tokenise(t);
        expect(tokenise(tokens.join(' '))).toEqual(tokens);
      }),
      { numRuns: 3000 },
    );
  });

  test('no character but blanks is lost, and no token holds one', () => {
    const blanks = /[\s\u0085\u200b]+/gu;
    fc.assert(
      fc.property(
        text.filter((t) => !marks.test(t)),
        (t) => {
          const whole = t.toWellFormed().normalize('NFC');
          const cased = tokenise === lower ? whole.toLowerCase() : whole;
          const tokens = tokenise(t);
          expect(tokens.join('')).toBe(cased.replace(blanks, ''));
          expect(tokens.some((token) => token === '' || token.search(blanks) >= 0)).toBe(false);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
