import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHandOver, safeName, type HandOver } from './hand-over.ts';

let home: string;
let handOver: HandOver;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'hand over '));
  handOver = openHandOver(home);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a safe name is one plain file name, whatever it came from, and stays as it is when cleaned again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const kept = safeName(name);
      expect(kept).not.toBe('');
      expect(kept).not.toMatch(/^\.|[/\\\u0000-\u001f<>:"|?*]/);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(150);
      expect(path.join('/a', kept)).toBe(`/a/${kept}`);
      expect(safeName(kept)).toBe(kept);
    }),
  );
});

test('a long name keeps its ending and does not end in half a letter', () => {
  expect(safeName(`${'ä'.repeat(200)}.tsv`)).toBe(`${'ä'.repeat(73)}.tsv`);
});

test('a broken stream is an error in words and leaves nothing', async () => {
  const broken = Readable.from(
    (function* () {
      yield 'half';
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    })(),
  );
  await expect(handOver.receive('a.txt', broken)).rejects.toMatchObject({
    code: 'hand-over.broken',
    facts: { name: 'a.txt', reason: 'the disk is full' },
  });
  expect(readdirSync(path.join(home, 'uploads'))).toEqual([]);
});

test('a discarded upload is gone, and an id that is none touches nothing', async () => {
  const { uploadId } = await handOver.receive('a.txt', Readable.from(['a']));
  await handOver.discardUpload('..');
  await handOver.discardUpload(uploadId);
  await expect(handOver.upload(uploadId)).rejects.toMatchObject({ code: 'hand-over.missing' });
  await expect(handOver.upload('../uploads')).rejects.toMatchObject({ code: 'hand-over.missing' });
  expect(existsSync(home)).toBe(true);
});

test('what waited for more than a day is swept, and what an earlier process left half', async () => {
  const now = Date.now();
  const [old, fresh] = [
    await handOver.receive('old.txt', Readable.from(['a'])),
    await handOver.receive('fresh.txt', Readable.from(['a'])),
  ];
  const longAgo = new Date(now - 25 * 60 * 60 * 1000);
  utimesSync(path.join(home, 'uploads', old.uploadId), longAgo, longAgo);
  mkdirSync(path.join(home, 'uploads', '.half'));
  const ready = await handOver.offer('table.csv');
  writeFileSync(ready.path, 'a');
  await handOver.sweep(now);
  expect(readdirSync(path.join(home, 'uploads'))).toEqual([fresh.uploadId]);
  expect((await handOver.exported(ready.exportId)).name).toBe('table.csv');
});
