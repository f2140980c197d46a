import { open } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { readNumbers, tensorFile } from '../pretrained/tensor-file.ts';

/** A table of numbers, one row a sentence. */
export interface Vectors {
  readonly rows: number;
  readonly width: number;
  /** [rows, width]. */
  readonly data: Float32Array;
}

type Broken = (reason: string) => AppError;

/**
 * Reads `.npy` (format versions 1 to 3, C order, little end first) or `.safetensors` with one table in it; float16,
 * float32 and float64 (and bfloat16 in safetensors). Every number must be finite.
 * @throws AppError('encoders.vectors')
 */
export async function readVectors(file: string): Promise<Vectors> {
  const broken: Broken = (reason) => new AppError('encoders.vectors', { file: path.basename(file), reason });
  const vectors = /\.npy$/i.test(file) ? await readNpy(file, broken) : await readTable(file, broken);
  const wrong = vectors.data.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1)
    throw broken(`row ${Math.floor(wrong / vectors.width) + 1} holds a number that is not finite`);
  return vectors;
}

async function readTable(file: string, broken: Broken): Promise<Vectors> {
  if (!/\.safetensors$/i.test(file)) throw broken('its name ends neither in .npy nor in .safetensors');
  try {
    const entries = [...(await tensorFile(file)).values()];
    const [entry, ...others] = entries;
    if (!entry || others.length > 0) throw broken(`it holds ${entries.length} tensors, not one`);
    return tableOf(entry.shape, broken, () => entry.read());
  } catch (error) {
    if (error instanceof AppError && error.code === 'encoders.format')
      throw broken(String(error.facts['reason']));
    if (error instanceof AppError && error.code === 'encoders.file-missing')
      throw broken('there is no such file');
    throw error;
  }
}

async function tableOf(
  shape: readonly number[],
  broken: Broken,
  read: () => Promise<Float32Array>,
): Promise<Vectors> {
  const [rows, width] = shape;
  if (shape.length !== 2 || !rows || !width)
    throw broken(`its shape is [${shape.join(', ')}], not [rows, numbers]`);
  return { rows, width, data: await read() };
}

const npyTypes: Readonly<Record<string, { dtype: string; bytes: number }>> = {
  '<f2': { dtype: 'F16', bytes: 2 },
  '<f4': { dtype: 'F32', bytes: 4 },
  '<f8': { dtype: 'F64', bytes: 8 },
};

/** The format: magic, version, length of the header, a Python dictionary, the numbers (numpy.lib.format). */
async function readNpy(file: string, broken: Broken): Promise<Vectors> {
  const { header, from } = await npyHeader(file, broken);
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || sizes === undefined) throw broken('it has no .npy header');
  const known = npyTypes[type];
  if (!known) throw broken(`its numbers are of type ${type}, not float16, float32 or float64`);
  if (order === 'True') throw broken('its numbers lie column by column');
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : Number(size)));
  const bytes = shape.reduce((a, b) => a * b, 1) * known.bytes;
  return tableOf(shape, broken, () =>
    readNumbers(file, { name: 'the table', dtype: known.dtype, shape, from, bytes }, broken),
  );
}

async function npyHeader(file: string, broken: Broken): Promise<{ header: string; from: number }> {
  const handle = await open(file, 'r').catch(() => {
    throw broken('there is no such file');
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0);
    const start = buffer.subarray(0, bytesRead);
    if (start.length < 12 || start.toString('latin1', 0, 6) !== '\u0093NUMPY')
      throw broken('it has no .npy header');
    // Version 1 has a length of two bytes, later ones of four.
    const [length, begin] = start[6] === 1 ? [start.readUInt16LE(8), 10] : [start.readUInt32LE(8), 12];
    const from = begin + length;
    if (from > start.length) throw broken('it has no .npy header');
    return { header: start.toString('latin1', begin, from), from };
  } finally {
    await handle.close();
  }
}
