import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setupStep } from '../../contract/entities.ts';
import { Problem } from './problem.mjs';
import { setUp, steps } from './set-up.mjs';
import { readStatus } from './status.mjs';

/** @type {string} */
let root;
/** @type {string[]} */
let lines;
/** @type {string[]} */
let made;
let clock = 0;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'set up '));
  [lines, made, clock] = [[], [], 1_000_000];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/**
 * A step that writes a file of its name.
 * @param {string} id
 * @param {Partial<import('./set-up.mjs').Step>} [changes]
 * @returns {import('./set-up.mjs').Step}
 */
const step = (id, changes = {}) => ({
  id,
  title: `The ${id}`,
  needed: false,
  stamp: () => 'stamp',
  present: () => existsSync(path.join(root, id)),
  async make() {
    made.push(id);
    clock += 1500;
    writeFileSync(path.join(root, id), '');
    return '1.0';
  },
  ...changes,
});

/** @param {import('./set-up.mjs').Step[]} all @param {boolean} [repair] */
const go = (all, repair = false) =>
  setUp({ root, steps: all, repair, env: {}, now: () => clock, say: (line) => lines.push(line.trim()) });

const status = () => readStatus(path.join(root, '.runtime', 'status.json'));

test('each step is done once, in order, with its time; then nothing is left to do or to say', async () => {
  const all = [step('a'), step('b')];
  await go(all);
  expect(made).toEqual(['a', 'b']);
  expect(lines).toEqual(['The a ...', 'The a: ready (1.0), 1.5 s', 'The b ...', 'The b: ready (1.0), 1.5 s']);
  lines = [];
  await go(all);
  expect(made).toEqual(['a', 'b']);
  expect(lines).toEqual([]);
});

test('a step is done again when what it depends on changed or what it made is gone', async () => {
  const all = [step('a'), step('b')];
  await go(all);
  rmSync(path.join(root, 'a'));
  await go([step('a'), step('b', { stamp: () => 'another' })]);
  expect(made).toEqual(['a', 'b', 'a', 'b']);
});

test('what is there without our doing is taken as it is', async () => {
  writeFileSync(path.join(root, 'a'), '');
  await go([step('a', { found: () => 'of its own' })]);
  expect(made).toEqual([]);
  expect(status()[0]).toMatchObject({ state: 'ready', version: 'of its own' });
});

test('an optional step that fails says why and what to do, is recorded, and the next one goes on', async () => {
  const fails = step('a', {
    make: () => Promise.reject(new Problem('There is no oven.', 'Buy one.', 'missing')),
  });
  await go([fails, step('b')]);
  expect(lines).toContain('The a: not available, 0 s. There is no oven. Buy one.');
  expect(made).toEqual(['b']);
  expect(status().map((s) => [s.id, s.state])).toEqual([
    ['a', 'missing'],
    ['b', 'ready'],
  ]);
  expect(status()[0]).toMatchObject({ reason: 'There is no oven.', remedy: 'Buy one.', version: null });
});

test('it is not tried again at every start, but when its tools change, after a day, or when asked', async () => {
  let tries = 0;
  let tools = 'none';
  const fails = step('a', {
    tools: () => tools,
    make: () => {
      tries += 1;
      return Promise.reject(new Problem('No network.', 'Plug it in.'));
    },
  });
  await go([fails]);
  lines = [];
  await go([fails]);
  expect(tries).toBe(1);
  expect(lines).toEqual(['The a: not available. No network. (npm start -- --repair tries again)']);
  tools = 'oven';
  await go([fails]);
  expect(tries).toBe(2);
  clock += 25 * 60 * 60 * 1000;
  await go([fails]);
  expect(tries).toBe(3);
  await go([fails], true);
  expect(tries).toBe(4);
});

test('a needed step that fails ends the set-up and is tried again at the next start', async () => {
  let tries = 0;
  const fails = step('a', {
    needed: true,
    make: () => {
      tries += 1;
      return Promise.reject(new Problem('No packages.', 'Plug it in.'));
    },
  });
  await expect(go([fails, step('b')])).rejects.toMatchObject({
    reason: 'No packages.',
    remedy: 'Plug it in.',
  });
  await expect(go([fails, step('b')])).rejects.toThrow('No packages.');
  expect([tries, made]).toEqual([2, []]);
  expect(existsSync(path.join(root, '.runtime', 'set-up.lock'))).toBe(false);
});

test('a bug in a step is a failure in words too', async () => {
  await go([step('a', { make: () => Promise.reject(new TypeError('a is undefined')) })]);
  expect(status()[0]?.reason).toContain('a is undefined');
});

test('two set-ups at the same time do each step once', async () => {
  const slow = step('a', {
    async make() {
      made.push('a');
      await new Promise((resolve) => setTimeout(resolve, 100));
      writeFileSync(path.join(root, 'a'), '');
      return '1.0';
    },
  });
  await Promise.all([go([slow]), go([slow])]);
  expect(made).toEqual(['a']);
  expect(lines).toContain(`Another set-up is at work (process ${process.pid}); waiting for it.`);
});

test('a status file that was cut off counts as none', async () => {
  await go([step('a')]);
  const file = path.join(root, '.runtime', 'status.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40));
  await go([step('a')]);
  expect(made).toEqual(['a', 'a']);
  expect(status()).toHaveLength(1);
});

test('the status is what the contract calls a set-up step, and every real step has a name of its own', async () => {
  await go([step('a')]);
  expect(setupStep.parse(status()[0])).toMatchObject({
    id: 'a',
    title: 'The a',
    state: 'ready',
    seconds: 1.5,
  });
  expect(new Set(steps.map((s) => s.id)).size).toBe(steps.length);
});
