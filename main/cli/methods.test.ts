import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { methodPages } from './methods.ts';

const folder = path.join(import.meta.dirname, '../../docs/methods');

test('docs/methods holds what the method files say: write them anew with `npm run -s cli -- methods --pages docs/methods`', () => {
  const pages = methodPages();
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) expect(readFileSync(path.join(folder, name), 'utf8')).toBe(text);
});
