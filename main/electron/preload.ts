import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { windowChannels, type WindowBridge } from '../../contract/window-bridge.ts';

/** The little of the page's world that is used here; the main side is checked without a browser's types. */
interface PageMessage {
  source: unknown;
  origin: string;
  data: unknown;
  ports: readonly Parameters<typeof ipcRenderer.postMessage>[2][];
}
declare const window: {
  location: { origin: string };
  addEventListener(type: 'message', listener: (event: PageMessage) => void): void;
};

const bridge: WindowBridge = {
  pathFor: (file) => webUtils.getPathForFile(file),
  save: (ticket) => ipcRenderer.invoke(windowChannels.save, ticket) as Promise<boolean>,
  notify: (alert) => ipcRenderer.invoke(windowChannels.notify, alert) as Promise<boolean>,
};
contextBridge.exposeInMainWorld('latentWorkbench', bridge);

// A port cannot cross the bridge; it can be posted to the window, whose messages reach both worlds.
window.addEventListener('message', (event) => {
  const [port] = event.ports;
  if (event.source !== window || event.origin !== window.location.origin) return;
  if (event.data === windowChannels.connect && port)
    ipcRenderer.postMessage(windowChannels.connect, null, [port] as Parameters<
      typeof ipcRenderer.postMessage
    >[2]);
});
