import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from './lock.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lock of set-up '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Each holder notes when it comes in and goes out; anyone inside at the same time would show between the two. */
const holder = `
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
const [module, lock, log] = process.argv.slice(1);
const { takeLock } = await import(module);
const unlock = await takeLock(lock);
appendFileSync(log, 'in ' + process.pid + '\\n');
await wait(20);
appendFileSync(log, 'out ' + process.pid + '\\n');
unlock();
`;

test('several processes hold the lock one after the other, also when they begin with the lock of a dead one', async () => {
  const lock = path.join(folder, 'lock');
  const log = path.join(folder, 'log');
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => dead.on('close', resolve));
  writeFileSync(lock, `${dead.pid} 1`);
  const module = new URL('./lock.mjs', import.meta.url).href;
  await Promise.all(
    Array.from({ length: 6 }, () => {
      const args = ['--input-type=module', '-e', holder, module, lock, log];
      const child = spawn(process.execPath, args, { stdio: 'inherit' });
      return new Promise((resolve) => child.on('close', resolve));
    }),
  );
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(12);
  for (let i = 0; i < 12; i += 2) expect(lines[i + 1]).toBe(lines[i]?.replace('in', 'out'));
  expect(existsSync(lock)).toBe(false);
});

test('a process number that was given away again does not keep the lock', async () => {
  const lock = path.join(folder, 'lock');
  // This very process lives, but it did not start at that time.
  writeFileSync(lock, `${process.pid} 1`);
  const unlock = await takeLock(lock);
  expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  unlock();
});

test.runIf(process.platform === 'linux')(
  'a process that ended and was not asked for its exit code does not keep it',
  async () => {
    const lock = path.join(folder, 'lock');
    // The second program takes the shell's place and never asks for what became of the first.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 30']);
    const pid = await new Promise((resolve) => parent.stdout.once('data', (part) => resolve(Number(part))));
    const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    writeFileSync(lock, `${pid} ${fields()[19]}`);
    await expect.poll(() => fields()[0]).toBe('Z');
    (await takeLock(lock))();
    parent.kill();
  },
);

test('whoever waits is told for whom', async () => {
  const lock = path.join(folder, 'lock');
  const unlock = await takeLock(lock);
  const told = /** @type {string[]} */ ([]);
  const second = takeLock(lock, (pid) => told.push(pid));
  await expect.poll(() => told).toEqual([String(process.pid)]);
  unlock();
  (await second)();
  expect(existsSync(lock)).toBe(false);
});
