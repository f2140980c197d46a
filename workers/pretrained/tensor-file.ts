import { open } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { AppError } from '../../contract/errors.ts';

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});
const headerSchema = z.record(z.string(), z.union([entrySchema, z.record(z.string(), z.string())]));

const METADATA = '__metadata__';
const LONGEST_HEADER = 100_000_000;

/** A tensor of a safetensors file of another program; its numbers are read when they are asked for. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Row by row, as float32. Throws `encoders.format` for a type that holds no real numbers. */
  read(): Promise<Float32Array>;
}

const readers: Readonly<Record<string, { bytes: number; at: (view: DataView, i: number) => number }>> = {
  F64: { bytes: 8, at: (view, i) => view.getFloat64(8 * i, true) },
  F32: { bytes: 4, at: (view, i) => view.getFloat32(4 * i, true) },
  F16: { bytes: 2, at: (view, i) => view.getFloat16(2 * i, true) },
  // The upper half of a float32.
  BF16: { bytes: 2, at: (view, i) => halfOf(view.getUint16(2 * i, true)) },
};
const scratch = new DataView(new ArrayBuffer(4));
function halfOf(bits: number): number {
  scratch.setUint16(0, bits);
  scratch.setUint16(2, 0);
  return scratch.getFloat32(0);
}

/**
 * The tensors of a safetensors file by name, types that are not wanted among them: the engine's own reader wants to
 * know every one. Layout: workers/tensor/safetensors.ts.
 * @throws AppError `encoders.file-missing`, `encoders.format`
 */
export async function tensorFile(file: string): Promise<Map<string, TensorEntry>> {
  const broken = (reason: string): AppError =>
    new AppError('encoders.format', { file: path.basename(file), reason });
  const handle = await open(file, 'r').catch(() => {
    throw new AppError('encoders.file-missing', { folder: path.dirname(file), file: path.basename(file) });
  });
  try {
    const { size } = await handle.stat();
    const take = async (from: number, length: number): Promise<DataView> => {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, from);
      if (bytesRead < length) throw broken('it is cut off');
      return new DataView(buffer.buffer, buffer.byteOffset, length);
    };
    if (size < 8) throw broken('it is too short for a safetensors file');
    const length = Number((await take(0, 8)).getBigUint64(0, true));
    if (length > LONGEST_HEADER || 8 + length > size) throw broken('it has no safetensors header');
    const header = headerSchema.safeParse(parsed(await take(8, length)));
    if (!header.success) throw broken('it has no safetensors header');
    const tensors = new Map<string, TensorEntry>();
    for (const [name, entry] of Object.entries(header.data)) {
      if (name === METADATA) continue;
      const { dtype, shape, data_offsets } = entrySchema.parse(entry);
      const [from, to] = data_offsets;
      if (8 + length + to > size || from > to) throw broken('it is cut off');
      tensors.set(name, {
        name,
        dtype,
        shape,
        read: () =>
          readNumbers(file, { name, dtype, shape, from: 8 + length + from, bytes: to - from }, broken),
      });
    }
    return tensors;
  } finally {
    await handle.close();
  }
}

function parsed(view: DataView): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(view));
  } catch {
    return undefined;
  }
}

/** Where the numbers of a tensor lie in a file. */
export interface Place {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly bytes: number;
}

/** Numbers of a float type, row by row, as float32. Throws what `broken` makes of the reason. */
export async function readNumbers(
  file: string,
  { name, dtype, shape, from, bytes }: Place,
  broken: (reason: string) => AppError,
): Promise<Float32Array> {
  const reader = readers[dtype];
  if (!reader) throw broken(`${name} is of type ${dtype}`);
  const count = shape.reduce((a, b) => a * b, 1);
  if (bytes !== count * reader.bytes) throw broken(`it contradicts itself about ${name}`);
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    for (let done = 0; done < bytes;) {
      const { bytesRead } = await handle.read(buffer, done, Math.min(bytes - done, 1 << 30), from + done);
      if (bytesRead === 0) throw broken('it is cut off');
      done += bytesRead;
    }
    // Every machine that Node runs on here keeps the little end first.
    if (dtype === 'F32') return new Float32Array(buffer.buffer, buffer.byteOffset, count);
    const view = new DataView(buffer.buffer, buffer.byteOffset, bytes);
    return Float32Array.from({ length: count }, (_, i) => reader.at(view, i));
  } finally {
    await handle.close();
  }
}
