import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { uploadReceipt } from '../../contract/host.ts';
import { serverOfEachTest } from './testing.ts';

const { at, bugs, ask, enter } = serverOfEachTest();

describe('files', () => {
  test('every page carries a policy that lets in no foreign script', async () => {
    const cookie = await enter();
    const { headers } = await ask('/', { headers: { cookie, host: 'localhost:9000' } });
    const policy = headers['content-security-policy'] as string;
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https:|\*/);
    expect(policy).toContain("connect-src 'self' ws://localhost:9000;");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  test('hashed files are kept by the browser, the page is asked for again', async () => {
    const cookie = await enter();
    expect((await ask('/', { headers: { cookie } })).headers['cache-control']).toBe('no-cache');
    const asset = await ask('/assets/main-1a2b.js', { headers: { cookie } });
    expect(asset.headers['cache-control']).toContain('immutable');
    expect(asset.headers['content-type']).toMatch(/javascript/);
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/%00',
    '/%',
    '/secret.txt',
  ])('nothing outside the folder is given: %s', async (target) => {
    const cookie = await enter();
    const reply = await ask(target, { headers: { cookie } });
    expect(reply.status).toBe(404);
    expect(reply.body).not.toContain('not for the web');
    expect(bugs).toEqual([]);
  });

  test('methods that change nothing here are refused', async () => {
    const cookie = await enter();
    for (const [method, target] of [
      ['PUT', '/'],
      ['DELETE', '/index.html'],
      ['GET', '/upload'],
    ] as const)
      expect((await ask(target, { method, headers: { cookie } })).status).toBe(405);
  });
});

describe('uploads', () => {
  test.each([
    ['corpus.txt', 'corpus.txt'],
    ['Sätze & «mehr» 100%.tsv', 'Sätze & «mehr» 100%.tsv'],
    ['../../evil.txt', 'evil.txt'],
    ['C:\\Users\\a\\text.csv.gz', 'text.csv.gz'],
    ['a\u0000b\n.txt', 'a_b_.txt'],
    ['', 'file'],
    ['..', 'file'],
    ['.hidden', 'hidden'],
  ])('a file called %j arrives as %j with the same bytes', async (name, kept) => {
    const cookie = await enter();
    const body = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0x00, 0xff]);
    const target = `/upload?name=${encodeURIComponent(name)}`;
    const reply = await ask(target, { method: 'POST', headers: { cookie, origin: at.server.address }, body });
    expect(reply.status).toBe(200);
    const receipt = uploadReceipt.parse(JSON.parse(reply.body));
    expect(receipt).toMatchObject({ name: kept, size: body.length });
    const file = await at.handOver.upload(receipt.uploadId);
    expect(readFileSync(file.path)).toEqual(body);
    expect(path.relative(at.home, file.path)).toBe(path.join('uploads', receipt.uploadId, kept));
  });

  test('an upload that breaks off leaves nothing behind', async () => {
    const cookie = await enter();
    const { hostname, port } = new URL(at.server.address);
    await new Promise<void>((resolve) => {
      const sent = httpRequest({
        hostname,
        port,
        path: '/upload?name=a.txt',
        method: 'POST',
        headers: { cookie, 'content-length': '1000000' },
      });
      sent.on('error', () => {});
      sent.on('close', () => resolve());
      sent.write('half');
      const timer = setInterval(() => {
        if (
          !readdirSync(at.home).includes('uploads') ||
          readdirSync(path.join(at.home, 'uploads')).length === 0
        )
          return;
        clearInterval(timer);
        sent.destroy();
      }, 5);
    });
    await expect.poll(() => readdirSync(path.join(at.home, 'uploads'))).toEqual([]);
    expect(bugs).toEqual([]);
  });
});

describe('downloads', () => {
  test('an export comes with its name and its bytes', async () => {
    const cookie = await enter();
    const place = await at.handOver.offer('Tabelle «β».csv');
    writeFileSync(place.path, 'a,b\n1,2\n');
    const reply = await ask(`/download/${place.exportId}`, { headers: { cookie } });
    expect(reply.status).toBe(200);
    expect(reply.body).toBe('a,b\n1,2\n');
    expect(reply.headers['content-disposition']).toBe(
      `attachment; filename="Tabelle ___.csv"; filename*=UTF-8''${encodeURIComponent('Tabelle «β».csv')}`,
    );
    const head = await ask(`/download/${place.exportId}`, { method: 'HEAD', headers: { cookie } });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '8']);
  });

  test.each(['00000000-0000-4000-8000-000000000000', '..', '%2e%2e%2fsecret.txt', 'secret.txt'])(
    'what was never exported is not given: %s',
    async (id) => {
      const cookie = await enter();
      const reply = await ask(`/download/${id}`, { headers: { cookie } });
      expect(reply.status).toBe(404);
      expect(reply.body).not.toContain('not for the web');
    },
  );
});
