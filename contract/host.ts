import * as z from 'zod';
import type { Source } from './rpc.ts';

/** What the browser shell answers to an upload (`POST /upload?name=...`) that arrived whole. */
export const uploadReceipt = z.object({
  uploadId: z.uuid(),
  name: z.string().min(1),
  /** Bytes. */
  size: z.number().int().min(0),
});
export type UploadReceipt = z.infer<typeof uploadReceipt>;

/** A finished export, as the `exports` calls answer it: it waits under its id until the person has it. */
export const exportTicket = z.object({ exportId: z.uuid(), name: z.string().min(1) });
export type ExportTicket = z.infer<typeof exportTicket>;

/** A word to a person who looks elsewhere, already in their language. */
export const alert = z.object({ title: z.string().min(1).max(200), body: z.string().max(1000) });
export type Alert = z.infer<typeof alert>;

/** Where uploads and exports lie under the home: `<home>/<folder>/<id>/<one file>`. */
export const handOverFolders = { uploads: 'uploads', exports: 'exports' } as const;

/**
 * Everything in which the two shells differ, seen from the renderer. The renderer asks for nothing else about
 * where it runs; `tests/host.test.ts` holds both implementations to the same promises.
 */
export interface Host {
  readonly shell: 'window' | 'browser';
  /** Makes a dropped or chosen file readable for the main side. Rejects when it could not be taken over. */
  handOver(file: File): Promise<Source>;
  /** Gives a finished export to the person. False when they closed the dialog without choosing a place. */
  save(ticket: ExportTicket): Promise<boolean>;
  /** False when the shell may not (no permission, no notifications on this system). */
  notify(alert: Alert): Promise<boolean>;
}

/** In a file of its own, so that the preload, which is loaded before every page, stays a few lines. */
export { windowChannels, type WindowBridge } from './window-bridge.ts';
