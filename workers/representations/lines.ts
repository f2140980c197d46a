import { readFile } from 'node:fs/promises';

/** Lines of a UTF-8 text; one that is empty counts, an end of line at the end of the file does not make another. */
export async function linesOf(file: string): Promise<string[]> {
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
