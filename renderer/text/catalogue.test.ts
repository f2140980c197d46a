import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import lucide from '@iconify-json/lucide/icons.json' with { type: 'json' };
import { methods } from '../../contract/methods/index.ts';
import { en } from './en.ts';
import { t } from './index.ts';

const root = path.join(import.meta.dirname, '..');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(vue|ts)$/.test(file) && !file.includes('.test.') && !file.startsWith('testing'))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
const code = sources.filter(({ file }) => !file.startsWith(`text${path.sep}en`)).map(({ text }) => text);

function leaves(node: object, prefix = ''): string[] {
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : leaves(value as object, `${prefix}${key}.`),
  );
}

test('every text of the catalogue is shown somewhere', () => {
  const literal = new Set(
    code.flatMap((text) => [...text.matchAll(/'([a-z][\w-]*(?:\.[\w-]+)+)'/gi)].map((m) => m[1]!)),
  );
  // t(`status.${…}`): everything below the fixed beginning counts as shown, and above a fixed end.
  const patterns = code.flatMap((text) =>
    [...text.matchAll(/`([a-zA-Z]\w*(?:\.\w+)*\.)\$\{[^`]*\}((?:\.\w+)*)`/g)].map(
      (m) => [m[1]!, m[2]!] as const,
    ),
  );
  const unused = leaves(en).filter(
    (key) =>
      !literal.has(key) && !patterns.some(([begin, end]) => key.startsWith(begin) && key.endsWith(end)),
  );
  expect(unused).toEqual([]);
});

test('every icon is one of the set, so that none is asked from the network', () => {
  const names = new Set(
    code.flatMap((text) => [...text.matchAll(/i-lucide-([a-z0-9-]+)/g)].map((m) => m[1]!)),
  );
  const known = new Set([
    ...Object.keys(lucide.icons),
    ...Object.keys((lucide as { aliases?: object }).aliases ?? {}),
  ]);
  expect([...names].filter((name) => !known.has(name))).toEqual([]);
  expect(names.size).toBeGreaterThan(20);
});

test('a count chooses its form', () => {
  expect([0, 1, 5].map((n) => t('runs.count', {}, n))).toEqual(['No run', '1 run', '5 runs']);
  expect(t('run.ofDimensions', { n: 3, of: 8 })).toBe('3 of 8');
});

test('every method has words for its family', () => {
  for (const method of methods) expect(t(`family.${method.family}`)).not.toContain('family.');
});
