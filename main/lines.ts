import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/**
 * The lines of a UTF-8 file, plain or gzip, one sentence each as the workers read them: cut at line feeds only, a
 * carriage return before one left out. (`node:readline` cuts at Unicode's line separators too.)
 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const packed = await isGzip(file);
  const stream = createReadStream(file);
  const text = packed ? stream.pipe(createGunzip()) : stream;
  // A stream that breaks off does not tell the one it flows into.
  if (packed) stream.on('error', (error) => text.destroy(error));
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield withoutReturn(line);
    }
  } finally {
    stream.destroy();
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutReturn(rest);
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
