import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesOf, schemes } from './files.ts';

let folder: string;
let ask: ReturnType<typeof filesOf>;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'window files '));
  mkdirSync(path.join(folder, 'renderer', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'renderer', 'index.html'), '<title>workbench</title>');
  writeFileSync(path.join(folder, 'renderer', 'assets', 'main-1a2b.js'), 'export {}');
  writeFileSync(path.join(folder, 'secret.html'), 'not for the page');
  ask = filesOf(path.join(folder, 'renderer'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the page and its files come with their type and the policy', async () => {
  const page = await ask({ url: 'app://workbench/', method: 'GET' });
  expect([page.status, await page.text()]).toEqual([200, '<title>workbench</title>']);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy');
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("connect-src 'self';");
  const script = await ask({ url: 'app://workbench/assets/main-1a2b.js?v=1#top', method: 'GET' });
  expect([script.status, script.headers.get('content-type')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
  ]);
});

test.each([
  ['app://workbench/../secret.html', 404],
  ['app://workbench/%2e%2e/secret.html', 404],
  ['app://workbench/..%2fsecret.html', 404],
  ['app://workbench/assets', 404],
  ['app://workbench/nothing.js', 404],
  ['app://workbench/a%00.html', 404],
  ['app://workbench/%', 400],
  ['app://other/index.html', 403],
])('nothing else is given: %s', async (url, status) => {
  const reply = await ask({ url, method: 'GET' });
  expect(reply.status).toBe(status);
  expect(await reply.text()).toBe('');
});

test('only reading is answered', async () => {
  expect((await ask({ url: 'app://workbench/', method: 'POST' })).status).toBe(403);
});

test('the scheme has an origin of its own and counts as secure', () => {
  expect(schemes).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
});
