import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsOf, rowsOf, type Row } from './delimited.ts';

async function read(
  text: string,
  options: { delimiter?: string; quotes?: boolean; batch?: number } = {},
): Promise<Row[]> {
  const { delimiter = ',', quotes = true, batch = 3 } = options;
  const lines = text.split('\n').map((line, i) => ({ line: i + 1, text: line }));
  const batches = async function* () {
    for (let i = 0; i < lines.length; i += batch) yield lines.slice(i, i + batch);
  };
  const rows: Row[] = [];
  for await (const found of rowsOf(batches(), { delimiter, quotes })) rows.push(...found);
  return rows;
}

test.each<[string, string[] | string]>([
  ['a,b,c', ['a', 'b', 'c']],
  [',', ['', '']],
  ['', ['']],
  ['"a,b",c', ['a,b', 'c']],
  ['"say ""hi""",x', ['say "hi"', 'x']],
  ['"",x', ['', 'x']],
  ['a "quoted" word,x', ['a "quoted" word', 'x']],
  ['"Hello" she said,x', ['"Hello" she said', 'x']],
  ['"Hello, there', 'open'],
  ['"Hello\nthere" she said,x', 'broken'],
  ['"Hello\nthere",x', ['Hello\nthere', 'x']],
])('cells of %j', (text, cells) => {
  expect(cellsOf(text, ',')).toEqual(cells);
});

test('well-formed text is read as csv-parse reads it', async () => {
  const cell = fc.string({ unit: fc.constantFrom(...`ab," \n;é`), maxLength: 6 });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 8 });
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const plain = (value: string) => (/[",\n]/.test(value) ? quoted(value) : value);
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), async (rows, always) => {
      const text = rows.map((row) => row.map(always ? quoted : plain).join(',')).join('\n');
      const cells = (await read(text)).map((row) => ('cells' in row ? row.cells : row.open));
      expect(cells).toEqual(rows);
      expect(cells).toEqual(parse(text, { skip_empty_lines: false }));
    }),
    { numRuns: 500 },
  );
});

test('a record knows the line where it begins', async () => {
  const rows = await read('a,b\n"x\ny\nz",c\nd,e');
  expect(rows.map((row) => row.line)).toEqual([1, 2, 5]);
});

test('a quotation mark that is never closed costs its own line only', async () => {
  const rows = await read('a,b\n"open,1\nc,d\ne,f');
  expect(rows).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, open: '"open,1' },
    { line: 3, cells: ['c', 'd'] },
    { line: 4, cells: ['e', 'f'] },
  ]);
});

test('a cell of fifty line ends is a cell, one of more is an open quotation mark', async () => {
  const long = (n: number) => `"${Array.from({ length: n }, (_, i) => `l${i}`).join('\n')}",x`;
  expect(await read(long(50))).toHaveLength(1);
  const rows = await read(`${long(51)}\nc,d`);
  expect(rows[0]).toEqual({ line: 1, open: '"l0' });
  expect(rows).toHaveLength(52);
  expect(rows.at(-1)).toEqual({ line: 52, cells: ['c', 'd'] });
});

test('two sentences that begin with an open mark are two open marks, not one cell', async () => {
  const rows = await read('"Well, said\nhe\n"but" no,1\nc,d');
  expect(rows).toContainEqual({ line: 1, open: '"Well, said' });
  expect(rows).toContainEqual({ line: 4, cells: ['c', 'd'] });
});

test('with quotes off a mark is a character', async () => {
  expect(await read('"a,b"\tc', { delimiter: '\t', quotes: false })).toEqual([
    { line: 1, cells: ['"a,b"', 'c'] },
  ]);
});

test('rows do not depend on how the lines arrive', async () => {
  const text = 'a,"b\nc",d\n"open\ne,f,g\nh,"i ""j""",k';
  const whole = await read(text, { batch: 100 });
  for (const batch of [1, 2, 3]) expect(await read(text, { batch })).toEqual(whole);
});
