// @vitest-environment happy-dom
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { windowChannels, type Host, type WindowBridge } from '../contract/host.ts';
import type { Source } from '../contract/rpc.ts';
import { listen } from '../main/electron/pipe.ts';
import { openHandOver, type HandOver } from '../main/hand-over.ts';
import { startServer, type RunningServer } from '../main/server/server.ts';
import { browserHost, windowHost } from '../renderer/host.ts';

const standIn = await vi.hoisted(async () =>
  (await import('../main/electron/stand-in.ts')).electronStandIn(),
);
vi.mock('electron', () => standIn.electron);

let home: string;
let handOver: HandOver;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'both shells '));
  handOver = openHandOver(home);
});
afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(home, { recursive: true, force: true });
});

/** A shell with a person in front of it, as far as a host can tell. */
interface Shell {
  host: Host;
  /** A file of the person's, as a drop or a file dialog gives it to the page. */
  file(name: string, bytes: Uint8Array<ArrayBuffer>): File;
  /** A file that the page has and the shell cannot take over. */
  lostFile(): File;
  /** What the person has after saving: name and bytes. */
  saved(): Promise<{ name: string; bytes: Buffer }>;
  /** Switches the system's notifications off. */
  silence(): void;
  shown(): { title: string; body: string }[];
  close(): Promise<void>;
}

async function browserShell(): Promise<Shell> {
  const server: RunningServer = await startServer({
    connect: () => {},
    port: 0,
    staticFolder: home,
    handOver,
    announce: () => {},
    report: (error) => {
      throw error;
    },
  });
  const { headers } = await http(server.url(), 'GET', {});
  const cookie = String(headers['set-cookie']).split(';')[0]!;
  let refuse = false;
  // The page's own fetch, with the cookie that its browser would send.
  vi.stubGlobal('fetch', async (target: string, init: { method: string; body: File }) => {
    const sent = { cookie: refuse ? '' : cookie, origin: server.address };
    const body = Buffer.from(await init.body.arrayBuffer());
    const answer = await http(server.address + target, init.method, sent, body);
    return new Response(answer.body.toString(), { status: answer.status });
  });
  const clicked: { href: string; name: string }[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    clicked.push({ href: this.getAttribute('href') ?? '', name: this.download });
  });
  const shown: { title: string; body: string }[] = [];
  const PageNotification = Object.assign(
    function (title: string, { body }: { body: string }) {
      shown.push({ title, body });
    },
    {
      permission: 'default',
      requestPermission: () => Promise.resolve('granted'),
    },
  );
  vi.stubGlobal('Notification', PageNotification);
  return {
    host: browserHost(),
    file: (name, bytes) => new File([bytes], name),
    lostFile() {
      refuse = true;
      return new File(['a'], 'lost.txt');
    },
    async saved() {
      const [{ href, name }] = clicked as [{ href: string; name: string }];
      const answer = await http(server.address + href, 'GET', { cookie });
      return { name, bytes: answer.body };
    },
    silence: () => (PageNotification.permission = 'denied'),
    shown: () => shown,
    close: () => server.close(),
  };
}

async function windowShell(): Promise<Shell> {
  standIn.reset();
  const window = new standIn.electron.BrowserWindow({});
  const stop = listen(() => {}, handOver);
  const event = { senderFrame: { url: 'app://workbench/', parent: null }, sender: window.webContents };
  const paths = new Map<File, string>();
  // What the preload does, without the process border that it crosses.
  const bridge: WindowBridge = {
    pathFor: (file) => paths.get(file) ?? '',
    save: (ticket) => standIn.invoke(windowChannels.save, event, ticket) as Promise<boolean>,
    notify: (alert) => standIn.invoke(windowChannels.notify, event, alert) as Promise<boolean>,
  };
  standIn.state.saveTo = path.join(home, 'saved by the person');
  return {
    host: windowHost(bridge),
    file(name, bytes) {
      const file = new File([bytes], name);
      writeFileSync(path.join(home, name), bytes);
      paths.set(file, path.join(home, name));
      return file;
    },
    lostFile: () => new File(['a'], 'made by the page.txt'),
    saved() {
      const [[, options]] = standIn.called('dialog.showSaveDialog') as [[unknown, { defaultPath: string }]];
      const bytes = readFileSync(path.join(home, 'saved by the person'));
      return Promise.resolve({ name: path.basename(options.defaultPath), bytes });
    },
    silence: () => (standIn.electron.Notification.supported = false),
    shown: () => standIn.electron.Notification.shown.map((n) => n.options as { title: string; body: string }),
    close() {
      stop();
      return Promise.resolve();
    },
  };
}

/** What the main side does with a source, in either shell. */
async function read(source: Source): Promise<Buffer> {
  const file = source.kind === 'path' ? source.path : (await handOver.upload(source.uploadId)).path;
  return readFileSync(file);
}

function http(url: string, method: string, headers: Record<string, string>, body?: Buffer) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>(
    (resolve, reject) => {
      const sent = request(url, { method, headers, agent: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    },
  );
}

describe.each([
  ['browser', browserShell],
  ['window', windowShell],
] as const)('the host of the %s shell', (name, open) => {
  let shell: Shell;
  beforeEach(async () => {
    shell = await open();
  });
  afterEach(() => shell.close());

  test('knows which it is', () => {
    expect(shell.host.shell).toBe(name);
  });

  test('hands a file over whole, whatever its name and bytes', async () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x00, 0xff, 0x0d, 0x0a]);
    const source = await shell.host.handOver(shell.file('Sätze & «mehr» 100%.tsv', bytes));
    expect(await read(source)).toEqual(Buffer.from(bytes));
    const label = source.kind === 'path' ? path.basename(source.path) : source.name;
    expect(label).toBe('Sätze & «mehr» 100%.tsv');
  });

  test('hands over an empty file too', async () => {
    const source = await shell.host.handOver(shell.file('empty.txt', new Uint8Array()));
    expect(await read(source)).toHaveLength(0);
  });

  test('says so when a file could not be taken over', async () => {
    await expect(shell.host.handOver(shell.lostFile())).rejects.toThrow();
    expect(existsSync(path.join(home, 'uploads'))).toBe(false);
  });

  test('gives the person an export with its name and its bytes', async () => {
    const place = await handOver.offer('Tabelle «β».csv');
    writeFileSync(place.path, 'a,b\n1,2\n');
    expect(await shell.host.save({ exportId: place.exportId, name: place.name })).toBe(true);
    expect(await shell.saved()).toEqual({ name: 'Tabelle «β».csv', bytes: Buffer.from('a,b\n1,2\n') });
  });

  test('tells a person who looks elsewhere, or says that it may not', async () => {
    const word = { title: 'Run finished', body: 'vae, seed 1' };
    expect(await shell.host.notify(word)).toBe(true);
    expect(shell.shown()).toEqual([word]);
    shell.silence();
    expect(await shell.host.notify(word)).toBe(false);
    expect(shell.shown()).toHaveLength(1);
  });
});
