import { streamKey, uniformAt } from '../tensor/random.ts';
import { cutBatches, type Batch } from '../text/batches.ts';
import { takeRows, type Split } from '../text/split.ts';
import { counters } from './counters.ts';

/** Codes that are drawn together: noise is drawn by batch, so a code is the same whatever the count asked for. */
const BLOCK = 256;
/** Seeds with noise of their own, and blocks of one seed, at most; each block has at most as many batches as codes. */
const SEEDS = 1024;
const BLOCKS = 1024;

/** Row of the training split that code `index` is made from, each as likely. */
const rowOf = (seed: number, index: number, rows: number): number =>
  Math.min(rows - 1, Math.floor(uniformAt(streamKey(seed, 'sentences'), index, 1)[0]! * rows));

/**
 * Codes `first` to `first + count` of q(z), the posteriors of all training sentences together: a sentence at random,
 * then a sample of its posterior. `encode` samples the codes of a batch of sentences with the noise of a counter.
 * @returns [count, width]
 */
export function aggregateCodes(
  training: Split,
  { seed, first, count, width }: { seed: number; first: number; count: number; width: number },
  encode: (sentences: Split, batch: Batch, counter: number) => Float32Array,
): Float32Array {
  const out = new Float32Array(count * width);
  const last = first + count;
  for (let block = Math.floor(first / BLOCK); block * BLOCK < last; block++) {
    const rows = Array.from({ length: BLOCK }, (_, i) => rowOf(seed, block * BLOCK + i, training.count));
    const sentences = takeRows(training, rows);
    for (const [i, batch] of cutBatches(sentences, BLOCK).entries()) {
      const at = ((seed % SEEDS) * BLOCKS + (block % BLOCKS)) * BLOCK + i;
      const codes = encode(sentences, batch, counters.aggregate + at);
      batch.rows.forEach((row, j) => {
        const index = block * BLOCK + row;
        if (index >= first && index < last)
          out.set(codes.subarray(j * width, (j + 1) * width), (index - first) * width);
      });
    }
  }
  return out;
}
