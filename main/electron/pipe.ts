import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Notification } from 'electron';
import type { IpcMainEvent, IpcMainInvokeEvent, MessagePortMain } from 'electron';
import { alert, exportTicket, windowChannels } from '../../contract/host.ts';
import type { HandOver } from '../hand-over.ts';
import { isOwnPage } from './guards.ts';

/** Only the page that we opened is listened to, and of it only its top frame. */
function fromOurPage({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}

/**
 * Answers what the preload sends. Returns the function that stops listening.
 * @param connect puts the calls on a port that the page has opened
 */
export function listen(connect: (port: MessagePortMain) => void, handOver: HandOver): () => void {
  const onConnect = (event: IpcMainEvent) => {
    const [port] = event.ports;
    if (!port || !fromOurPage(event)) return;
    connect(port);
    port.start();
  };
  ipcMain.on(windowChannels.connect, onConnect);

  ipcMain.handle(windowChannels.save, async (event, given: unknown) => {
    if (!fromOurPage(event)) return false;
    const ticket = exportTicket.parse(given);
    const file = await handOver.exported(ticket.exportId);
    const options = { defaultPath: path.join(app.getPath('downloads'), file.name) };
    const window = BrowserWindow.fromWebContents(event.sender);
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options));
    if (canceled || !filePath) return false;
    await copyFile(file.path, filePath);
    return true;
  });

  ipcMain.handle(windowChannels.notify, (event, given: unknown) => {
    if (!fromOurPage(event) || !Notification.isSupported()) return false;
    const notification = new Notification(alert.parse(given));
    notification.on('click', () => {
      const window = BrowserWindow.fromWebContents(event.sender);
      if (window?.isMinimized()) window.restore();
      window?.focus();
    });
    notification.show();
    return true;
  });

  return () => {
    ipcMain.off(windowChannels.connect, onConnect);
    ipcMain.removeHandler(windowChannels.save);
    ipcMain.removeHandler(windowChannels.notify);
  };
}
