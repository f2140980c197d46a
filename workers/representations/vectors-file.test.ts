import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeSafetensors } from '../tensor/safetensors.ts';
import { readVectors } from './vectors-file.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'vectors '))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * `np.array([[1, 2.5, -3], [0.25, 0, 65504]], dtype='<f2')` as `np.save` writes it, byte for byte: 0x3c00 is 1,
 * 0x4100 is 2.5, 0xc200 is -3, 0x3400 is 0.25, 0x7bff is 65504.
 */
const header = "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117) + '\n';
const halves = Buffer.from('003c004100c200340000ff7b', 'hex');

function npy(text: string, numbers: Buffer, version = 1): string {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
  const file = path.join(folder, 'table.npy');
  writeFileSync(file, Buffer.concat([magic, length, Buffer.from(text), numbers]));
  return file;
}
const bytesOf = (numbers: Float32Array | Float64Array) => Buffer.from(numbers.buffer);
const described = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe('.npy', () => {
  test('half precision, as numpy writes it', async () => {
    expect(header).toHaveLength(118);
    const { rows, width, data } = await readVectors(npy(header, halves));
    expect([rows, width]).toEqual([2, 3]);
    expect([...data]).toEqual([1, 2.5, -3, 0.25, 0, 65504]);
  });
  test('single and double precision, format versions 1 to 3', async () => {
    const singles = Float32Array.of(1.5, -2, 3e-8, 4);
    expect((await readVectors(npy(described('<f4', '(2, 2)'), bytesOf(singles), 3))).data).toEqual(singles);
    const doubles = await readVectors(npy(described('<f8', '(1, 2)'), bytesOf(Float64Array.of(0.1, 7)), 2));
    expect(doubles).toMatchObject({ rows: 1, width: 2, data: Float32Array.of(0.1, 7) });
  });

  const four = bytesOf(Float32Array.of(1, 2, 3, 4));
  test.each([
    [
      'whole numbers',
      described('<i8', '(2, 2)'),
      four,
      'its numbers are of type <i8, not float16, float32 or float64',
    ],
    [
      'the big end first',
      described('>f4', '(2, 2)'),
      four,
      'its numbers are of type >f4, not float16, float32 or float64',
    ],
    ['column order', described('<f4', '(2, 2)', 'True'), four, 'its numbers lie column by column'],
    ['one dimension', described('<f4', '(4,)'), four, 'its shape is [4], not [rows, numbers]'],
    ['no rows', described('<f4', '(0, 4)'), four, 'its shape is [0, 4], not [rows, numbers]'],
    ['fewer numbers than it says', described('<f4', '(2, 3)'), four, 'it is cut off'],
    [
      'a number that is none',
      described('<f4', '(2, 2)'),
      bytesOf(Float32Array.of(1, 2, 3, NaN)),
      'row 2 holds a number that is not finite',
    ],
    ['no dictionary', 'nothing', four, 'it has no .npy header'],
  ])('%s is refused', async (_, text, numbers, reason) => {
    await expect(readVectors(npy(text, numbers))).rejects.toMatchObject({
      code: 'encoders.vectors',
      facts: { file: 'table.npy', reason },
    });
  });
  test('a file that only bears the name, and one that is not there', async () => {
    writeFileSync(path.join(folder, 'x.npy'), 'one two three four five');
    await expect(readVectors(path.join(folder, 'x.npy'))).rejects.toMatchObject({
      facts: { reason: 'it has no .npy header' },
    });
    await expect(readVectors(path.join(folder, 'y.npy'))).rejects.toMatchObject({
      facts: { reason: 'there is no such file' },
    });
  });
});

describe('.safetensors', () => {
  const write = async (...tensors: [string, number[], Float32Array][]) => {
    const file = path.join(folder, 'table.safetensors');
    await writeSafetensors(file, new Map(tensors.map(([name, shape, data]) => [name, { shape, data }])));
    return file;
  };
  test('one table, whatever its name', async () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(await readVectors(await write(['x', [3, 2], data]))).toEqual({ rows: 3, width: 2, data });
  });
  test('bfloat16: the upper half of a float32', async () => {
    const text = '{"v":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]}}';
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const file = path.join(folder, 'b.safetensors');
    // 0x3f80 is 1, 0xc040 is -3.
    writeFileSync(file, Buffer.concat([length, Buffer.from(text), Buffer.from('803f40c0', 'hex')]));
    expect([...(await readVectors(file)).data]).toEqual([1, -3]);
  });
  test('two tables, a cube and another ending are refused', async () => {
    const two: [string, number[], Float32Array][] = [
      ['a', [1, 1], Float32Array.of(1)],
      ['b', [1, 1], Float32Array.of(2)],
    ];
    await expect(readVectors(await write(...two))).rejects.toMatchObject({
      facts: { reason: 'it holds 2 tensors, not one' },
    });
    await expect(readVectors(await write(['a', [1, 1, 1], Float32Array.of(1)]))).rejects.toMatchObject({
      facts: { reason: 'its shape is [1, 1, 1], not [rows, numbers]' },
    });
    await expect(readVectors(path.join(folder, 'table.txt'))).rejects.toMatchObject({
      facts: { reason: 'its name ends neither in .npy nor in .safetensors' },
    });
  });
});
