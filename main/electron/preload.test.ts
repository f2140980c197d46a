import { beforeAll, expect, test, vi } from 'vitest';
import { windowChannels, type WindowBridge } from '../../contract/window-bridge.ts';

const exposed = vi.hoisted(() => [] as [string, unknown][]);
const electron = vi.hoisted(() => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => exposed.push([name, value]) },
  ipcRenderer: { invoke: vi.fn(() => Promise.resolve(true)), postMessage: vi.fn() },
  webUtils: { getPathForFile: vi.fn(() => '/people/me/corpus.txt') },
}));
vi.mock('electron', () => electron);

const page = {
  location: { origin: 'app://workbench' },
  listener: (_: unknown) => {},
  addEventListener(_type: string, listener: (event: unknown) => void) {
    page.listener = listener;
  },
};
beforeAll(async () => {
  vi.stubGlobal('window', page);
  await import('./preload.ts');
});

test('three functions reach the page and nothing else', () => {
  expect(exposed).toHaveLength(1);
  const [name, bridge] = exposed[0] as [string, WindowBridge];
  expect(name).toBe('latentWorkbench');
  expect(Object.keys(bridge).sort()).toEqual(['notify', 'pathFor', 'save']);
  expect(bridge.pathFor(new File([], 'corpus.txt'))).toBe('/people/me/corpus.txt');
});

test('save and notify ask the main side on their channels', async () => {
  const [, bridge] = exposed[0] as [string, WindowBridge];
  const ticket = { exportId: '00000000-0000-4000-8000-000000000000', name: 'a.csv' };
  expect(await bridge.save(ticket)).toBe(true);
  await bridge.notify({ title: 'a', body: 'b' });
  expect(electron.ipcRenderer.invoke.mock.calls).toEqual([
    [windowChannels.save, ticket],
    [windowChannels.notify, { title: 'a', body: 'b' }],
  ]);
});

test('a port that our own page posts is handed on, and no other message', () => {
  const port = { port: 1 };
  const good = { source: page, origin: 'app://workbench', data: windowChannels.connect, ports: [port] };
  for (const bad of [
    { ...good, source: {} },
    { ...good, origin: 'https://evil.example' },
    { ...good, data: 'other' },
    { ...good, ports: [] },
  ])
    page.listener(bad);
  expect(electron.ipcRenderer.postMessage).not.toHaveBeenCalled();
  page.listener(good);
  expect(electron.ipcRenderer.postMessage).toHaveBeenCalledExactlyOnceWith(windowChannels.connect, null, [
    port,
  ]);
});
