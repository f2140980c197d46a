import type { Classes } from '../blocks/block.ts';
import { normalAt, streamKey, uniformAt } from '../tensor/random.ts';

/**
 * Noise of code `index` under a seed: the same in every run and for every count, so that samples of two runs can be
 * laid side by side. Narrower codes are beginnings of wider ones.
 */
export function codeNoise(seed: number, index: number, width: number): Float32Array {
  return normalAt(streamKey(seed, 'codes'), index, width);
}

/** [count, width] noise of the codes from `first` on. */
export function codesNoise(seed: number, first: number, count: number, width: number): Float32Array {
  const out = new Float32Array(count * width);
  for (let i = 0; i < count; i++) out.set(codeNoise(seed, first + i, width), i * width);
  return out;
}

/** Uniform numbers that choose the words of sentence `index`, one a step. */
export function wordNoise(seed: number, index: number, steps: number): Float32Array {
  return uniformAt(streamKey(seed, 'words'), index, steps);
}

/** Classes of codes `first` on under a seed, drawn with the shares that they have in the training split. */
export function drawnLabels(
  { shares }: Classes,
  column: number,
  seed: number,
  first: number,
  count: number,
): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => {
    let left = uniformAt(streamKey(seed, `labels ${column}`), first + i, 1)[0]!;
    const found = shares.findIndex((share) => (left -= share) < 0);
    return found === -1 ? shares.length - 1 : found;
  });
}

/** Longest sentence written, sentence end counted. */
export const LONGEST = 100;

/** What sentences are written from. */
export interface Source {
  readonly count: number;
  /** What the decoder reads, [count, read]; null for a model without a code. */
  readonly codes: Float32Array | null;
}
