import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { windowChannels } from '../../contract/host.ts';
import type { Contract } from '../../contract/rpc.ts';
import { openHandOver } from '../hand-over.ts';
import { startWindowShell } from './shell.ts';
import type { electronStandIn } from './stand-in.ts';

const standIn = await vi.hoisted(async () => (await import('./stand-in.ts')).electronStandIn());
vi.mock('electron', () => standIn.electron);

type StandInWindow = InstanceType<ReturnType<typeof electronStandIn>['electron']['BrowserWindow']>;

let home: string;
beforeEach(() => {
  standIn.reset();
  home = mkdtempSync(path.join(tmpdir(), 'window shell '));
});
afterEach(async () => {
  await quit();
  rmSync(home, { recursive: true, force: true });
});

/** Closing ends processes, such as the one that looks for graphics adapters; a quit that came late would count in the next test. */
async function quit(): Promise<void> {
  const before = standIn.called('app.quit').length;
  let closing = false;
  standIn.electron.app.emit('will-quit', { preventDefault: () => (closing = true) });
  if (closing) await expect.poll(() => standIn.called('app.quit').length).toBeGreaterThan(before);
}

const start = () => startWindowShell({ home, preload: '/app/dist/preload.cjs' });
const theWindow = (): StandInWindow => standIn.electron.BrowserWindow.windows[0]!;
const ourFrame = { url: 'app://workbench/index.html', parent: null };
const fromPage = () => ({ senderFrame: ourFrame, sender: theWindow().webContents });

describe('the window', () => {
  test('is isolated, sandboxed and without Node', async () => {
    await start();
    expect(theWindow().options).toMatchObject({
      show: false,
      webPreferences: {
        preload: '/app/dist/preload.cjs',
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
      },
    });
    expect(standIn.called('app.enableSandbox')).toHaveLength(1);
    expect(standIn.called('window.loadURL')).toEqual([['app://workbench/']]);
  });

  test('is shown when there is something to see', async () => {
    await start();
    expect(standIn.called('window.show')).toHaveLength(0);
    theWindow().emit('ready-to-show');
    expect(standIn.called('window.show')).toHaveLength(1);
  });

  test('does not leave its page and opens no other', async () => {
    await start();
    for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
      const preventDefault = vi.fn();
      theWindow().webContents.emit(event, { preventDefault }, 'https://evil.example');
      expect(preventDefault).toHaveBeenCalledOnce();
    }
    expect(standIn.ask('windowOpen', { url: 'https://evil.example' })).toEqual({ action: 'deny' });
  });

  test('is given no permission, no device, no download and no address but its own files', async () => {
    await start();
    const answer = vi.fn();
    standIn.ask('permissionRequest', null, 'media', answer);
    expect(answer).toHaveBeenCalledExactlyOnceWith(false);
    expect(standIn.ask('permissionCheck', null, 'clipboard-read')).toBe(false);
    expect(standIn.ask('device', {})).toBe(false);
    const preventDefault = vi.fn();
    theWindow().webContents.session.emit('will-download', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    for (const [url, cancel] of [
      ['app://workbench/assets/main.js', false],
      ['blob:app://workbench/0000', false],
      ['data:image/png;base64,', false],
      ['https://example.org/', true],
      ['http://127.0.0.1:8417/', true],
      ['file:///etc/passwd', true],
      ['app://workbench.evil/', true],
      ['ws://127.0.0.1/', true],
    ]) {
      const decided = vi.fn();
      standIn.ask('beforeRequest', { url }, decided);
      expect([url, decided.mock.calls[0]]).toEqual([url, [{ cancel }]]);
    }
  });
});

describe('one process per data folder', () => {
  test('a second one leaves without opening the folder', async () => {
    standIn.state.firstInstance = false;
    await start();
    expect(standIn.called('app.quit')).toHaveLength(1);
    expect(standIn.electron.BrowserWindow.windows).toEqual([]);
    expect(existsSync(path.join(home, 'workbench.sqlite'))).toBe(false);
  });

  test('the first brings its window to the front', async () => {
    await start();
    theWindow().minimized = true;
    standIn.electron.app.emit('second-instance');
    expect(standIn.called('window.restore')).toHaveLength(1);
    expect(standIn.called('window.focus')).toHaveLength(1);
    expect(standIn.called('app.setPath')).toEqual([['userData', path.join(home, 'window')]]);
  });
});

test('a data folder that cannot be opened is explained in a dialog, and nothing stays open', async () => {
  // A file where the store should be: a folder of that name.
  mkdirSync(path.join(home, 'workbench.sqlite', 'x'), { recursive: true });
  await start();
  expect(standIn.called('dialog.showErrorBox')).toHaveLength(1);
  expect(standIn.called('app.exit')).toEqual([[1]]);
  expect(standIn.electron.BrowserWindow.windows).toEqual([]);
});

test('the folder is closed before the process ends, once', async () => {
  await start();
  const preventDefault = vi.fn();
  standIn.electron.app.emit('will-quit', { preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
  await expect.poll(() => standIn.called('app.quit').length).toBe(1);
  standIn.electron.app.emit('will-quit', { preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
  expect(standIn.listening()).toEqual([]);
});

test('closing the last window ends the application, on macOS it waits for the next', async () => {
  await start();
  const platform = vi.spyOn(process, 'platform', 'get');
  platform.mockReturnValue('darwin');
  standIn.electron.app.emit('window-all-closed');
  expect(standIn.called('app.quit')).toHaveLength(0);
  platform.mockReturnValue('linux');
  standIn.electron.app.emit('window-all-closed');
  expect(standIn.called('app.quit')).toHaveLength(1);
  platform.mockRestore();
  standIn.electron.BrowserWindow.windows = [];
  standIn.electron.app.emit('activate');
  expect(standIn.electron.BrowserWindow.windows).toHaveLength(1);
});

describe('the pipe', () => {
  function connect(senderFrame: unknown) {
    const { port1, port2 } = new MessageChannel();
    standIn.electron.ipcMain.emit(windowChannels.connect, { senderFrame, ports: [port1] });
    // Node's port and the browser's differ in types of events that the link does not use.
    const link = new RPCLink({ port: port2 as unknown as MessageEventTargetPort });
    port2.start();
    return {
      client: createORPCClient<ContractRouterClient<Contract>>(link),
      end() {
        port1.close();
        port2.close();
      },
    };
  }
  type MessageEventTargetPort = ConstructorParameters<typeof RPCLink>[0]['port'];

  test('carries calls of our page', async () => {
    await start();
    const { client, end } = connect(ourFrame);
    const report = await client.doctor();
    expect(report).toMatchObject({ home, version: '0.1.0', shell: 'electron' });
    end();
  });

  test.each([
    ['another page', { url: 'https://evil.example/', parent: null }],
    ['a page whose address begins like ours', { url: 'app://workbench.evil/', parent: null }],
    ['a frame inside our page', { url: 'app://workbench/', parent: ourFrame }],
    ['a frame that is gone', null],
  ])('is not opened to %s', async (_, frame) => {
    await start();
    const { client, end } = connect(frame);
    const outcome = await Promise.race([
      client.doctor().then(() => 'answered'),
      new Promise((resolve) => setTimeout(resolve, 100, 'silence')),
    ]);
    expect(outcome).toBe('silence');
    expect(await standIn.invoke(windowChannels.save, { senderFrame: frame }, {})).toBe(false);
    expect(await standIn.invoke(windowChannels.notify, { senderFrame: frame }, {})).toBe(false);
    end();
  });
});

describe('saving an export', () => {
  test('copies it to the chosen place, offering its name in the downloads', async () => {
    await start();
    const place = await openHandOver(home).offer('table.csv');
    writeFileSync(place.path, 'a,b\n');
    const ticket = { exportId: place.exportId, name: 'table.csv' };
    standIn.state.saveTo = path.join(home, 'my table.csv');
    expect(await standIn.invoke(windowChannels.save, fromPage(), ticket)).toBe(true);
    expect(readFileSync(path.join(home, 'my table.csv'), 'utf8')).toBe('a,b\n');
    expect(standIn.called('dialog.showSaveDialog')).toEqual([
      [theWindow(), { defaultPath: '/people/me/downloads/table.csv' }],
    ]);
  });

  test('does nothing when the dialog is closed', async () => {
    await start();
    const place = await openHandOver(home).offer('table.csv');
    writeFileSync(place.path, 'a,b\n');
    const ticket = { exportId: place.exportId, name: 'table.csv' };
    expect(await standIn.invoke(windowChannels.save, fromPage(), ticket)).toBe(false);
  });

  test('refuses what was never exported', async () => {
    await start();
    const ticket = { exportId: '00000000-0000-4000-8000-000000000000', name: 'passwd' };
    await expect(standIn.invoke(windowChannels.save, fromPage(), ticket)).rejects.toMatchObject({
      code: 'hand-over.missing',
    });
    await expect(
      standIn.invoke(windowChannels.save, fromPage(), { exportId: '../../etc', name: 'passwd' }),
    ).rejects.toThrow();
  });
});

describe('a notification', () => {
  const word = { title: 'Run finished', body: 'vae, seed 1' };

  test('is shown, and brings the window back when clicked', async () => {
    await start();
    expect(await standIn.invoke(windowChannels.notify, fromPage(), word)).toBe(true);
    const [shown] = standIn.electron.Notification.shown;
    expect(shown!.options).toEqual(word);
    theWindow().minimized = true;
    shown!.emit('click');
    expect(standIn.called('window.restore')).toHaveLength(1);
    expect(standIn.called('window.focus')).toHaveLength(1);
  });

  test('is no error on a system that has none', async () => {
    await start();
    standIn.electron.Notification.supported = false;
    expect(await standIn.invoke(windowChannels.notify, fromPage(), word)).toBe(false);
  });
});
