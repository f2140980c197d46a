import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cliOn } from '../testing/cli.ts';
import { temporaryHome } from '../testing/fixtures.ts';
import { writeTinyNetwork } from '../testing/tiny-network.ts';

let home: string;
let remove: () => void;
beforeEach(() => ({ home, remove } = temporaryHome()));
afterEach(() => remove());

const cli = (...args: string[]) => cliOn(home, args);

test('an encoder is brought, listed and removed', async () => {
  const folder = writeTinyNetwork(path.join(home, 'tiny bert'));
  const brought = await cli('encoder', 'import', folder, '--title', 'Tiny', '--json');
  expect(brought.err).toContain('checking');
  const { id } = JSON.parse(brought.out) as { id: string };
  expect((await cli('encoder', 'list')).out.split('\n')).toEqual([
    'title  kind  dimensions  layers  sentences  size    licence  id',
    `Tiny   bert           4       1          –  0.0 MB        –  ${id}`,
    '',
  ]);
  expect(await cli('encoder', 'remove', 'Tiny')).toMatchObject({ code: 0, out: '«Tiny» is removed\n' });
  expect(JSON.parse((await cli('encoder', 'list', '--json')).out)).toEqual([]);
});

test('a call that does not fit explains itself; one without an encoder says which there are', async () => {
  expect((await cli('encoder', 'import')).err).toContain('wants a folder, a file of vectors, or --minilm');
  expect((await cli('encoder', 'vectors', 'Tiny')).code).toBe(2);
  const unknown = await cli('encoder', 'remove', 'Nobody', '--json');
  expect(JSON.parse(unknown.out)).toMatchObject({ error: { code: 'encoders.not-found' } });
  expect(unknown.code).toBe(1);
});
