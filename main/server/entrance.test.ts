import { readdirSync } from 'node:fs';
import { connect as tcpConnect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { serverOfEachTest, tokenPath } from './testing.ts';

const { at, announced, ask, enter, upgrade, restart } = serverOfEachTest();

describe('the token', () => {
  test('is exchanged for a cookie that scripts and foreign pages do not get, and leaves the address', async () => {
    const reply = await ask(tokenPath(at.server.url()));
    expect(reply.status).toBe(303);
    expect(reply.headers.location).toBe('/');
    expect(reply.headers['set-cookie']![0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const page = await ask('/', { headers: { cookie: reply.headers['set-cookie']![0]!.split(';')[0]! } });
    expect(page.status).toBe(200);
    expect(page.body).toContain('<title>workbench</title>');
  });

  test('opens once; then the terminal has another one', async () => {
    const first = at.server.url();
    await ask(tokenPath(first));
    const again = await ask(tokenPath(first));
    expect(again.status).toBe(401);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('terminal');
    expect(announced).toHaveLength(2);
    expect(announced[1]).not.toBe(first);
    expect((await ask(tokenPath(announced[1]!))).status).toBe(303);
  });

  test('that was used leads whoever already has the cookie to the workbench', async () => {
    const first = at.server.url();
    const cookie = (await ask(tokenPath(first))).headers['set-cookie']![0]!.split(';')[0]!;
    const again = await ask(tokenPath(first), { headers: { cookie } });
    expect(again.status).toBe(303);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test('is not guessed from a part of it, and is not taken by other methods', async () => {
    const target = tokenPath(at.server.url());
    expect((await ask(target.slice(0, -1))).status).toBe(401);
    expect((await ask('/?token=')).status).toBe(401);
    expect((await ask(target, { method: 'POST' })).status).toBe(401);
    expect((await ask(target, { method: 'HEAD' })).status).toBe(401);
    expect((await ask(target)).status).toBe(303);
  });

  test('of a closed server means nothing to the next one', async () => {
    const cookie = await enter();
    const old = at.server.url();
    await restart();
    expect((await ask('/', { headers: { cookie } })).status).toBe(401);
    expect((await ask(tokenPath(old))).status).toBe(401);
    expect((await ask(tokenPath(announced.at(-1)!))).status).toBe(303);
  });
});

describe('without the cookie nothing is given', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/assets/main-1a2b.js'],
    ['GET', '/download/00000000-0000-4000-8000-000000000000'],
    ['POST', '/upload?name=a.txt'],
  ])('%s %s', async (method, target) => {
    const reply = await ask(target, { method, body: method === 'POST' ? 'a' : '' });
    expect(reply.status).toBe(401);
    expect(reply.body).not.toContain('export {}');
    expect(readdirSync(at.home).sort()).toEqual(['secret.txt', 'static']);
  });

  test('a socket upgrade', async () => {
    expect(await upgrade({})).toBe(401);
    expect(await upgrade({ cookie: `latent-workbench-${new URL(at.server.address).port}=guess` })).toBe(401);
  });

  test('the page speaks German to who asks for it', async () => {
    expect((await ask('/', { headers: { 'accept-language': 'de-CH,de;q=0.9' } })).body).toContain(
      'lang="de"',
    );
    expect((await ask('/', { headers: { 'accept-language': 'fr' } })).body).toContain('lang="en"');
  });
});

describe('a foreign Host or Origin is refused, cookie or not', () => {
  const evil = [
    { host: 'evil.example' },
    { host: 'evil.example:8417' },
    { host: '127.0.0.1.evil.example' },
    { host: 'localhost@evil.example' },
    { host: '192.168.0.10' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { origin: 'https://127.0.0.1' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
  ] as Record<string, string>[];

  test.each(evil)('%j on pages, uploads and downloads', async (headers) => {
    const cookie = await enter();
    for (const [method, target] of [
      ['GET', '/'],
      ['GET', tokenPath(at.server.url())],
      ['GET', '/assets/main-1a2b.js'],
      ['GET', '/download/00000000-0000-4000-8000-000000000000'],
      ['POST', '/upload?name=a.txt'],
    ] as const) {
      const body = method === 'POST' ? 'a' : '';
      const reply = await ask(target, { method, headers: { cookie, ...headers }, body });
      expect([target, reply.status]).toEqual([target, 403]);
      expect(reply.headers['set-cookie']).toBeUndefined();
    }
  });

  test.each(evil)('%j on socket upgrades', async (headers) => {
    const cookie = await enter();
    expect(await upgrade({ cookie, ...headers })).toBe(403);
  });

  test('a request without any Host line is refused', async () => {
    const { port } = new URL(at.server.address);
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = tcpConnect(Number(port), '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
      let text = '';
      socket.on('data', (part: Buffer) => (text += part.toString()));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(reply).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('every loopback name under any port of a tunnel is ours', async () => {
    const cookie = await enter();
    for (const host of ['localhost:9000', '127.0.0.1', '[::1]:80', 'LocalHost:1']) {
      expect((await ask('/', { headers: { cookie, host } })).status).toBe(200);
      expect(await upgrade({ cookie, host, origin: `http://${host}` })).toBe(101);
    }
  });

  test('a link from elsewhere may open the workbench', async () => {
    const cookie = await enter();
    const headers = { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask('/', { headers })).status).toBe(200);
  });
});
