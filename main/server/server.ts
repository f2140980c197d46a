import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import sirv from 'sirv';
import { WebSocketServer, type WebSocket } from 'ws';
import { AppError, type PlainError } from '../../contract/errors.ts';
import type { HandOver } from '../hand-over.ts';
import { pageHeaders } from '../policy.ts';
import { openDoor } from './door.ts';
import { cookie, foreign } from './guard.ts';
import { foreignText, languageOf, lockedPage, missingPage, pagePolicy } from './pages.ts';

export interface ServerOptions {
  /** Puts the calls on a pipe that has just been opened at `/rpc`. */
  connect(pipe: WebSocket): void;
  /** Absent: the usual port, or any free one when that is taken. */
  port?: number;
  /** Folder of the built renderer. */
  staticFolder: string;
  handOver: HandOver;
  /** Told the address with its one-time token, at the start and each time a token was used. */
  announce(url: string): void;
  /** Told of every error that nobody foresaw. */
  report(error: unknown): void;
}

export interface RunningServer {
  /** Without token: `http://127.0.0.1:8417`. */
  address: string;
  /** The address that opens now, once. */
  url(): string;
  close(): Promise<void>;
}

/** Below the range that systems hand out to clients, and not in the registry of well-known services. */
const usualPort = 8417;
const loopback = '127.0.0.1';
/** Calls are small; files come through `/upload`. */
const largestMessage = 4 * 1024 * 1024;
const pingEvery = 20_000;

/** The browser shell: the renderer's files, one pipe for calls, one way in and one way out for files. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const door = openDoor();
  const files = sirv(options.staticFolder, { etag: true, setHeaders: cacheHeaders });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage });
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!(error instanceof AppError) && !response.destroyed) options.report(error);
      fail(response, error);
    });
  });
  // A large upload over a slow tunnel may take longer than Node's five minutes.
  server.requestTimeout = 0;

  const port = await listen(server, options.port);
  const address = `http://${loopback}:${port}`;
  const url = () => `${address}/?token=${door.token()}`;
  // Cookies do not know ports: the name keeps two workbenches of one machine apart.
  const sessionCookie = `latent-workbench-${port}`;
  const admitted = (request: IncomingMessage) => door.knows(cookie(request.headers, sessionCookie));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const language = languageOf(request.headers['accept-language']);
    // A page may only speak to the host under which it was opened, which a tunnel may have renamed.
    const headers = pageHeaders(`'self' ws://${request.headers.host ?? ''}`);
    if (foreign(request.headers)) {
      send(response, 403, 'text/plain', foreignText(language));
      return;
    }
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const asked = new URL(request.url ?? '/', address);
    const token = asked.pathname === '/' ? asked.searchParams.get('token') : null;
    if (token !== null && request.method === 'GET') {
      const session = door.enter(token);
      if (session) {
        const age = 'Path=/; HttpOnly; SameSite=Strict';
        response.setHeader('Set-Cookie', `${sessionCookie}=${session}; ${age}`);
        options.announce(url());
      }
      if (session || admitted(request)) {
        response.writeHead(303, { Location: '/', 'Cache-Control': 'no-store' }).end();
        return;
      }
    }
    if (!admitted(request)) {
      response.setHeader('Content-Security-Policy', pagePolicy);
      send(response, 401, 'text/html', lockedPage(language));
      return;
    }
    await serve(request, response, asked, language);
  }

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    asked: URL,
    language: ReturnType<typeof languageOf>,
  ): Promise<void> {
    if (asked.pathname === '/upload') {
      if (request.method !== 'POST') return refuseMethod(response, 'POST');
      const receipt = await options.handOver.receive(asked.searchParams.get('name') ?? 'file', request);
      return send(response, 200, 'application/json', JSON.stringify(receipt));
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(response, 'GET, HEAD');
    const exportId = /^\/download\/([^/]+)$/.exec(asked.pathname)?.[1];
    if (exportId !== undefined) return download(options.handOver, exportId, request, response);
    files(request, response, () => {
      response.setHeader('Content-Security-Policy', pagePolicy);
      send(response, 404, 'text/html', missingPage(language));
    });
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = new URL(request.url ?? '/', address).pathname;
    if (foreign(request.headers)) return refuseUpgrade(socket, '403 Forbidden');
    if (path !== '/rpc') return refuseUpgrade(socket, '404 Not Found');
    if (!admitted(request)) return refuseUpgrade(socket, '401 Unauthorized');
    sockets.handleUpgrade(request, socket, head, (pipe) => {
      watch(pipe);
      options.connect(pipe);
    });
  });

  options.announce(url());
  return {
    address,
    url,
    async close() {
      for (const pipe of sockets.clients) pipe.close(1001);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      // A feed never ends by itself; whoever still holds on after this is let go.
      setTimeout(() => {
        for (const pipe of sockets.clients) pipe.terminate();
        server.closeAllConnections();
      }, 500).unref();
      await closed;
    },
  };
}

async function listen(server: Server, wanted: number | undefined): Promise<number> {
  const attempt = (port: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, loopback, () => {
        server.off('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  try {
    return await attempt(wanted ?? usualPort);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (wanted !== undefined) throw new AppError('server.port-taken', { port: wanted });
    return attempt(0);
  }
}

/** Ends a pipe whose other side has gone without a word, so that its feeds end too. */
function watch(pipe: WebSocket): void {
  let alive = true;
  const timer = setInterval(() => {
    if (!alive) return pipe.terminate();
    alive = false;
    pipe.ping();
  }, pingEvery);
  pipe.on('pong', () => (alive = true));
  pipe.on('close', () => clearInterval(timer));
  pipe.on('error', () => pipe.terminate());
}

async function download(
  handOver: HandOver,
  exportId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = await handOver.exported(exportId);
  const ascii = file.name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': file.size,
    'Content-Disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'Cache-Control': 'no-store',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file.path), response);
}

/** Built files carry a hash in their name; the page that names them must be fresh after an update. */
function cacheHeaders(response: ServerResponse, path: string): void {
  const hashed = path.startsWith('/assets/');
  response.setHeader('Cache-Control', hashed ? 'private, max-age=31536000, immutable' : 'no-cache');
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function refuseMethod(response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed);
  send(response, 405, 'text/plain', '');
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (!(error instanceof AppError)) {
    send(response, 500, 'text/plain', '');
    return;
  }
  const plain: PlainError = { code: error.code, facts: error.facts };
  send(response, error.code === 'hand-over.missing' ? 404 : 400, 'application/json', JSON.stringify(plain));
}
