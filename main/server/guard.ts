import type { IncomingHttpHeaders } from 'node:http';

/**
 * Any page in any tab can send requests to a loopback port, and a foreign name can be made to point at it (DNS
 * rebinding). So the host must be a loopback name, whatever its port (a tunnel changes the port), and a request
 * that says where it comes from must come from that very host and port.
 */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

export type Refusal = 'host' | 'origin';

/** Says what is foreign about a request, or undefined where nothing is. */
export function foreign(headers: IncomingHttpHeaders): Refusal | undefined {
  const host = headers.host ?? '';
  const name = /^(\[[0-9a-f:]+\]|[^:/@\s]+)(:\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
  if (name === undefined || !loopbackNames.has(name)) return 'host';
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return 'origin';
  const site = headers['sec-fetch-site'];
  // A page elsewhere may link here, which is a navigation; it may not pull our files into itself.
  const fromElsewhere = site === 'cross-site' || site === 'same-site';
  if (fromElsewhere && headers['sec-fetch-mode'] !== 'navigate') return 'origin';
  return undefined;
}

export function cookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}
