import { describe, expect, test } from 'vitest';
import { AppError } from '../../contract/errors.ts';
import { basicTokens, wordPiece } from './word-piece.ts';

const usual = { lowerCase: true, stripAccents: true, chineseCharacters: true };
const cased = { ...usual, lowerCase: false, stripAccents: false };

// Inputs and outputs of the released tokenizer's own tests (google-research/bert, tokenization_test.py).
describe('basic tokenization', () => {
  test('lower case, white space and punctuation', () => {
    expect(basicTokens(' \tHeLLo!how  \n Are yoU?  ', usual)).toEqual([
      'hello',
      '!',
      'how',
      'are',
      'you',
      '?',
    ]);
    expect(basicTokens(' \tHeLLo!how  \n Are yoU?  ', cased)).toEqual([
      'HeLLo',
      '!',
      'how',
      'Are',
      'yoU',
      '?',
    ]);
  });
  test('accents are taken off, or kept', () => {
    expect(basicTokens('H\u00E9llo', usual)).toEqual(['hello']);
    expect(basicTokens('H\u00E9llo', { ...usual, stripAccents: false })).toEqual(['h\u00E9llo']);
  });
  test('Chinese characters stand alone', () => {
    expect(basicTokens('ah\u535A\u63A8zz', usual)).toEqual(['ah', '\u535A', '\u63A8', 'zz']);
    expect(basicTokens('ah\u535A\u63A8zz', { ...usual, chineseCharacters: false })).toEqual([
      'ah\u535A\u63A8zz',
    ]);
  });
  test('signs of ASCII that Unicode does not call punctuation split too; control signs vanish', () => {
    expect(basicTokens('a$b^c`d', usual)).toEqual(['a', '$', 'b', '^', 'c', '`', 'd']);
    expect(basicTokens('a\u0000b\uFFFDc\u200Bd', usual)).toEqual(['abcd']);
    expect(basicTokens('a\u00A0b', usual)).toEqual(['a', 'b']);
  });
});

describe('word pieces', () => {
  const pieces = [
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '[PAD]',
    'want',
    '##want',
    '##ed',
    'wa',
    'un',
    'runn',
    '##ing',
    ',',
  ];
  const cut = wordPiece(pieces, usual, 'vocab.txt');
  const words = (text: string, longest = 50) => cut.ids(text, longest).map((id) => pieces[id]);

  test('longest piece first; a rest without a piece makes the whole word unknown', () => {
    expect(words('unwanted running')).toEqual(['[CLS]', 'un', '##want', '##ed', 'runn', '##ing', '[SEP]']);
    expect(words('unwantedX running')).toEqual(['[CLS]', '[UNK]', 'runn', '##ing', '[SEP]']);
    expect(words('')).toEqual(['[CLS]', '[SEP]']);
  });
  test('a word of more than a hundred letters is unknown', () => {
    const long = wordPiece([...pieces, 'a', '##a'], usual, 'vocab.txt');
    expect(long.ids('a'.repeat(100), 500)).toHaveLength(102);
    expect(long.ids('a'.repeat(101), 500)).toEqual([1, 0, 2]);
  });
  test('what is too long is cut before the end mark', () => {
    expect(words('un want , running', 5)).toEqual(['[CLS]', 'un', 'want', ',', '[SEP]']);
  });
  test('a vocabulary without a mark or with a piece twice is refused', () => {
    const made = (list: string[]) => () => wordPiece(list, usual, 'vocab.txt');
    expect(made(pieces.filter((piece) => piece !== '[SEP]'))).toThrow(
      new AppError('encoders.vocabulary', { file: 'vocab.txt', reason: 'it lacks the piece [SEP]' }),
    );
    expect(made([...pieces, 'un'])).toThrow(
      new AppError('encoders.vocabulary', { file: 'vocab.txt', reason: 'the piece «un» stands twice' }),
    );
  });
});
