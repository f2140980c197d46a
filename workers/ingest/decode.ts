import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../contract/errors.ts';
import { guessEncodings, type EncodingGuess } from './encoding-guess.ts';
import type { FileFacts } from './sniff.ts';

/** Characters of a line that are read; what is longer is no sentence, and is not held in memory. */
const longestLine = 4 * 2 ** 20;
const shownOfCut = 300;
/** What stands in decoded text where bytes could not be decoded. */
export const undecodable = '\ufffd';

/** `import.encoding` with the lines that show what each guess makes of the file. */
export class EncodingError extends AppError {
  readonly guesses: readonly EncodingGuess[];
  constructor(file: string, line: number, guesses: readonly EncodingGuess[]) {
    super('import.encoding', { file, line, guesses: guesses.map(({ encoding }) => encoding) });
    this.guesses = guesses;
  }
}

/** Bytes of the file, unpacked. Throws `import.gzip` where the packed data break off. */
async function* bytesOf(facts: FileFacts): AsyncGenerator<Buffer> {
  const file = createReadStream(facts.file.path, { highWaterMark: 1 << 20 });
  const source: Readable = facts.gzip ? file.pipe(createGunzip({ chunkSize: 1 << 18 })) : file;
  // An error of the file must end the pipe as well, or the loop below would wait for ever.
  if (source !== file) file.once('error', (error) => source.destroy(error));
  try {
    for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    if (!facts.gzip) throw error;
    throw new AppError('import.gzip', { file: facts.file.name, reason: (error as Error).message });
  } finally {
    file.destroy();
  }
}

/** Bytes at the end of a piece that begin a UTF-8 sequence which the next piece goes on with. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

const beyondAscii = /[^\0-\x7f]/;
/** Broken lines that are kept, and bytes of each. */
const keptLines = 100;
const longestKept = 2000;

/**
 * Reads UTF-8 strictly, a broken line at a time: such a line holds `undecodable`. Where broken lines outnumber those
 * whose letters beyond ASCII are good, the file is in another encoding, and `judge` raises `import.encoding`.
 */
class StrictUtf8 {
  private readonly strict = new TextDecoder('utf-8', { fatal: true });
  private readonly lenient = new TextDecoder('utf-8');
  private readonly facts: FileFacts;
  private rest: Buffer = Buffer.alloc(0);
  private lines = 0;
  private good = 0;
  private broken = 0;
  private firstBroken = 0;
  /** The first broken lines, to guess by. */
  private readonly kept: Buffer[] = [];

  constructor(facts: FileFacts) {
    this.facts = facts;
  }

  /** Text of the next piece; `last` when nothing follows it. */
  decode(piece: Buffer, last: boolean): string {
    const all = this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece;
    const keep = last ? 0 : unfinished(all);
    const bytes = all.subarray(0, all.length - keep);
    this.rest = Buffer.from(all.subarray(all.length - keep));
    const strict = this.strictly(bytes);
    const text = strict ?? this.lenient.decode(bytes);
    if (strict === undefined) this.judgeLines(bytes);
    // ASCII has as many characters as bytes.
    else if (text.length !== bytes.length)
      this.good += text.split('\n').filter((line) => beyondAscii.test(line)).length;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) this.lines++;
    if (this.broken > keptLines && this.broken > 10 * this.good) this.judge();
    return text;
  }

  private strictly(bytes: Buffer): string | undefined {
    try {
      return this.strict.decode(bytes);
    } catch {
      return undefined;
    }
  }

  private judgeLines(bytes: Buffer): void {
    let line = this.lines + 1;
    for (let start = 0; start < bytes.length; line++) {
      const found = bytes.indexOf(10, start);
      const end = found < 0 ? bytes.length : found;
      const part = bytes.subarray(start, end);
      const text = this.strictly(part);
      if (text === undefined) {
        if (this.broken++ === 0) this.firstBroken = line;
        if (this.kept.length < keptLines) this.kept.push(Buffer.from(part.subarray(0, longestKept)));
      } else if (beyondAscii.test(text)) this.good++;
      start = end + 1;
    }
  }

  judge(): void {
    if (this.broken <= this.good) return;
    const lines = this.kept.flatMap((line) => [line, Buffer.from('\n')]);
    throw new EncodingError(this.facts.file.name, this.firstBroken, guessEncodings(Buffer.concat(lines)));
  }
}

function decoderOf(encoding: string) {
  try {
    return new TextDecoder(encoding);
  } catch {
    throw new AppError('import.encoding-unknown', { encoding });
  }
}

/**
 * Text of a file in pieces, byte-order mark removed. What cannot be decoded becomes `undecodable`.
 * Throws `import.encoding` for a file that is not UTF-8 but should be, `import.encoding-unknown`, `import.gzip`.
 */
export async function* textOf(facts: FileFacts, encoding: string): AsyncGenerator<string> {
  const decoder = decoderOf(encoding);
  if (decoder.encoding !== 'utf-8') {
    for await (const chunk of bytesOf(facts)) yield decoder.decode(chunk, { stream: true });
    const rest = decoder.decode();
    if (rest !== '') yield rest;
    return;
  }
  const utf8 = new StrictUtf8(facts);
  let first = true;
  for await (const chunk of bytesOf(facts)) {
    const hasMark = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    first = false;
    yield utf8.decode(hasMark ? chunk.subarray(3) : chunk, false);
  }
  const rest = utf8.decode(Buffer.alloc(0), true);
  utf8.judge();
  if (rest !== '') yield rest;
}

export interface Line {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** The line is longer than is read; `text` is its beginning. */
  readonly cut?: boolean;
}

/**
 * Lines with their numbers, in batches. The first line end of the text says how all lines end: with LF (and any CR
 * before it), or with CR alone, as on old Macs.
 */
export async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<Line[]> {
  let end: '\n' | '\r' | undefined;
  let rest = '';
  let cut = false;
  let number = 0;
  const lineOf = (whole: string): Line => {
    const wasCut = cut;
    cut = false;
    number++;
    if (wasCut) return { line: number, text: whole.slice(0, shownOfCut), cut: true };
    return { line: number, text: whole.endsWith('\r') ? whole.replace(/\r+$/, '') : whole };
  };
  for await (const piece of text) {
    let source = piece;
    if (end === undefined) {
      source = rest + piece;
      rest = '';
      // A CR at the very end may be the first half of CR LF: it waits for the next piece.
      end = source.includes('\n') ? '\n' : /\r(?!$)/.test(source) ? '\r' : undefined;
    }
    const batch: Line[] = [];
    let from = 0;
    if (end !== undefined) {
      for (let to = source.indexOf(end); to >= 0; to = source.indexOf(end, from)) {
        batch.push(lineOf(rest + source.slice(from, to)));
        rest = '';
        from = to + 1;
      }
    }
    rest += source.slice(from);
    if (rest.length > longestLine) {
      cut = true;
      rest = rest.slice(0, shownOfCut);
    }
    if (batch.length > 0) yield batch;
  }
  if (rest !== '') yield [lineOf(rest)];
}
