import path from 'node:path';
import { openEngine, type BackendId, type Tensor2D } from '../tensor/index.ts';
import { bert, tensorsOf } from './bert.ts';
import { readEncoderFolder } from './folder.ts';
import { tensorFile } from './tensor-file.ts';

/** Texts in one execution. */
const ROWS = 32;

export interface SentenceEncoder {
  /** Numbers of a vector. */
  readonly width: number;
  readonly normalise: boolean;
  /** Ids of the pieces of a text, `[CLS]` and `[SEP]` with them. */
  ids(text: string): number[];
  /**
   * One vector a text, in their order: [texts, width]; scaled to length 1 where the folder says so, unless asked
   * otherwise. `done` is told after each execution how many texts are finished; waiting for it gives others a turn.
   */
  encode(
    texts: readonly string[],
    options?: { normalise?: boolean; done?: (texts: number) => void | Promise<void> },
  ): Promise<Float32Array>;
  dispose(): void;
}

/**
 * Checks everything that an encoder folder says about itself, without loading the weights.
 * @throws AppError `encoders.file-missing`, `.format`, `.architecture`, `.vocabulary`, `.tensor`
 */
export async function inspectEncoder(folder: string) {
  const described = await readEncoderFolder(folder);
  const entries = await tensorFile(path.join(folder, 'model.safetensors'));
  return { ...described, tensors: tensorsOf(described.config, entries) };
}

/** Opens an encoder folder on a backend. Throws what `inspectEncoder` throws, and `tensor.backend-missing`. */
export async function openEncoder(
  folder: string,
  { backend, threads, capture }: { backend: BackendId; threads?: number; capture?: boolean },
): Promise<SentenceEncoder> {
  const { config, pieces, longest, normalise, tensors } = await inspectEncoder(folder);
  const engine = await openEngine({ backend, seed: 0, threads, capture });
  const { width, meanPooled } = bert(config, engine);
  const values = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, entry] of tensors) values.set(name, { shape: entry.shape, data: await entry.read() });
  engine.restore(values);
  values.clear();
  const program = engine.program({
    name: 'encode sentences',
    feeds: { ids: { dtype: 'int32' }, mask: { dtype: 'float32' } },
    body: ({ ids, mask }, step) => ({ vectors: meanPooled(step, ids as Tensor2D, mask as Tensor2D) }),
  });
  const idsOf = (text: string): number[] => pieces.ids(text, longest);

  return {
    width,
    normalise,
    ids: idsOf,
    async encode(texts, options = {}) {
      const vectors = new Float32Array(texts.length * width);
      const ids = texts.map((text) => Int32Array.from(idsOf(text)));
      // Texts of like length together: little is padded, and few shapes become graphs.
      const order = ids.map((_, i) => i).sort((a, b) => ids[a]!.length - ids[b]!.length || a - b);
      for (let from = 0; from < order.length; from += ROWS) {
        const rows = order.slice(from, from + ROWS);
        const out = program.run(paddedFeeds(rows, ids, pieces.padding), { counter: 0 })
          .vectors as Float32Array;
        rows.forEach((row, i) => vectors.set(out.subarray(i * width, (i + 1) * width), row * width));
        await options.done?.(Math.min(from + ROWS, order.length));
      }
      if (options.normalise ?? normalise) toLengthOne(vectors, width);
      return vectors;
    },
    dispose: () => engine.dispose(),
  };
}

/** [batch, time] ids and mask of these rows, padded to the longest. */
function paddedFeeds(rows: readonly number[], ids: readonly Int32Array[], padding: number) {
  const time = Math.max(...rows.map((row) => ids[row]!.length));
  const data = new Int32Array(rows.length * time).fill(padding);
  const mask = new Float32Array(rows.length * time);
  rows.forEach((row, i) => {
    data.set(ids[row]!, i * time);
    mask.fill(1, i * time, i * time + ids[row]!.length);
  });
  const shape = [rows.length, time];
  return { ids: { data, shape }, mask: { data: mask, shape } };
}

/** Scales every row to Euclidean length 1, with the floor of the released normalisation (1e-12). */
function toLengthOne(vectors: Float32Array, width: number): void {
  for (let from = 0; from < vectors.length; from += width) {
    const row = vectors.subarray(from, from + width);
    let square = 0;
    for (const value of row) square += value * value;
    const length = Math.max(Math.sqrt(square), 1e-12);
    for (let i = 0; i < width; i++) row[i]! /= length;
  }
}
