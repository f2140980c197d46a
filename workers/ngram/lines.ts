import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AppError } from '../../contract/errors.ts';

const LF = 10;
const CHUNK = 1 << 22;

/** Some whole lines of a file, and the share of the file (0 to 1) read once they are done with. */
export interface Lines {
  bytes: Uint8Array;
  done: number;
}

/**
 * The lines of a text file, plain or gzip, in large pieces that end at a line end (the last one perhaps not).
 * A byte-order mark at the very beginning is left out: it belongs to the file, not to its first word.
 */
export function* readLines(path: string): Generator<Lines> {
  const file = openText(path);
  try {
    const size = Math.max(1, fstatSync(file).size);
    let rest = new Uint8Array(0);
    let seen = 0;
    for (;;) {
      const chunk = new Uint8Array(CHUNK);
      const read = readSync(file, chunk, 0, CHUNK, null);
      if (seen === 0 && isGzip(chunk)) return yield { bytes: withoutMark(unpack(path)), done: 1 };
      if (read === 0) break;
      const text = seen === 0 ? withoutMark(chunk.subarray(0, read)) : chunk.subarray(0, read);
      seen += read;
      const cut = text.lastIndexOf(LF) + 1;
      if (cut > 0) yield { bytes: joined(rest, text.subarray(0, cut)), done: Math.min(1, seen / size) };
      rest = joined(cut > 0 ? new Uint8Array(0) : rest, text.subarray(cut));
    }
    if (rest.length > 0) yield { bytes: rest, done: 1 };
  } finally {
    closeSync(file);
  }
}

/** The whole file, unpacked when it is gzip. */
export function readWhole(path: string): Uint8Array {
  const file = openText(path);
  closeSync(file);
  const bytes = readFileSync(path);
  return isGzip(bytes) ? unpack(path) : bytes;
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function openText(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new AppError('ngram.unreadable', { file: path, reason: reasonOf(error) });
  }
}

function unpack(path: string): Uint8Array {
  try {
    return gunzipSync(readFileSync(path));
  } catch (error) {
    throw new AppError('ngram.unreadable', { file: path, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return marked ? bytes.subarray(3) : bytes;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
