import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMigrated } from './migrate.ts';
import { migrations, type Migration } from './migrations.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'store '));
  file = path.join(folder, 'workbench.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const first: Migration = {
  version: 1,
  sql: 'CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT',
};
const second: Migration = {
  version: 2,
  sql: `ALTER TABLE words ADD COLUMN count INTEGER NOT NULL DEFAULT 1`,
};
/** Half of it works. */
const broken: Migration = { version: 3, sql: 'DELETE FROM words; CREATE TABLE words (id INTEGER)' };

function withWords(...words: string[]): void {
  const db = openMigrated(file, [first]);
  for (const word of words) db.prepare('INSERT INTO words (word) VALUES (?)').run(word);
  db.close();
}
const wordsIn = (where: string) => {
  const db = new Database(where, { readonly: true });
  const rows = db.prepare<[], { word: string }>('SELECT word FROM words ORDER BY id').all();
  const version = Number(db.pragma('user_version', { simple: true }));
  db.close();
  return { version, words: rows.map(({ word }) => word) };
};

test('versions of the store are numbered 1, 2, 3, ... without a gap', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
});

test('a new store is made in its newest version, with foreign keys and a write-ahead log, and no copy beside it', () => {
  const db = openMigrated(file);
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
  db.close();
  expect(existsSync(`${file}.version-0`)).toBe(false);
});

test('an older store keeps its rows, and a copy of what it was lies beside it', () => {
  withWords('cat', 'dog');
  openMigrated(file, [first, second]).close();
  expect(wordsIn(file)).toEqual({ version: 2, words: ['cat', 'dog'] });
  expect(wordsIn(`${file}.version-1`)).toEqual({ version: 1, words: ['cat', 'dog'] });
});

test('a step that fails leaves the store as it was, says why, and names the copy', () => {
  withWords('cat');
  expect(() => openMigrated(file, [first, second, broken])).toThrow(
    expect.objectContaining({
      code: 'store.migration',
      facts: {
        file,
        version: 3,
        reason: expect.stringContaining('already exists') as unknown,
        copy: `${file}.version-1`,
      },
    }),
  );
  // The second step had its own transaction; the third left nothing of itself.
  expect(wordsIn(file)).toEqual({ version: 2, words: ['cat'] });
  expect(wordsIn(`${file}.version-1`)).toEqual({ version: 1, words: ['cat'] });
});

test('a step that would leave a row without the row it refers to fails', () => {
  const orphan: Migration = {
    version: 2,
    sql: `CREATE TABLE uses (word INTEGER REFERENCES words (id)) STRICT; INSERT INTO uses VALUES (99)`,
  };
  withWords('cat');
  expect(() => openMigrated(file, [first, orphan])).toThrow(
    expect.objectContaining({ code: 'store.migration' }),
  );
  expect(wordsIn(file).version).toBe(1);
});

test('a store of a newer workbench is not touched', () => {
  withWords('cat');
  openMigrated(file, [first, second]).close();
  const before = readFileSync(file);
  expect(() => openMigrated(file, [first])).toThrow(
    expect.objectContaining({ code: 'store.newer', facts: { file, found: 2, known: 1 } }),
  );
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a file that is no store is refused in words', () => {
  writeFileSync(file, 'not a store, whatever its name says. '.repeat(100));
  expect(() => openMigrated(file)).toThrow(expect.objectContaining({ code: 'store.migration' }));
});
