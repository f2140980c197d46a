import path from 'node:path';
import { app, BrowserWindow, dialog, Menu, protocol, shell } from 'electron';
import { RPCHandler } from '@orpc/server/message-port';
import { AppError, explain } from '../../contract/errors.ts';
import { openApp, type App } from '../app.ts';
import { rendererFolder } from '../places.ts';
import { filesOf, schemes } from './files.ts';
import { pageScheme } from './guards.ts';
import { menu } from './menu.ts';
import { listen } from './pipe.ts';
import { openWindow } from './window.ts';

export interface WindowShellOptions {
  home: string;
  preload: string;
}

/**
 * The window shell: the same rooms and the same page as the browser shell, with a port instead of a socket. One
 * process per data folder; a second start brings the window of the first to the front.
 */
export async function startWindowShell({ home, preload }: WindowShellOptions): Promise<void> {
  // Also decides for which folder a second start counts as the same.
  app.setPath('userData', path.join(home, 'window'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged(schemes);
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  await app.whenReady();

  let workbench: App;
  try {
    workbench = await openApp({ home, version: app.getVersion(), shell: 'electron' });
  } catch (error) {
    const { sentence, remedy } =
      error instanceof AppError ? explain(error.code, error.facts) : { sentence: String(error), remedy: '' };
    dialog.showErrorBox('Latent Workbench', `${sentence}\n\n${remedy}`);
    app.exit(1);
    return;
  }
  const { router, context } = workbench;
  const handler = new RPCHandler(router);
  const stopListening = listen((port) => handler.upgrade(port, { context }), context.handOver);
  protocol.handle(pageScheme, filesOf(rendererFolder));
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menu({
        locale: app.getLocale(),
        platform: process.platform,
        packed: app.isPackaged,
        showDataFolder: () => void shell.openPath(home),
      }),
    ),
  );

  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void openWindow(preload);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    closed = true;
    stopListening();
    workbench
      .close()
      .catch(context.report)
      .finally(() => app.quit());
  });
  await context.handOver.sweep(Date.now());
  await openWindow(preload);
}
