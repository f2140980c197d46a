import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../contract/errors.ts';
import { handOverFolders, type UploadReceipt } from '../contract/host.ts';

const aDay = 24 * 60 * 60 * 1000;
const isId = (id: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

export interface WaitingFile {
  path: string;
  name: string;
  /** Bytes. */
  size: number;
}

/** Files on their way between a person and the workbench: uploads coming in, exports going out. */
export interface HandOver {
  /** Takes a stream to the end; throws `hand-over.broken` and keeps nothing where it breaks off. */
  receive(name: string, bytes: Readable): Promise<UploadReceipt>;
  /** Throws `hand-over.missing`. */
  upload(uploadId: string): Promise<WaitingFile>;
  discardUpload(uploadId: string): Promise<void>;
  /** A fresh place for an export; whoever asks writes the file to `path`. */
  offer(name: string): Promise<{ exportId: string; name: string; path: string }>;
  /** Throws `hand-over.missing`. */
  exported(exportId: string): Promise<WaitingFile>;
  /** Removes what has waited for more than a day, and half-received uploads of an earlier process. */
  sweep(now: number): Promise<void>;
}

/**
 * A name that every file system takes, as near to the given one as can be: no folders, no control characters,
 * at most 150 bytes, the ending kept.
 */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // Windows refuses these, and a leading dot hides a file.
  const plain = last.replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').replace(/^[.\s]+|[.\s]+$/g, '');
  const { name: stem, ext } = path.parse(plain || 'file');
  let kept = '';
  for (const letter of stem) {
    if (Buffer.byteLength(kept + letter + ext) > 150) break;
    kept += letter;
  }
  return (kept || 'file') + (Buffer.byteLength(ext) < 100 ? ext : '');
}

export function openHandOver(home: string): HandOver {
  const uploads = path.join(home, handOverFolders.uploads);
  const exports = path.join(home, handOverFolders.exports);

  async function waiting(folder: string, id: string): Promise<WaitingFile> {
    // The id comes from outside and becomes part of a path.
    const names = isId(id) ? await readdir(path.join(folder, id)).catch(() => []) : [];
    const name = names[0];
    if (name === undefined) throw new AppError('hand-over.missing', { id });
    const file = path.join(folder, id, name);
    return { path: file, name, size: (await stat(file)).size };
  }

  return {
    async receive(name, bytes) {
      const uploadId = randomUUID();
      const kept = safeName(name);
      const partial = path.join(uploads, `.${uploadId}`);
      await mkdir(partial, { recursive: true, mode: 0o700 });
      try {
        await pipeline(bytes, createWriteStream(path.join(partial, kept), { flags: 'wx', mode: 0o600 }));
        const { size } = await stat(path.join(partial, kept));
        await rename(partial, path.join(uploads, uploadId));
        return { uploadId, name: kept, size };
      } catch (error) {
        await rm(partial, { recursive: true, force: true });
        throw new AppError('hand-over.broken', { name: kept, reason: reasonOf(error) });
      }
    },
    upload: (uploadId) => waiting(uploads, uploadId),
    async discardUpload(uploadId) {
      if (isId(uploadId)) await rm(path.join(uploads, uploadId), { recursive: true, force: true });
    },
    async offer(name) {
      const exportId = randomUUID();
      const kept = safeName(name);
      await mkdir(path.join(exports, exportId), { recursive: true, mode: 0o700 });
      return { exportId, name: kept, path: path.join(exports, exportId, kept) };
    },
    exported: (exportId) => waiting(exports, exportId),
    async sweep(now) {
      for (const folder of [uploads, exports])
        for (const entry of await readdir(folder).catch(() => [])) {
          const place = path.join(folder, entry);
          const { mtimeMs } = await stat(place);
          if (entry.startsWith('.') || now - mtimeMs > aDay)
            await rm(place, { recursive: true, force: true });
        }
    },
  };
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR')
    return 'the connection broke off';
  return error instanceof Error ? error.message : String(error);
}
