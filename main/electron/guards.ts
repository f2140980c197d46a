import type { Session, WebContents } from 'electron';

/** Where the renderer's files are, as the window sees them. */
export const pageScheme = 'app';
export const pageOrigin = 'app://workbench';

/** Whether an address is a page of ours. A prefix is not enough: `app://workbench.evil` begins the same. */
export function isOwnPage(url: string): boolean {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}` === pageOrigin;
  } catch {
    return false;
  }
}

/**
 * Takes from a session everything that the workbench does not use: permissions, devices, downloads by pages, and
 * every address that is not one of its own files.
 */
export function closeSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !(isOwnPage(url) || /^(blob:app:|data:|devtools:)/.test(url)) });
  });
}

/** Holds a window to the page that it was opened with. */
export function closeContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
