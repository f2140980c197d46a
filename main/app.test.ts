import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../contract/errors.ts';
import { openApp, type App } from './app.ts';
import { nextOf } from './testing/fixtures.ts';

let home: string;
let app: App;
const open = () => openApp({ home, version: '1.2.3', shell: 'cli', runtime: path.join(home, 'no set-up') });
const client = () => createRouterClient(app.router, { context: app.context });

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'workbench home '));
  app = await open();
});
afterEach(async () => {
  await app.close();
  rmSync(home, { recursive: true, force: true });
});

test('an empty home has nothing in it and its settings are the defaults', async () => {
  expect(await client().datasets.list()).toEqual([]);
  expect(await client().runs.list()).toEqual([]);
  expect((await client().settings.get()).collapseSteps).toBe(1000);
  expect(await client().doctor()).toMatchObject({ version: '1.2.3', home, shell: 'cli', steps: [] });
});

test('a second workbench on the same home is refused and says who has it', async () => {
  await expect(open()).rejects.toMatchObject({ code: 'home.locked', facts: { home, pid: process.pid } });
});

test('the lock of a process that is gone is taken over', async () => {
  await app.close();
  // Process numbers end at 4,194,304 on Linux and 99,999 on macOS.
  writeFileSync(path.join(home, 'lock'), JSON.stringify({ pid: 99_999_999, started: null }));
  app = await open();
  expect(JSON.parse(readFileSync(path.join(home, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
});

test('a process that has the number of a dead one does not hold its lock', async () => {
  await app.close();
  writeFileSync(path.join(home, 'lock'), JSON.stringify({ pid: process.ppid, started: 'another time' }));
  app = await open();
  expect(JSON.parse(readFileSync(path.join(home, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
});

test('a foreseen error arrives with its code and facts', async () => {
  await expect(client().runs.get({ id: 'nobody' })).rejects.toMatchObject({
    code: 'EXPECTED',
    defined: true,
    data: { code: 'runs.not-found', facts: { id: 'nobody' } },
  });
});

test('an unforeseen error arrives as a number, and the log has it under that number', async () => {
  app.context.runs.list = () => {
    throw new TypeError('a secret path');
  };
  const error: unknown = await client()
    .runs.list()
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'EXPECTED', data: { code: 'bug.unexpected' } });
  expect(JSON.stringify(error)).not.toContain('secret');
  const { id } = (error as { data: { facts: { id: string } } }).data.facts;
  const log = readFileSync(path.join(home, 'logs', 'workbench.log'), 'utf8');
  expect(log.split('\n').find((line) => line.includes(id))).toContain('a secret path');
});

test('a setting that one window changes is told to the other, by number', async () => {
  const events = await client().events({});
  await client().settings.set({ theme: 'dark' });
  const event = await nextOf(events, 'settings');
  expect(event).toMatchObject({ settings: { theme: 'dark', sentenceSize: 15 } });
  await events.return?.();
});

test('settings survive a restart', async () => {
  await client().settings.set({ collapseKl: 0.5 });
  await app.close();
  app = await open();
  expect((await client().settings.get()).collapseKl).toBe(0.5);
});

test('a home that cannot be opened is not left locked', async () => {
  await app.close();
  writeFileSync(
    path.join(home, 'workbench.sqlite'),
    'this is no store, and long enough to be taken for one'.repeat(40),
  );
  await expect(open()).rejects.toBeInstanceOf(AppError);
  rmSync(path.join(home, 'workbench.sqlite'));
  app = await open();
});
