import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { linesOf, textOf, type Line } from './decode.ts';
import { guessEncodings, plausibility } from './encoding-guess.ts';
import { sniff } from './sniff.ts';
import { file, type Contents } from './testing.ts';

async function linesIn(contents: Contents, encoding?: string): Promise<string[]> {
  const facts = sniff(file('a.txt', contents));
  const lines: string[] = [];
  for await (const batch of linesOf(textOf(facts, encoding ?? facts.encoding ?? 'utf-8')))
    for (const { text } of batch) lines.push(text);
  return lines;
}

async function cut(pieces: readonly string[]): Promise<Line[]> {
  const source = async function* () {
    yield* pieces;
  };
  const lines: Line[] = [];
  for await (const batch of linesOf(source())) lines.push(...batch);
  return lines;
}

const text = 'Über die Brücke\nça va déjà\nplain';
const expected = text.split('\n');
const utf16 = (s: string) => Buffer.from(s, 'utf16le');
const swapped = (s: string) => utf16(s).swap16();

test.each<[string, Contents]>([
  ['UTF-8', text],
  ['UTF-8 with a mark', `\ufeff${text}`],
  ['UTF-16, little end first, with a mark', utf16(`\ufeff${text}`)],
  ['UTF-16, big end first, with a mark', swapped(`\ufeff${text}`)],
  ['UTF-16 without a mark', utf16(text)],
  ['UTF-16, big end first, without a mark', swapped(text)],
  ['CR LF', text.replaceAll('\n', '\r\n')],
  ['CR CR LF', text.replaceAll('\n', '\r\r\n')],
  ['CR alone', text.replaceAll('\n', '\r')],
  ['a line end at the end', `${text}\n`],
  ['gzip', gzipSync(text)],
  ['two gzip parts in a row', Buffer.concat([gzipSync('Über die Brücke\nça va '), gzipSync('déjà\nplain')])],
])('%s', async (_, contents) => {
  expect(await linesIn(contents)).toEqual(expected);
});

test('Chinese in UTF-16 without a mark is known by its writing', async () => {
  const lines = ['我喜欢猫和狗。', '今天天气很好', '明天见'];
  expect(await linesIn(utf16(lines.join('\n')))).toEqual(lines);
});

test.each([
  ['windows-1252', Buffer.from(text, 'latin1')],
  ['koi8-r', Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4])],
  ['shift_jis', Buffer.from([0x82, 0xa0, 0x82, 0xa2])],
])('the encoding that was chosen: %s', async (encoding, bytes) => {
  const lines = { 'windows-1252': expected, 'koi8-r': ['Привет'], shift_jis: ['あい'] }[encoding];
  expect(await linesIn(bytes, encoding)).toEqual(lines);
});

test('letters that the end of a piece cuts are put together', async () => {
  // 1 MiB pieces; four-byte letters shifted by one, two and three bytes.
  for (const shift of ['', 'a', 'ab', 'abc']) {
    const long = shift + '😀é'.repeat(400_000);
    expect((await linesIn(long))[0]).toBe(long);
  }
});

test('broken bytes cost their lines where the rest is UTF-8', async () => {
  const bytes = Buffer.concat([
    Buffer.from('é good\nü good\nbroken '),
    Buffer.from([0xe9]),
    Buffer.from(' here\nplain\n'),
  ]);
  expect(await linesIn(bytes)).toEqual(['é good', 'ü good', 'broken \ufffd here', 'plain']);
});

test('where broken lines are more than good ones the file is not UTF-8, and the first one is named', async () => {
  const bytes = Buffer.concat([Buffer.from('plain\nplain\n'), Buffer.from(text, 'latin1')]);
  await expect(linesIn(bytes)).rejects.toMatchObject({
    code: 'import.encoding',
    facts: { file: 'a.txt', line: 3, guesses: expect.arrayContaining(['windows-1252']) as unknown },
  });
});

test('a file in another encoding is given up early', async () => {
  const bytes = Buffer.from('déjà vu\n'.repeat(300_000), 'latin1');
  await expect(linesIn(bytes)).rejects.toMatchObject({ code: 'import.encoding', facts: { line: 1 } });
});

test('an unknown encoding', async () => {
  await expect(linesIn('a', 'klingon')).rejects.toMatchObject({
    code: 'import.encoding-unknown',
    facts: { encoding: 'klingon' },
  });
});

test('packed data that break off', async () => {
  const noise = Buffer.from(Array.from({ length: 600_000 }, (_, i) => 97 + ((i * i * 7919) % 26)));
  const packed = gzipSync(noise, { level: 1 });
  await expect(linesIn(packed.subarray(0, packed.length - 20))).rejects.toMatchObject({
    code: 'import.gzip',
  });
  await expect(linesIn(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]))).rejects.toMatchObject({
    code: 'import.gzip',
  });
});

test('line ends do not depend on where pieces end', async () => {
  const cases: [string, string[]][] = [
    ['a\r\nb\r\nc', ['a', 'b', 'c']],
    ['a\rb\rc\r', ['a', 'b', 'c']],
    ['a\n\nb\n', ['a', '', 'b']],
    ['a\r', ['a']],
    ['', []],
  ];
  for (const [whole, lines] of cases)
    for (let i = 0; i <= whole.length; i++)
      expect((await cut([whole.slice(0, i), whole.slice(i)])).map((line) => line.text)).toEqual(lines);
});

test('a line longer than is read is cut and said so; its neighbours are whole', async () => {
  const pieces = ['first\n', ...Array.from({ length: 10 }, () => 'x'.repeat(1 << 20)), 'end\nlast'];
  const lines = await cut(pieces);
  expect(lines.map(({ line, text: t, cut: isCut }) => [line, t.length, isCut ?? false])).toEqual([
    [1, 5, false],
    [2, 300, true],
    [3, 4, false],
  ]);
});

const encoders: Record<string, (s: string) => Buffer> = {
  'windows-1252': (s) => Buffer.from(s, 'latin1'),
  'windows-1251': (s) => byTable(s, 'windows-1251'),
  'koi8-r': (s) => byTable(s, 'koi8-r'),
  'windows-1253': (s) => byTable(s, 'windows-1253'),
  'iso-8859-2': (s) => byTable(s, 'iso-8859-2'),
};

/** Encodes through the table of a one-byte encoding, read backwards from its decoder. */
function byTable(s: string, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding);
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]),
  );
  return Buffer.from([...s].map((letter) => table.get(letter)!));
}

test.each([
  [
    'windows-1252',
    'Der König saß allein.\nÜber den Bäumen war es still.\nLe garçon était déjà là.\nVoilà, ça suffit.',
  ],
  ['windows-1251', 'Мама мыла раму.\nВот и всё, друзья.\nЗавтра будет хорошая погода.'],
  ['koi8-r', 'Мама мыла раму.\nВот и всё, друзья.\nЗавтра будет хорошая погода.'],
  ['windows-1253', 'Καλημέρα κόσμε.\nΗ γάτα κοιμάται στον ήλιο.'],
  ['iso-8859-2', 'Zażółć gęślą jaźń.\nŁódka płynie po wodzie.\nPrzyszła wiosna i śnieg stopniał.'],
])('%s is the first guess for its text', (encoding, written) => {
  const guesses = guessEncodings(encoders[encoding]!(written));
  expect(guesses[0]!.encoding).toBe(encoding);
  expect(guesses[0]!.lines).toEqual(written.split('\n').slice(0, 3));
  expect(guesses.length).toBeGreaterThan(1);
  expect(new Set(guesses.map(({ lines }) => lines.join('\n'))).size).toBe(guesses.length);
});

test('Japanese in Shift JIS and Chinese in GB 18030 are guessed', () => {
  const japanese = Buffer.from('8e8482cd944c82aa8d4482ab82c582b7814282a082a882a2', 'hex');
  expect(guessEncodings(japanese)[0]!.encoding).toBe('shift_jis');
  const chinese = Buffer.from('ced2cfb2bbb6c3a8bacdb9b7a1a3bdf1ccecccecc6f8badcbac3', 'hex');
  expect(guessEncodings(chinese).map(({ encoding }) => encoding)).toContain('gb18030');
});

test('text without a byte beyond ASCII needs no guess', () => {
  expect(guessEncodings(Buffer.from('plain\ntext'))).toEqual([]);
});

test('signs inside words are less plausible than letters', () => {
  expect(plausibility('Łódka płynie')).toBeGreaterThan(plausibility('£ódka p³ynie'));
  expect(plausibility('Привет мир')).toBeGreaterThan(plausibility('рТЙЧЕФ НЙТ'));
});

test.each<[string, Uint8Array]>([
  ['report.pdf', Buffer.from('%PDF-1.7 text')],
  ['letter.rtf', Buffer.from('{\\rtf1 text')],
  ['book.docx', Buffer.from([0x50, 0x4b, 3, 4, 65, 66])],
  ['picture.txt', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10])],
  ['zeros.txt', Buffer.from([65, 0, 0, 0, 66, 0, 0, 67])],
  ['packed.gz', gzipSync(Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 37) % 256)))],
])('%s is no text', (name, bytes) => {
  expect(() => sniff(file(name, bytes))).toThrow(
    expect.objectContaining({ code: 'import.binary', facts: { file: name } }),
  );
});

test('a file that is not there, and a folder', () => {
  expect(() => sniff({ path: '/nowhere/a.txt', name: 'a.txt' })).toThrow(
    expect.objectContaining({ code: 'import.missing', facts: { file: 'a.txt' } }),
  );
  expect(() => sniff({ path: '/', name: 'root' })).toThrow(
    expect.objectContaining({ code: 'import.missing' }),
  );
});
