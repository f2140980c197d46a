import { describe, expect, test } from 'vitest';
import { sampleQuery } from '../../contract/rpc.ts';
import { alignSets } from './compare.ts';
import { pageOf, type Row } from './page.ts';
import { countMatches } from './pattern.ts';
import { recently } from './recently.ts';
import { countTerms, parseTerms } from './search.ts';

describe('plain search', () => {
  const count = (search: string, text: string) => countTerms(parseTerms(search), text);

  test.each([
    ['cat', 'the cat sat', 1],
    ['CAT', 'the Cat sat', 1],
    ['cat', 'category of cats', 2],
    ['"cat"', 'category of cats', 0],
    ['"the cat"', 'the cat saw the cat', 2],
    ['"the the"', 'the the the', 1],
    ['"cat"', 'cat cat cat', 3],
    ['"the cat"', 'bathe cat', 0],
    ['the sat', 'the cat sat', 2],
    ['the ran', 'the cat sat', 0],
    ['<unk>', 'a <unk> and <unk>', 2],
    ['aa', 'aaaa', 2],
  ])('%s in «%s» occurs %i times', (search, text, expected) => expect(count(search, text)).toBe(expected));

  test('of nothing but blanks or empty quotation marks has no terms', () => {
    expect(parseTerms('  "" ')).toEqual([]);
  });
});

describe('a pattern', () => {
  test('counts its matches in each text', async () => {
    expect([...(await countMatches('\\bc\\w+', ['the cat cut', 'a dog', 'Cats']))]).toEqual([2, 0, 1]);
  });

  test('that matches the empty word counts nothing there and comes to an end', async () => {
    expect([...(await countMatches('x*', ['axxa', 'b']))]).toEqual([1, 0]);
  });

  test('that is not valid says why', async () => {
    await expect(countMatches('(a', ['a'])).rejects.toMatchObject({
      code: 'samples.pattern',
      facts: { reason: expect.stringContaining('Unterminated group') as unknown },
    });
  });

  test('that would take for ever is ended', async () => {
    const trap = countMatches('^(a+)+$', [`${'a'.repeat(40)}b`], 200);
    await expect(trap).rejects.toMatchObject({
      code: 'samples.pattern',
      facts: { reason: expect.stringContaining('too long') as unknown },
    });
  });
});

const row = (index: number, text: string, fppl: number, copies = 1): Row => ({
  ...{ index, text, fppl, copies, words: text.split(' ').length, copiedFromTraining: false },
});
const rows = [row(0, 'b b b', 30), row(1, 'a', 10, 2), row(2, 'c c', 20), row(3, 'a', 10, 2)];
const page = (query: object, hits?: number[]) =>
  pageOf(rows, hits, sampleQuery.parse({ setId: 's', ...query }));
const indices = (query: object) => page(query).samples.map(({ index }) => index);

describe('a page', () => {
  test('is sorted by any column, equal rows in the order of the set', () => {
    expect(indices({})).toEqual([0, 1, 2, 3]);
    expect(indices({ sort: 'fppl' })).toEqual([1, 3, 2, 0]);
    expect(indices({ sort: 'fppl', descending: true })).toEqual([0, 2, 1, 3]);
    expect(indices({ sort: 'length' })).toEqual([1, 3, 2, 0]);
    expect(indices({ sort: 'text', descending: true })).toEqual([2, 0, 1, 3]);
    expect(indices({ sort: 'copies', descending: true })).toEqual([1, 3, 0, 2]);
  });

  test('is filtered by length in words', () => {
    expect(indices({ shortest: 2 })).toEqual([0, 2]);
    expect(indices({ shortest: 2, longest: 2 })).toEqual([2]);
  });

  test('counts sentences and occurrences of all that match, and shows the part asked for', () => {
    const { total, occurrences, samples } = page({ offset: 1, limit: 1 }, [2, 1, 0, 1]);
    expect([total, occurrences, samples.map(({ index }) => index)]).toEqual([3, 4, [1]]);
    expect(page({})).toMatchObject({ total: 4, occurrences: 0 });
  });
});

describe('side by side', () => {
  const a = [
    { text: 'a0', fppl: 9, source: 'x' },
    { text: 'a1', fppl: 1, source: 'y' },
    { text: 'a2', fppl: 5, source: 'x' },
  ];
  const b = [
    { text: 'b0', fppl: 3, source: 'y' },
    { text: 'b1', fppl: 2, source: 'x' },
  ];
  const texts = (align: 'code' | 'input' | 'rank') =>
    alignSets([a, b], align).map(({ key, cells }) => [key, ...cells.map((cell) => cell?.text ?? null)]);

  test('by code seed: the same place in the set', () => {
    expect(texts('code')).toEqual([
      ['1', 'a0', 'b0'],
      ['2', 'a1', 'b1'],
      ['3', 'a2', null],
    ]);
  });

  test('by rank: the most fluent beside the most fluent', () => {
    expect(texts('rank')).toEqual([
      ['1', 'a1', 'b1'],
      ['2', 'a2', 'b0'],
      ['3', 'a0', null],
    ]);
  });

  test('by input sentence, a repeated one with its own repetition', () => {
    expect(texts('input')).toEqual([
      ['x', 'a0', 'b1'],
      ['y', 'a1', 'b0'],
      ['x', 'a2', null],
    ]);
  });

  test('prior samples have no input to be aligned by', () => {
    expect(alignSets([[{ text: 'a', fppl: 1 }], [{ text: 'b', fppl: 1 }]], 'input')).toEqual([]);
  });
});

describe('what was read recently', () => {
  test('is not read again, until others have taken its place', async () => {
    const read: string[] = [];
    const cache = recently<string>(2);
    const get = (key: string) =>
      cache(key, () => {
        read.push(key);
        return Promise.resolve(key);
      });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await get(key)).toBe(key);
    expect(read).toEqual(['a', 'b', 'c', 'b']);
  });

  test('is forgotten when it failed', async () => {
    const cache = recently<string>(2);
    await expect(cache('a', () => Promise.reject(new Error('once')))).rejects.toThrow('once');
    expect(await cache('a', () => Promise.resolve('again'))).toBe('again');
  });
});
