import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashOf, hashOfFiles } from './hash.mjs';
import { fitsLockFile } from './packages-step.mjs';

/** @type {string} */
let root;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'packages '));
  mkdirSync(path.join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** @param {string} file @param {Record<string, object>} packages */
const lock = (file, packages) => writeFileSync(path.join(root, file), JSON.stringify({ packages }));

test('installed packages fit the lock file when every one has its version; those of other platforms may be absent', () => {
  const wanted = {
    '': { name: 'root' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b-darwin': { version: '1.0.0', optional: true },
  };
  lock('package-lock.json', wanted);
  expect(fitsLockFile(root)).toBe(false);
  lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
  expect(fitsLockFile(root)).toBe(true);
  lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.1' } });
  expect(fitsLockFile(root)).toBe(false);
  lock('node_modules/.package-lock.json', { 'node_modules/b-darwin': { version: '1.0.0' } });
  expect(fitsLockFile(root)).toBe(false);
});

test('a hash of files knows names and contents, takes folders in any order of listing and absent places as empty', () => {
  mkdirSync(path.join(root, 'a'));
  writeFileSync(path.join(root, 'a', 'x.ts'), '1');
  const before = hashOfFiles(root, ['a', 'absent']);
  expect(hashOfFiles(root, ['a'])).toBe(before);
  mkdirSync(path.join(root, 'a', 'node_modules'));
  writeFileSync(path.join(root, 'a', 'node_modules', 'cache'), '1');
  expect(hashOfFiles(root, ['a'])).toBe(before);
  writeFileSync(path.join(root, 'a', 'x.test.ts'), '1');
  expect(hashOfFiles(root, ['a'])).not.toBe(before);
  expect(hashOfFiles(root, ['a'], (file) => !file.endsWith('.test.ts'))).toBe(before);
  writeFileSync(path.join(root, 'a', 'x.ts'), '2');
  expect(hashOfFiles(root, ['a'], (file) => !file.endsWith('.test.ts'))).not.toBe(before);
  expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'));
});
