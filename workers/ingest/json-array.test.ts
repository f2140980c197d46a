import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { elementsOf } from './json-array.ts';

async function read(text: string, piece = text.length || 1) {
  const pieces = async function* () {
    for (let i = 0; i < text.length; i += piece) yield text.slice(i, i + piece);
  };
  const found: { line: number; text: string }[] = [];
  for await (const element of elementsOf(pieces())) found.push(element);
  return found;
}

test('elements are what JSON.parse finds, however the text is laid out and cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue()),
      fc.constantFrom(0, 2),
      fc.integer({ min: 1, max: 20 }),
      async (values, indent, piece) => {
        const text = JSON.stringify(values, null, indent);
        const found = await read(text, piece);
        expect(found.map((element): unknown => JSON.parse(element.text))).toEqual(JSON.parse(text));
      },
    ),
    { numRuns: 500 },
  );
});

test('each element knows its line', async () => {
  const found = await read('[\n  {"text": "a]"},\n\n  {\n "text": "b, [\\"" }\n]');
  expect(found.map(({ line }) => line)).toEqual([2, 4]);
});

test('the first array inside an object is read', async () => {
  const found = await read('{"version": 1, "data": [{"a": [1]}, {"a": [2]}]}');
  expect(found.map(({ text }) => text)).toEqual(['{"a": [1]}', '{"a": [2]}']);
});

test('what is no array is handed on whole', async () => {
  expect(await read('{"a": 1}')).toEqual([{ line: 1, text: '{"a": 1}' }]);
  expect(await read('[{"a": 1}, {"a": ')).toEqual([
    { line: 1, text: '{"a": 1}' },
    { line: 1, text: ' {"a": ' },
  ]);
  expect(await read('[]')).toEqual([]);
});
