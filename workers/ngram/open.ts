import { closeSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../contract/errors.ts';
import { isArpa, parseArpa } from './arpa-read.ts';
import { describeOwn, isOwnFormat, openOwn, type Description } from './file.ts';
import { isGzip, readWhole } from './lines.ts';
import type { NgramModel } from './model.ts';

/** Opens a model of the workbench, or an ARPA file (plain or gzip); told apart by the first bytes, not the name. */
export function openNgram(path: string): NgramModel {
  const begin = firstBytes(path, 64);
  if (isOwnFormat(begin)) return openOwn(path);
  if (isGzip(begin) || isArpa(begin)) {
    const bytes = readWhole(path);
    if (isArpa(bytes)) return parseArpa(bytes, path);
  }
  throw new AppError('ngram.format', { file: path });
}

/** What a model is and what it was made of. An ARPA file must be read for it, one in the own format need not. */
export function describeNgram(path: string): Description {
  if (isOwnFormat(firstBytes(path, 64))) return describeOwn(path);
  const { order, counts, card } = openNgram(path);
  return { order, ngrams: counts, card };
}

function firstBytes(path: string, most: number): Uint8Array {
  const bytes = new Uint8Array(most);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    throw new AppError('ngram.model-missing', { path });
  }
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, most, 0));
  } finally {
    closeSync(file);
  }
}
