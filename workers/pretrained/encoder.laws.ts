import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BackendId } from '../tensor/index.ts';
import { openEncoder } from './encoder.ts';
import { referenceVector, tinyConfig, tinyWeights, writeTinyEncoder } from './testing.ts';

const texts = [
  'the cat sat.',
  'unknown cats',
  'a',
  'sitting the the the the the the the cat',
  'The Cat SAT .',
];

/** What an encoder promises on a backend. */
export function encoderLaws(backend: BackendId): void {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'encoder '))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('the vectors of a tiny BERT are those of an independent computation, padded or not', async () => {
    const encoder = await openEncoder(writeTinyEncoder(folder), { backend });
    const vectors = await encoder.encode(texts);
    const weights = tinyWeights();
    // Eight of the words fit between the marks.
    expect(encoder.ids(texts[3]!)).toHaveLength(tinyConfig.max_position_embeddings);
    texts.forEach((text, i) => {
      const reference = referenceVector(encoder.ids(text), weights);
      reference.forEach((value, j) => expect(vectors[i * 8 + j]).toBeCloseTo(value, 4));
    });
    // Alone, without any padding, a text has the same vector.
    const alone = await encoder.encode([texts[2]!]);
    alone.forEach((value, j) => expect(vectors[2 * 8 + j]).toBeCloseTo(value, 5));
    expect([...vectors.subarray(32)]).toEqual([...vectors.subarray(0, 8)]);
    encoder.dispose();
  });

  test('a folder whose modules say so gives vectors of length 1', async () => {
    const module = (idx: number, type: string) => ({ idx, path: `${idx}_${type}`, type: `models.${type}` });
    const modules = [module(0, 'Transformer'), module(1, 'Pooling'), module(2, 'Normalize')];
    writeTinyEncoder(folder, {
      files: {
        'modules.json': JSON.stringify(modules),
        '1_Pooling/config.json': '{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false}',
      },
    });
    const encoder = await openEncoder(folder, { backend });
    const told: number[] = [];
    const vectors = await encoder.encode(texts, { done: (count) => void told.push(count) });
    const plain = await encoder.encode(texts, { normalise: false });
    expect(told).toEqual([texts.length]);
    for (let i = 0; i < texts.length; i++) {
      const row = vectors.subarray(8 * i, 8 * i + 8);
      const before = plain.subarray(8 * i, 8 * i + 8);
      expect(Math.hypot(...row)).toBeCloseTo(1, 6);
      row.forEach((value, j) => expect(value).toBeCloseTo(before[j]! / Math.hypot(...before), 6));
    }
    encoder.dispose();
  });
}
