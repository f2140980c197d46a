import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linesOf } from './lines.ts';
import { temporaryHome } from './testing/fixtures.ts';

let home: string;
let remove: () => void;
beforeEach(() => ({ home, remove } = temporaryHome()));
afterEach(() => remove());

async function linesIn(bytes: Uint8Array | string): Promise<string[]> {
  const file = path.join(home, 'text');
  writeFileSync(file, bytes);
  const lines = [];
  for await (const line of linesOf(file)) lines.push(line);
  return lines;
}

test.each([
  ['the last line break may be missing', 'a\nb', ['a', 'b']],
  ['or be there', 'a\nb\n', ['a', 'b']],
  ['an empty line is a line', 'a\n\nb\n', ['a', '', 'b']],
  ['Windows line ends are line ends', 'a\r\nb\r\n', ['a', 'b']],
  ['nothing else is one', 'a\u2028b\u0085c\rd\n', ['a\u2028b\u0085c\rd']],
  ['an empty file has none', '', []],
  ['a byte order mark is no letter', '\ufeffa\n', ['a']],
])('%s', async (_, text, lines) => expect(await linesIn(text)).toEqual(lines));

test('gzip is unpacked, whatever the file is called', async () => {
  expect(await linesIn(gzipSync('a\nb\n'))).toEqual(['a', 'b']);
});

test('a letter that lies across two pieces of a large file stays whole', async () => {
  // Pieces are 64 KiB: the three bytes of the sign begin one before the border.
  expect(await linesIn(`${'x'.repeat(65535)}€\nb`)).toEqual([`${'x'.repeat(65535)}€`, 'b']);
});

test('a file that is not there is an error, and so is one that is cut off', async () => {
  await expect(linesOf(path.join(home, 'none')).next()).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(linesIn(gzipSync('a\n'.repeat(9999)).subarray(0, 30))).rejects.toThrow(
    'unexpected end of file',
  );
});
