import { open, rename, rm } from 'node:fs/promises';
import { AppError } from '../../contract/errors.ts';

/**
 * The safetensors format, which Python reads: eight bytes with the length of the header (unsigned, little end
 * first), a JSON header `{ name: { dtype, shape, data_offsets: [from, to] }, "__metadata__": { key: text } }`, then
 * the bytes of all tensors one after another, row by row, little end first.
 */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}
export interface SafetensorsFile {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const METADATA = '__metadata__';
/** Python's reader refuses longer headers. */
const LONGEST_HEADER = 100_000_000;

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Length and header, padded so that the data begin at a multiple of eight. */
export function encodeHeader(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const header: Record<string, Entry | Readonly<Record<string, string>>> = {};
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === METADATA) throw new Error(`a tensor cannot be called ${METADATA}`);
    if (sizeOf(shape) !== data.length) {
      throw new Error(`${name} has ${data.length} numbers, not [${shape.join()}]`);
    }
    const dtype = data instanceof Float32Array ? 'F32' : 'I32';
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}

/**
 * Writes a file that is either whole or not there: to a name beside it, to the disk, then renamed.
 * @param metadata texts for readers, e.g. the settings of the run as JSON
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(encodeHeader(tensors, metadata));
      for (const { data } of tensors.values()) {
        await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @throws AppError('worker.resume-mismatch') when the file is no safetensors file, cut off, or of another type */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const broken = (reason: string): AppError =>
    new AppError('worker.resume-mismatch', { reason: `${path} ${reason}` });
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (from: number, length: number): Promise<ArrayBuffer> => {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(bytes, done, length - done, from + done);
        if (bytesRead === 0) throw broken('is cut off');
        done += bytesRead;
      }
      return bytes.buffer;
    };
    if (size < 8) throw broken('is too short for a safetensors file');
    const length = Number(new DataView(await read(0, 8)).getBigUint64(0, true));
    if (length > LONGEST_HEADER || 8 + length > size) throw broken('has no safetensors header');
    const { [METADATA]: metadata = {}, ...entries } = parseHeader(await read(8, length), broken);
    const tensors = new Map<string, StoredTensor>();
    for (const [name, entry] of Object.entries(entries) as [string, Entry][]) {
      const [from, to] = entry.data_offsets;
      if (8 + length + to > size) throw broken('is cut off');
      if (to - from !== 4 * sizeOf(entry.shape)) throw broken(`contradicts itself about ${name}`);
      const bytes = await read(8 + length + from, to - from);
      if (entry.dtype === 'F32') tensors.set(name, { shape: entry.shape, data: new Float32Array(bytes) });
      else if (entry.dtype === 'I32') tensors.set(name, { shape: entry.shape, data: new Int32Array(bytes) });
      else throw broken(`holds ${name} as ${entry.dtype}, only F32 and I32 are read`);
    }
    return { tensors, metadata: metadata as Record<string, string> };
  } finally {
    await file.close();
  }
}

function parseHeader(bytes: ArrayBuffer, broken: (reason: string) => AppError): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
  } catch {
    throw broken('has no safetensors header');
  }
}
