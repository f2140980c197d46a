import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendLine, cutBack, writeWhole } from './run-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file written whole replaces the one before and leaves nothing beside it', () => {
  const file = path.join(folder, 'deep', 'state.json');
  writeWhole(file, 'old');
  writeWhole(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(path.dirname(file))).toEqual(['state.json']);
});

test('cutting back drops later lines and one that a crash cut short', () => {
  const file = path.join(folder, 'series.jsonl');
  for (const step of [10, 20, 30]) appendLine(file, { step });
  appendFileSync(file, '{"step":15,"val');
  cutBack(file, 20);
  expect(readFileSync(file, 'utf8')).toBe('{"step":10}\n{"step":20}\n');
  appendLine(file, { step: 21 });
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(3);
});

test('cutting back a file that is not there makes none', () => {
  cutBack(path.join(folder, 'none.jsonl'), 5);
  expect(readdirSync(folder)).toEqual([]);
});
