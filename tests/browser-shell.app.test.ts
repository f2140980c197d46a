import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newAddress, openBrowser, startWorkbench, temporaryHome, type Workbench } from './workbench.ts';

let browser: Browser;
let workbench: Workbench;
let home: Awaited<ReturnType<typeof temporaryHome>>;
let stranger: Server;
let strangerAddress: string;

beforeAll(async () => {
  home = await temporaryHome();
  [browser, workbench] = await Promise.all([openBrowser(), startWorkbench(home.home)]);
  stranger = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>stranger</title>');
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  strangerAddress = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser?.close();
  await workbench?.end('SIGTERM');
  stranger?.close();
  await home?.remove();
});

test('a page of another port can neither call, upload, read, embed nor open a socket, with the cookie in the browser', async () => {
  const context = await browser.newContext();
  const own = await context.newPage();
  await own.goto(workbench.url);
  await own.waitForSelector('#app *');
  const { origin } = new URL(own.url());
  expect(own.url()).not.toContain('token');
  const [cookie] = await context.cookies(origin);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });

  const foreign = await context.newPage();
  await foreign.goto(strangerAddress);
  const outcomes = await foreign.evaluate(async (workbenchOrigin) => {
    const attempt = (promise: Promise<unknown>) => promise.then(String, () => 'refused');
    const element = (tag: 'script' | 'img' | 'link', attributes: Record<string, string>) =>
      new Promise((resolve, reject) => {
        const made = Object.assign(document.createElement(tag), attributes);
        made.onload = () => resolve('loaded');
        made.onerror = reject;
        document.head.append(made);
      });
    const socket = new Promise((resolve, reject) => {
      const pipe = new WebSocket(`${workbenchOrigin.replace('http', 'ws')}/rpc`);
      pipe.onopen = () => resolve('open');
      pipe.onerror = reject;
    });
    const frame = document.createElement('iframe');
    frame.src = workbenchOrigin;
    const framed = new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    await framed;
    return {
      read: await attempt(fetch(workbenchOrigin, { credentials: 'include' }).then((r) => r.text())),
      upload: await attempt(
        fetch(`${workbenchOrigin}/upload?name=a.txt`, {
          method: 'POST',
          body: 'a',
          credentials: 'include',
        }).then((r) => r.text()),
      ),
      script: await attempt(element('script', { src: `${workbenchOrigin}/index.html` })),
      image: await attempt(element('img', { src: `${workbenchOrigin}/assets/` })),
      socket: await attempt(socket),
      frame: frame.contentDocument === null ? 'refused' : 'readable',
    };
  }, origin);
  expect(outcomes).toEqual({
    read: 'refused',
    upload: 'refused',
    script: 'refused',
    image: 'refused',
    socket: 'refused',
    frame: 'refused',
  });
  await context.close();
});

test('the page runs no foreign or inline script, and asks no other host for anything', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const hosts = new Set<string>();
  const complaints: string[] = [];
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(newAddress(workbench));
  await page.waitForSelector('#app *');
  await page.waitForLoadState('networkidle');
  expect([...hosts]).toEqual([new URL(page.url()).host]);
  expect(complaints).toEqual([]);

  const blocked = await page.evaluate(async (stranger) => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      violations.push(event.effectiveDirective),
    );
    const inline = document.createElement('script');
    inline.textContent = 'window.ran = true';
    document.head.append(inline);
    const remote = document.createElement('script');
    remote.src = stranger;
    document.head.append(remote);
    await fetch(stranger).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { violations: violations.sort(), ran: 'ran' in window };
  }, strangerAddress);
  expect(blocked).toEqual({ violations: ['connect-src', 'script-src-elem', 'script-src-elem'], ran: false });
  await context.close();
});

test('a used address and the cookie of an ended server lead to the page that says where to look', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const address = newAddress(workbench);
  await page.goto(address);
  await page.waitForSelector('#app *');
  const other = await (await browser.newContext()).newPage();
  const answer = await other.goto(address);
  expect(answer?.status()).toBe(401);
  expect(await other.textContent('main')).toContain('Look at the terminal');

  await workbench.end('SIGKILL');
  workbench = await startWorkbench(home.home);
  const { origin } = new URL(workbench.url);
  expect((await page.goto(origin))?.status()).toBe(401);
  await page.goto(workbench.url);
  await page.waitForSelector('#app *');
  await context.close();
});
