import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ImportSettings } from '../../contract/entities.ts';
import { preview as previewShape } from '../../contract/rpc.ts';
import { previewFiles } from './preview.ts';
import { file, sentences, type Contents } from './testing.ts';

const see = async (name: string, contents: Contents, settings: Partial<ImportSettings> = {}) =>
  previewShape.parse(await previewFiles([file(name, contents)], settings));

type Seen = Awaited<ReturnType<typeof see>>;
const texts = ({ sentences: shown }: Seen) =>
  shown.map(({ tokens }) => tokens.map(({ word }) => word).join(' '));
const parts = ({ columns }: Seen) => Object.fromEntries(columns.map(({ name, role }) => [name, role]));
const bad = ({ badLines }: Seen) => badLines.map(({ line, reason }) => [line, reason]);

const stories = sentences(30);
const csv = stories.map((text, i) => `${i},"${text}, they say",${i % 2 ? 'good' : 'bad'}`);
const tsv = stories.map((text, i) => `${i % 3}\t${text}`);
const records = stories.map((text, i) => ({ id: i, meta: { lang: i % 2 ? 'en' : 'de' }, text }));

describe('kinds are sniffed, not believed', () => {
  test.each<[string, Contents, Seen['kind'], Record<string, string>]>([
    ['a sentence a line', stories, 'lines', { text: 'text' }],
    ['label and text', tsv, 'tsv', { 1: 'label', 2: 'text' }],
    ['a .csv full of tabs', ['stars\treview', ...tsv], 'tsv', { stars: 'label', review: 'text' }],
    ['commas', ['id,text,mood', ...csv], 'csv', { id: 'ignore', text: 'text', mood: 'label' }],
    [
      'semicolons',
      ['text;mood', ...stories.map((text, i) => `${text}, or so;${i % 2 ? 'good' : 'bad'}`)],
      'csv',
      { text: 'text', mood: 'label' },
    ],
    [
      'JSON lines',
      records.map((record) => JSON.stringify(record)),
      'jsonl',
      { id: 'ignore', 'meta.lang': 'label', text: 'text' },
    ],
    [
      'a JSON array',
      JSON.stringify(records, null, 1),
      'json',
      { id: 'ignore', 'meta.lang': 'label', text: 'text' },
    ],
    [
      'an array in an object',
      JSON.stringify({ version: 1, data: records }),
      'json',
      { id: 'ignore', 'meta.lang': 'label', text: 'text' },
    ],
    ['strings in JSON', JSON.stringify(stories), 'json', { text: 'text' }],
  ])('%s', async (_, contents, kind, roles) => {
    for (const name of ['data.csv', 'data.txt']) {
      const seen = await see(name, contents);
      expect(seen.kind).toBe(kind);
      expect(parts(seen)).toEqual(roles);
      expect(seen.lines).toBe(30);
      expect(seen.usable).toBe(30);
      expect(seen.badLineCount).toBe(0);
      expect(texts(seen)[0]).toContain('one0 sees the thing0');
    }
  });

  test('packed text is unpacked without a question', async () => {
    expect((await see('data.txt', gzipSync(tsv.join('\n')))).kind).toBe('tsv');
  });

  test('sentences with commas and brackets stay lines', async () => {
    const prose = [
      '[laughs] no, he said, never',
      'yes',
      'well, well, well',
      '"so", she said',
      '{hm} a brace',
    ];
    const seen = await see('a.txt', prose);
    expect(seen.kind).toBe('lines');
    expect(seen.usable).toBe(5);
  });

  test('the kind that was chosen is taken', async () => {
    const seen = await see('a.txt', tsv, { kind: 'lines', tokenizer: 'spaces' });
    expect(parts(seen)).toEqual({ text: 'text' });
    expect(texts(seen)[1]).toBe(`1 ${stories[1]!.toLowerCase()}`);
  });
});

describe('columns', () => {
  test('the label of a sentence is shown, and a label column says how many values it has', async () => {
    const seen = await see('a.tsv', tsv);
    expect(seen.sentences.slice(0, 3).map(({ label }) => label)).toEqual(['0', '1', '2']);
    expect(seen.columns[0]).toMatchObject({ distinct: 3, examples: ['0', '1', '2'] });
  });

  test('several labels are possible', async () => {
    const lines = stories.map((text, i) => `${i % 2},${i % 3 ? 'x' : 'y'},${text}`);
    const seen = await see('a.csv', ['a,b,text', ...lines]);
    expect(parts(seen)).toEqual({ a: 'label', b: 'label', text: 'text' });
    expect(seen.sentences[1]!.label).toBe('1 · x');
  });

  test('a sorted file has a label although its first thousand lines hold one value', async () => {
    const sorted = sentences(1500).map((text, i) => `${i < 1200 ? 'a' : 'b'}\t${text}\tx y z`);
    const seen = await see('a.tsv', sorted);
    expect(parts(seen)).toMatchObject({ 1: 'label', 2: 'text' });
    expect(seen.columns[0]!.distinct).toBe(2);
  });

  test('the parts a person gives are taken, the rest is guessed', async () => {
    const seen = await see('a.csv', ['id,text,mood', ...csv], { columns: { mood: 'text' } });
    expect(parts(seen)).toEqual({ id: 'ignore', text: 'ignore', mood: 'text' });
  });

  test('a part for a column that is not there is an error that names the columns', async () => {
    await expect(
      see('a.csv', ['id,text,mood', ...csv], { columns: { tone: 'label' } }),
    ).rejects.toMatchObject({
      code: 'import.column',
      facts: { file: 'a.csv', column: 'tone', columns: ['id', 'text', 'mood'] },
    });
  });

  test('a first row of sentences is no header; asked for, it is one', async () => {
    const seen = await see('a.tsv', tsv);
    expect(seen.settings.hasHeader).toBe(false);
    expect((await see('a.tsv', tsv, { hasHeader: true })).usable).toBe(29);
  });

  test('columns of one name, of none and of a dangerous one are told apart', async () => {
    const lines = stories.map((text, i) => `${i},${i % 2},${text},x`);
    const seen = await see('a.csv', ['id,id,__proto__,', ...lines], { hasHeader: true });
    expect(seen.columns.map(({ name }) => name)).toEqual(['id', 'id 2', '__proto__', '4']);
    expect(texts(seen)[0]).toContain('thing0');
  });

  test('a label with more than 200 values looks like an id', async () => {
    const lines = sentences(300).map((text, i) => `u${i}\t${text}`);
    const seen = await see('a.tsv', lines, { columns: { 1: 'label' } });
    expect(seen.warnings).toContainEqual({
      kind: 'label-looks-like-id',
      facts: { column: '1', values: 300 },
    });
    expect(parts(await see('a.tsv', lines))).toEqual({ 1: 'ignore', 2: 'text' });
  });

  test('words that some programs take for nothing stay words', async () => {
    const lines = ['mood,text', 'good,NA', 'NA,null', 'good,None of it', 'NA,N/A'];
    const seen = await see('a.csv', lines);
    expect(texts(seen)).toEqual(['na', 'null', 'none of it', 'n / a']);
    expect(seen.sentences[3]!.label).toBe('NA');
  });
});

describe('bad lines cost themselves only', () => {
  test('empty, torn, binary and broken lines have their number and reason', async () => {
    const lines = [...stories.slice(0, 5), '', '   ', 'zero\0byte', ...stories.slice(5)];
    const bytes = Buffer.concat([
      Buffer.from(`é stays\nü stays\n${lines.join('\n')}\n`),
      Buffer.from([0x62, 0xff, 0x0a]),
      Buffer.from('the last one\n'),
    ]);
    const seen = await see('a.txt', bytes, { kind: 'lines' });
    expect(bad(seen)).toEqual([
      [8, 'empty'],
      [9, 'empty'],
      [10, 'not-text'],
      [36, 'encoding'],
    ]);
    expect(seen.badLines[2]).toMatchObject({ file: 'a.txt', text: 'zero\0byte' });
    expect(seen.badLineCount).toBe(4);
    expect(seen.usable).toBe(33);
  });

  test('rows with too few or too many cells', async () => {
    const seen = await see('a.tsv', [
      ...tsv,
      'no tab here',
      '1\ta\tb',
      ...sentences(5, 'x').map((s) => `2\t${s}`),
    ]);
    expect(bad(seen)).toEqual([
      [31, 'columns'],
      [32, 'columns'],
    ]);
    expect(seen.badLines[1]!.text).toBe('1\ta\tb');
  });

  test('lines that are no JSON, and records without text', async () => {
    const lines = records.map((record) => JSON.stringify(record));
    const seen = await see('a.jsonl', [...lines, '{"text": "torn', '{"id": 3}', '{"text": null}', '']);
    expect(bad(seen)).toEqual([
      [31, 'json'],
      [32, 'empty'],
      [33, 'empty'],
      [34, 'empty'],
    ]);
  });

  test('a quotation mark that is never closed: a warning, and with quotes off no loss', async () => {
    const lines = [
      'mood,text',
      ...sentences(100).map((text, i) => (i === 40 ? `a,"${text}` : `${i % 2 ? 'a' : 'b'},${text}`)),
    ];
    const seen = await see('a.csv', lines);
    expect(bad(seen)).toEqual([[42, 'open-quote']]);
    expect(seen.warnings).toContainEqual({ kind: 'open-quote', facts: { file: 'a.csv', line: 42 } });
    expect(seen.usable).toBe(99);
    const off = await see('a.csv', lines, { quotes: false });
    expect(off.usable).toBe(100);
    expect(off.warnings.map(({ kind }) => kind)).not.toContain('open-quote');
  });

  test('tab-separated sentences that begin with a quotation mark are whole', async () => {
    const lines = tsv.map((line, i) => (i % 5 ? line : line.replace('\t', '\t"')));
    const seen = await see('a.tsv', lines);
    expect(seen.badLineCount).toBe(0);
    expect(texts(seen)[0]).toMatch(/^" /);
  });

  test('a line of megabytes', async () => {
    const seen = await see('a.txt', [...stories, 'x '.repeat(3 * 2 ** 20), 'the end']);
    expect(bad(seen)).toEqual([[31, 'too-long']]);
    expect(seen.usable).toBe(31);
  });
});

describe('figures', () => {
  test('duplicates are exact after tokenising; a switch keeps them', async () => {
    const lines = [...stories, stories[0]!.toUpperCase(), ` ${stories[1]!}  `, 'a new one'];
    expect(await see('a.txt', lines)).toMatchObject({ duplicates: 2, usable: 31, leaks: 0 });
    expect(await see('a.txt', lines, { lowerCase: false })).toMatchObject({ duplicates: 1, usable: 32 });
    expect(await see('a.txt', lines, { keepOneOfEach: false })).toMatchObject({
      duplicates: 2,
      usable: 33,
      leaks: 0,
    });
  });

  test('sentences that stand in two of the files that bring the splits are leaks', async () => {
    const files = [
      file('train.txt', [...stories, 'leaks out', 'leaks out']),
      file('dev.txt', ['leaks out', 'a b', 'a b']),
      file('test.txt', ['c d', stories[0]!]),
    ];
    const seen = await previewFiles(files, {});
    expect(seen.files.map(({ split }) => split)).toEqual(['train', 'validation', 'test']);
    expect(seen).toMatchObject({ leaks: 2, duplicates: 4, usable: 33 });
    // What is shown is training text, although the test is read first.
    expect(texts(seen)[0]).toBe(stories[1]!.toLowerCase());
  });

  test('the length cut, the histogram under it and the vocabulary', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${'a '.repeat(i % 4)}b w${i}`);
    const seen = await see('a.txt', lines, {
      longest: 4,
      vocabulary: 10,
      split: { train: 97, validation: 1, test: 1, evaluator: 1 },
    });
    expect(seen.lengths).toEqual([2, 3, 4, 5].map((length) => ({ length, count: 10 })));
    expect(seen.tooLong).toBe(10);
    expect(seen.usable).toBe(30);
    // One sentence each goes to two of the small splits at most: of about 29 words w.. eight have an id.
    expect(seen.rareWords).toBeGreaterThan(18);
    expect(seen.rareExamples).toHaveLength(10);
    const unknown = seen.sentences.flatMap(({ tokens }) => tokens.filter(({ known }) => !known));
    expect(unknown.length).toBeGreaterThan(18);
    expect(seen.coverage).toBeGreaterThan(0.5);
    expect(seen.coverage).toBeLessThan(1);
  });

  test('few sentences for validation are warned of', async () => {
    expect((await see('a.txt', sentences(40))).warnings).toEqual([
      { kind: 'few-validation', facts: { sentences: 2 } },
    ]);
    expect((await see('a.txt', sentences(4400))).warnings).toEqual([]);
  });

  test('a very large text is previewed by its beginning', async () => {
    const line = 'x'.repeat(1000);
    const seen = await see(
      'a.txt',
      Array.from({ length: 20_000 }, (_, i) => `${i} ${line}`),
    );
    expect(seen.complete).toBe(false);
    expect(seen.lines).toBeLessThan(20_000);
    expect(seen.sentences).toHaveLength(50);
  });
});

describe('encodings', () => {
  const german = ['Über die Brücke ging er.', 'Schöne Grüße aus Köln!', 'Das war früher größer.', 'plain'];

  test('UTF-8 asks nothing', async () => {
    expect((await see('a.txt', german)).encodings).toEqual([]);
  });

  test('any other text opens with the best guess and shows the same three lines under each', async () => {
    const seen = await see('a.txt', Buffer.from(german.join('\n'), 'latin1'));
    expect(seen.settings.encoding).toBe('windows-1252');
    expect(seen.encodings[0]).toEqual({ encoding: 'windows-1252', lines: german.slice(0, 3) });
    expect(seen.encodings.length).toBeGreaterThan(2);
    expect(texts(seen)[0]).toBe('über die brücke ging er .');
  });

  test('another encoding is noticed far into a file of plain lines, and stays to be chosen', async () => {
    const plain = Buffer.from('plain line\n'.repeat(40_000));
    const bytes = Buffer.concat([plain, Buffer.from(german.join('\n'), 'latin1')]);
    const seen = await see('a.txt', bytes);
    expect(seen.settings.encoding).toBe('windows-1252');
    expect(seen.encodings[0]!.lines).toEqual(german.slice(0, 3));
    expect(seen.usable).toBe(5);
    expect((await see('a.txt', bytes, { encoding: 'iso-8859-2' })).encodings).toEqual(seen.encodings);
  });

  test('a file that says what it is keeps its word beside one that does not', async () => {
    const files = [
      file('a.txt', Buffer.from(german.join('\n'), 'latin1')),
      file('b.txt', '\ufeffÄrger über Öl'),
    ];
    const seen = await previewFiles(files, {});
    expect(seen.settings.encoding).toBe('windows-1252');
    expect(seen).toMatchObject({ usable: 5, badLineCount: 0 });
    expect(seen.rareWords).toBe(0);
    const words = await previewFiles(files.toReversed(), {});
    expect(texts(words)[0]).toBe('ärger über öl');
    expect(words.settings.encoding).toBe('windows-1252');
  });

  test('the choice is taken, and the others stay to choose from', async () => {
    const seen = await see('a.txt', Buffer.from(german.join('\n'), 'latin1'), { encoding: 'windows-1251' });
    expect(texts(seen)[0]).not.toContain('ü');
    expect(seen.encodings.map(({ encoding }) => encoding)).toContain('windows-1252');
  });
});

test('the settings of a preview lead to the same preview', async () => {
  const seen = await see('my data.csv.gz', gzipSync(['id,text,mood', ...csv].join('\r\n')));
  expect(seen.settings).toMatchObject({ name: 'my data', kind: 'csv', hasHeader: true, encoding: 'utf-8' });
  expect(await see('my data.csv.gz', gzipSync(['id,text,mood', ...csv].join('\r\n')), seen.settings)).toEqual(
    seen,
  );
});

test('an empty file has nothing to show and is no error before it is imported', async () => {
  expect(await see('a.txt', '')).toMatchObject({ lines: 0, usable: 0, sentences: [] });
});
