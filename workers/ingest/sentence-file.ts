import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { linesOf } from './decode.ts';

/** Tokenised sentences on their way to a file, a line each. */
export class SentenceFile {
  readonly path: string;
  private readonly handle: number;
  private pending: string[] = [];

  constructor(path: string) {
    this.path = path;
    this.handle = openSync(path, 'w');
  }

  add(tokens: readonly string[]): void {
    this.pending.push(`${tokens.join(' ')}\n`);
    if (this.pending.length >= 4096) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.handle);
  }

  private flush(): void {
    writeSync(this.handle, this.pending.join(''));
    this.pending = [];
  }
}

/** The sentences of such a file, in batches. */
export async function* sentencesOf(file: string): AsyncGenerator<string[]> {
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 });
  for await (const lines of linesOf(stream)) yield lines.map(({ text }) => text);
}
