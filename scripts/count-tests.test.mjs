import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countByMethod, countVitest } from './count-tests.mjs';

/** @type {string} */
let file;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'count ')), 'report.json');
});
afterEach(() => rmSync(path.dirname(file), { recursive: true, force: true }));

/** @param {[string, string[]][]} files status of each file and of each of its tests */
const report = (...files) =>
  writeFileSync(
    file,
    JSON.stringify({
      testResults: files.map(([status, tests]) => ({
        status,
        assertionResults: tests.map((one) => ({ status: one })),
      })),
    }),
  );

test('tests are counted one by one, whatever else is neither passed nor failed counts as skipped', () => {
  report(['passed', ['passed', 'passed', 'skipped']], ['failed', ['failed', 'passed', 'todo', 'pending']]);
  expect(countVitest(file, 1)).toEqual({ passed: 3, failed: 1, skipped: 3 });
});

test('a file that did not load is a failure', () => {
  report(['passed', ['passed']], ['failed', []]);
  expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('a file whose tests all passed and that failed afterwards is a failure', () => {
  report(['failed', ['passed']]);
  expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('an exit code without a failed test is a failure', () => {
  report(['passed', ['passed']]);
  expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(countVitest(file, 0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test('no report, or half of one, is a failure', () => {
  expect(countVitest(file, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  writeFileSync(file, '{"testResults": [');
  expect(countVitest(file, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('tests that passed are counted by the method that their title or their group begins with', () => {
  const one = (/** @type {string} */ title, /** @type {string[]} */ ancestorTitles, status = 'passed') => ({
    ...{ status, title, ancestorTitles },
  });
  const assertionResults = [
    one('three updates are finite', ['vae on wasm']),
    one('vae-anneal: the weight rises', ['schedules']),
    one('vae', ['vae on cpu']),
    one('it trains', ['vae on cpu'], 'failed'),
    one('a VAE is one too', ['others']),
  ];
  writeFileSync(file, JSON.stringify({ testResults: [{ status: 'failed', assertionResults }] }));
  const counted = countByMethod([file, `${file}.gone`], ['vae', 'vae-anneal', 'aae']);
  expect([...counted]).toEqual([
    ['vae', 2],
    ['vae-anneal', 1],
    ['aae', 0],
  ]);
});
