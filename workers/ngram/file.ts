/**
 * The workbench's own model file. It is read into one buffer and used where it lies.
 *
 *   0  magic, 8 bytes            12  CRC-32 of everything from byte 16 on
 *   8  format version            16  length of the header in bytes
 *  20  header: JSON (card, and name, kind, place and length of every section)
 *      sections, each at a multiple of 8; numbers are little-endian, as on every machine Node runs on here
 */
import { closeSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { AppError } from '../../contract/errors.ts';
import { NgramModel, type ModelCard } from './model.ts';
import type { Codes, TrieLevel, WordIds } from './trie.ts';
import { Vocabulary } from './vocabulary.ts';

const MAGIC = 'LWngram\0';
export const FORMAT_VERSION = 1;
const PREFIX = 20;

const KINDS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array } as const;
type Kind = keyof typeof KINDS;
type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array;

interface Section {
  name: string;
  kind: Kind;
  offset: number;
  length: number;
}

interface Header {
  order: number;
  hasSteps: boolean;
  card: ModelCard;
  sections: Section[];
}

export function isOwnFormat(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 8)).toString('latin1') === MAGIC;
}

export function saveNgram(model: NgramModel, path: string): void {
  const arrays = collect(model);
  // Offsets count from the end of the header, whose length is not known before they are.
  let offset = 0;
  const sections = arrays.map(([name, array]): Section => {
    const section = { name, kind: kindOf(array), offset, length: array.length };
    offset += align(array.byteLength);
    return section;
  });
  const header: Header = { order: model.order, hasSteps: model.hasSteps, card: model.card, sections };
  let json = JSON.stringify(header);
  const end = PREFIX + Buffer.byteLength(json);
  json += ' '.repeat(align(end) - end);
  const prefix = Buffer.alloc(PREFIX);
  prefix.write(MAGIC, 0, 'latin1');
  prefix.writeUInt32LE(FORMAT_VERSION, 8);
  prefix.writeUInt32LE(Buffer.byteLength(json), 16);
  const pieces: Uint8Array[] = [prefix.subarray(16), Buffer.from(json)];
  for (const [, array] of arrays) {
    pieces.push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    pieces.push(new Uint8Array(align(array.byteLength) - array.byteLength));
  }
  prefix.writeUInt32LE(
    pieces.reduce((sum, piece) => crc32(piece, sum), 0),
    12,
  );
  writeWhole(path, [prefix.subarray(0, 16), ...pieces]);
}

const damaged = (file: string, reason: string) => new AppError('ngram.damaged', { file, reason });

/** `bytes` begin with the magic. */
function checkPrefix(path: string, bytes: DataView): void {
  if (bytes.byteLength < PREFIX) throw damaged(path, 'it ends within its first bytes');
  const version = bytes.getUint32(8, true);
  if (version !== FORMAT_VERSION)
    throw new AppError('ngram.version', { file: path, found: version, known: FORMAT_VERSION });
}

export interface Description {
  order: number;
  /** Number of n-grams by order. */
  ngrams: number[];
  card: ModelCard;
}

/** What the header says; the rest of the file, which the checksum guards, is not looked at. */
export function describeOwn(path: string): Description {
  const { size } = statSync(path);
  const prefix = readBuffer(path, Math.min(size, PREFIX));
  const view = new DataView(prefix);
  checkPrefix(path, view);
  const length = view.getUint32(16, true);
  if (PREFIX + length > size) throw damaged(path, 'it is shorter than it says');
  const json = Buffer.from(readBuffer(path, PREFIX + length), PREFIX).toString('utf8');
  try {
    const { order, card, sections } = JSON.parse(json) as Header;
    const lengthOf = (name: string) => sections.find((section) => section.name === name)!.length;
    const ngrams = Array.from({ length: order }, (_, i) =>
      i === 0 ? lengthOf('starts') - 1 : lengthOf(`words.${i + 1}`),
    );
    return { order, ngrams, card };
  } catch {
    throw damaged(path, 'its description cannot be read');
  }
}

/** Opens a file in the own format; `path` is known to begin with the magic. */
export function openOwn(path: string): NgramModel {
  const buffer = readBuffer(path, statSync(path).size);
  const view = new DataView(buffer);
  checkPrefix(path, view);
  if (crc32(new Uint8Array(buffer, 16)) !== view.getUint32(12, true))
    throw damaged(path, 'its content does not fit its checksum, so it was cut off or changed');
  const length = view.getUint32(16, true);
  const header = JSON.parse(Buffer.from(buffer, PREFIX, length).toString('utf8')) as Header;
  const arrays = new Map<string, Numbers>();
  for (const { name, kind, offset, length: size } of header.sections)
    arrays.set(name, new KINDS[kind](buffer, PREFIX + length + offset, size));
  return restore(header, arrays);
}

function collect(model: NgramModel): [string, Numbers][] {
  const { spellings, starts, slots } = model.vocabulary.parts();
  const arrays: [string, Numbers | undefined][] = [
    ['spellings', spellings],
    ['starts', starts],
    ['slots', slots],
  ];
  const narrow = model.vocabulary.size <= 0x1_0000;
  model.levels.forEach((level, i) => {
    const at = (name: string) => `${name}.${i + 1}`;
    // At order 1 the index is the word.
    if (i > 0) arrays.push([at('words'), narrow ? Uint16Array.from(level.words) : level.words]);
    arrays.push([at('first'), level.first]);
    arrays.push([at('log10'), level.log10], [at('log10Codes'), level.log10Codes]);
    arrays.push([at('backoff'), level.backoff], [at('backoffCodes'), level.backoffCodes]);
  });
  return arrays.filter((entry): entry is [string, Numbers] => entry[1] !== undefined);
}

function restore(header: Header, arrays: Map<string, Numbers>): NgramModel {
  const vocabulary = Vocabulary.over({
    spellings: arrays.get('spellings') as Uint8Array,
    starts: arrays.get('starts') as Uint32Array,
    slots: arrays.get('slots') as Uint32Array,
  });
  const levels = Array.from({ length: header.order }, (_, i): TrieLevel => {
    const get = (name: string) => arrays.get(`${name}.${i + 1}`);
    return {
      words: i === 0 ? Uint32Array.from({ length: vocabulary.size }, (_, w) => w) : (get('words') as WordIds),
      first: get('first') as Uint32Array,
      log10: get('log10') as Float32Array,
      log10Codes: get('log10Codes') as Codes | undefined,
      backoff: get('backoff') as Float32Array,
      backoffCodes: get('backoffCodes') as Codes | undefined,
    };
  });
  return new NgramModel({ vocabulary, levels, card: header.card, hasSteps: header.hasSteps });
}

function kindOf(array: Numbers): Kind {
  if (array instanceof Uint8Array) return 'u8';
  if (array instanceof Uint16Array) return 'u16';
  return array instanceof Uint32Array ? 'u32' : 'f32';
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** The most bytes one read or write call takes. */
const MOST = 1 << 30;

/** The first `size` bytes. */
function readBuffer(path: string, size: number): ArrayBuffer {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < bytes.length;) {
      const read = readSync(file, bytes, at, Math.min(MOST, bytes.length - at), at);
      if (read === 0) throw damaged(path, 'it became shorter while it was read');
      at += read;
    }
    return bytes.buffer;
  } finally {
    closeSync(file);
  }
}

/** Writes to a temporary name and renames, so that no half file is ever seen under the real one. */
export function writeWhole(path: string, pieces: Iterable<Uint8Array>): void {
  const temporary = `${path}.${process.pid}.part`;
  const file = openSync(temporary, 'w');
  try {
    for (const piece of pieces)
      for (let at = 0; at < piece.length;)
        at += writeSync(file, piece, at, Math.min(MOST, piece.length - at));
    closeSync(file);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
