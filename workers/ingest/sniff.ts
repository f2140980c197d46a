import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { gunzipSync, constants } from 'node:zlib';
import type { IngestFile } from '../../contract/ingest.ts';
import { AppError } from '../../contract/errors.ts';

/** Bytes looked at to tell what a file is. */
const headBytes = 256 * 1024;

export interface FileFacts {
  readonly file: IngestFile;
  readonly bytes: number;
  readonly gzip: boolean;
  /** What the file says of itself by a byte-order mark or its zero bytes; most say nothing. */
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | undefined;
  /** The unpacked beginning of the file. */
  readonly head: Buffer;
}

const magics: readonly (readonly number[])[] = [
  [0x25, 0x50, 0x44, 0x46], // PDF
  [0x50, 0x4b, 0x03, 0x04], // zip, and the office documents inside one
  [0x89, 0x50, 0x4e, 0x47], // PNG
  [0xff, 0xd8, 0xff], // JPEG
  [0x47, 0x49, 0x46, 0x38], // GIF
  [0xd0, 0xcf, 0x11, 0xe0], // office documents of before 2007
  [0x7b, 0x5c, 0x72, 0x74, 0x66], // RTF
  [0x28, 0xb5, 0x2f, 0xfd], // zstd
  [0xfd, 0x37, 0x7a, 0x58, 0x5a], // xz
];
/** Bytes below a blank that text does hold: TAB, LF, VT, FF, CR, the end mark of DOS, and ESC. */
const usualControls = new Set([9, 10, 11, 12, 13, 26, 27]);

function readHead(path: string): Buffer {
  const handle = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(headBytes);
    return buffer.subarray(0, readSync(handle, buffer, 0, headBytes, 0));
  } finally {
    closeSync(handle);
  }
}

function unpack(head: Buffer, name: string): Buffer {
  try {
    // The head of a large file ends in the middle of a block: take what can be unpacked.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw new AppError('import.gzip', { file: name, reason: (error as Error).message });
  }
}

/** A file with a larger share of control bytes is no text. A few may stand in any text: their lines are left out. */
const mostControls = 0.02;

function controls(head: Buffer): number {
  let n = 0;
  for (const byte of head) if (byte < 32 && !usualControls.has(byte)) n++;
  return head.length === 0 ? 0 : n / head.length;
}

/**
 * UTF-16 without a byte-order mark: the zero bytes (the upper halves of blanks and line ends at least) stand at even
 * or at odd places only, and what is decoded so is writing.
 */
function wideEncoding(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const zeros = [0, 0];
  const bytes = head.subarray(0, Math.min(head.length, 8192) & ~1);
  for (const [i, byte] of bytes.entries()) if (byte === 0) zeros[i & 1]!++;
  const [even, odd] = zeros as [number, number];
  if (even + odd < 0.01 * bytes.length || Math.min(even, odd) > 0.05 * (even + odd)) return undefined;
  const encoding = odd > even ? 'utf-16le' : 'utf-16be';
  const text = new TextDecoder(encoding).decode(bytes);
  const written = text.match(/[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\r\n\t]/gu)?.length ?? 0;
  return written >= 0.95 * [...text].length ? encoding : undefined;
}

/** What a file is by its content, whatever its name says. Throws `import.missing`, `.gzip`, `.binary`. */
export function sniff(file: IngestFile): FileFacts {
  const found = statSync(file.path, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new AppError('import.missing', { file: file.name });
  const raw = readHead(file.path);
  const gzip = raw[0] === 0x1f && raw[1] === 0x8b;
  const head = gzip ? unpack(raw, file.name) : raw;
  if (magics.some((magic) => magic.every((byte, i) => head[i] === byte))) {
    throw new AppError('import.binary', { file: file.name });
  }
  const encoding = encodingSaid(head);
  if (encoding === undefined && controls(head) > mostControls)
    throw new AppError('import.binary', { file: file.name });
  return { file, bytes: found.size, gzip, encoding, head };
}

function encodingSaid(head: Buffer): FileFacts['encoding'] {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  return head.includes(0) ? wideEncoding(head) : undefined;
}
