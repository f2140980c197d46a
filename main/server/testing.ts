/** A server over a folder of its own for each test, and the ways in which it is asked. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { os } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { afterEach, beforeEach } from 'vitest';
import { WebSocket } from 'ws';
import { openHandOver, type HandOver } from '../hand-over.ts';
import { startServer, type RunningServer } from './server.ts';

export const router = {
  whoAmI: os.$context<{ name: string }>().handler(({ context }) => context.name),
  count: os.$context<{ name: string }>().handler(async function* () {
    for (let i = 1; i <= 3; i += 1) {
      yield i;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }),
};

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export const tokenPath = (url: string) => new URL(url).pathname + new URL(url).search;

/** Begins and ends the server around each test of the file that calls this. */
export function serverOfEachTest() {
  const at = {} as { home: string; handOver: HandOver; server: RunningServer };
  const announced: string[] = [];
  const bugs: unknown[] = [];

  beforeEach(async () => {
    at.home = mkdtempSync(path.join(tmpdir(), 'workbench server '));
    const staticFolder = path.join(at.home, 'static');
    mkdirSync(path.join(staticFolder, 'assets'), { recursive: true });
    writeFileSync(path.join(staticFolder, 'index.html'), '<!doctype html><title>workbench</title>');
    writeFileSync(path.join(staticFolder, 'assets', 'main-1a2b.js'), 'export {}');
    writeFileSync(path.join(at.home, 'secret.txt'), 'not for the web');
    at.handOver = openHandOver(at.home);
    announced.length = 0;
    bugs.length = 0;
    await start();
  });
  afterEach(async () => {
    await at.server.close();
    rmSync(at.home, { recursive: true, force: true });
  });

  async function start(port = 0): Promise<void> {
    const handler = new RPCHandler(router);
    at.server = await startServer({
      connect: (pipe) => void handler.upgrade(pipe, { context: { name: 'the workbench' } }),
      port,
      staticFolder: path.join(at.home, 'static'),
      handOver: at.handOver,
      announce: (url) => announced.push(url),
      report: (error) => bugs.push(error),
    });
  }

  /** Sends the path exactly as given: `fetch` would tidy up `..` before it is sent. */
  function ask(
    target: string,
    options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
  ): Promise<Reply> {
    const { hostname, port } = new URL(at.server.address);
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        // No connection is kept: a server that was replaced must not be asked through the old one's.
        {
          hostname,
          port,
          path: target,
          method: options.method ?? 'GET',
          headers: options.headers ?? {},
          agent: false,
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const body = Buffer.concat(parts).toString();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          });
        },
      );
      sent.on('error', reject);
      sent.end(options.body);
    });
  }

  async function enter(): Promise<string> {
    const { headers } = await ask(tokenPath(at.server.url()));
    return headers['set-cookie']![0]!.split(';')[0]!;
  }

  /** The status with which a socket upgrade was answered: 101 is a pipe. */
  function upgrade(headers: Record<string, string>, target = '/rpc'): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(at.server.address.replace('http', 'ws') + target, { headers });
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('unexpected-response', (_request, response) => {
        response.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', reject);
    });
  }

  return {
    at,
    announced,
    bugs,
    /** Ends the server and starts another one on the same port. */
    async restart(): Promise<void> {
      const port = Number(new URL(at.server.address).port);
      await at.server.close();
      await start(port);
    },
    ask,
    enter,
    upgrade,
  };
}
