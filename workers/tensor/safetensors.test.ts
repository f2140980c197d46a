import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Written by hand from the format's description: one 1 x 2 matrix and one integer. */
const json =
  '{"__metadata__":{"made":"by hand"},' +
  '"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
  '"n":{"dtype":"I32","shape":[],"data_offsets":[8,12]}}';
const padded = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
const byHand = Buffer.concat([
  Buffer.from([padded.length, 0, 0, 0, 0, 0, 0, 0]),
  Buffer.from(padded),
  Buffer.from([0, 0, 0x80, 0x3f]), // 1
  Buffer.from([0, 0, 0x20, 0xc0]), // -2.5
  Buffer.from([0xfe, 0xff, 0xff, 0xff]), // -2
]);
const content = new Map([
  ['w', { shape: [1, 2], data: Float32Array.of(1, -2.5) }],
  ['n', { shape: [], data: Int32Array.of(-2) }],
]);

test('a file is written byte for byte as the format says', async () => {
  const path = join(folder, 'written.safetensors');
  await writeSafetensors(path, content, { made: 'by hand' });
  expect(readFileSync(path)).toEqual(byHand);
});

test('a file made by hand is read', async () => {
  const path = join(folder, 'by-hand.safetensors');
  writeFileSync(path, byHand);
  const { tensors, metadata } = await readSafetensors(path);
  expect(tensors).toEqual(content);
  expect(metadata).toEqual({ made: 'by hand' });
});

test('views into a larger buffer and non-finite numbers survive a round trip', async () => {
  const path = join(folder, 'views.safetensors');
  const data = Float32Array.of(9, NaN, Infinity, -0, 9).subarray(1, 4);
  await writeSafetensors(path, new Map([['x', { shape: [3], data }]]));
  const read = (await readSafetensors(path)).tensors.get('x')!;
  expect(Array.from(read.data, (x) => String(Object.is(x, -0) ? '-0' : x))).toEqual([
    'NaN',
    'Infinity',
    '-0',
  ]);
});

test('a failed write leaves the old file and nothing beside it', async () => {
  const path = join(folder, 'kept.safetensors');
  await writeSafetensors(path, content);
  const wrong = new Map([['w', { shape: [3], data: Float32Array.of(1) }]]);
  await expect(writeSafetensors(path, wrong)).rejects.toThrow('not [3]');
  expect((await readSafetensors(path)).tensors).toEqual(content);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test.each([
  ['no header', Buffer.from('plain text, long enough to be read'), /no safetensors header/],
  ['too short', Buffer.from('abc'), /too short/],
  ['an unknown type', hand('"w":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}', 8), /F16/],
  ['sizes that contradict', hand('"w":{"dtype":"F32","shape":[5],"data_offsets":[0,8]}', 8), /contradicts/],
])('a file with %s is refused in words', async (_, bytes, reason) => {
  const path = join(folder, 'broken.safetensors');
  writeFileSync(path, bytes);
  await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'worker.resume-mismatch' });
  await expect(readSafetensors(path)).rejects.toThrow(reason);
});

test('a file that was cut off is refused', async () => {
  const path = join(folder, 'cut.safetensors');
  writeFileSync(path, byHand);
  truncateSync(path, byHand.length - 1);
  await expect(readSafetensors(path)).rejects.toThrow(/cut off/);
});

function hand(entry: string, dataBytes: number): Buffer {
  const text = Buffer.from(`{${entry}}`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}
