import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pageHeaders } from '../policy.ts';
import { isOwnPage, pageScheme } from './guards.ts';

/** To be registered before Electron is ready: a page under this scheme has an origin of its own. */
export const schemes = [
  {
    scheme: pageScheme,
    privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
  },
];

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Answers requests of the window with files of one folder, under the same policy as the server's pages. */
export function filesOf(folder: string): (request: { url: string; method: string }) => Promise<Response> {
  const root = path.resolve(folder);
  const headers = pageHeaders("'self'");
  return async ({ url, method }) => {
    if (method !== 'GET' || !isOwnPage(url)) return new Response(null, { status: 403, headers });
    let asked: string;
    try {
      asked = decodeURIComponent(new URL(url).pathname);
    } catch {
      return new Response(null, { status: 400, headers });
    }
    const file = path.join(root, asked === '/' ? 'index.html' : asked);
    const type = types[path.extname(file)];
    if (!file.startsWith(root + path.sep) || file.includes('\0') || type === undefined)
      return new Response(null, { status: 404, headers });
    try {
      return new Response(await readFile(file), { headers: { ...headers, 'Content-Type': type } });
    } catch {
      return new Response(null, { status: 404, headers });
    }
  };
}
