import type { Alert, ExportTicket } from './host.ts';

/** What Electron's preload puts on `window.latentWorkbench`; nothing else of Electron reaches the renderer. */
export interface WindowBridge {
  pathFor(file: File): string;
  save(ticket: ExportTicket): Promise<boolean>;
  notify(alert: Alert): Promise<boolean>;
}

/**
 * Messages between renderer, preload and main of the window shell. For calls `renderer/client.ts` makes a
 * `MessageChannel`, posts `connect` to its own window with one port, and the preload hands that port on; in a
 * browser tab it opens a socket at `/rpc` instead.
 */
export const windowChannels = {
  connect: 'latent-workbench:connect',
  save: 'latent-workbench:save',
  notify: 'latent-workbench:notify',
} as const;
