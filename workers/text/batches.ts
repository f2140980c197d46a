import { special } from '../../contract/datasets.ts';
import { lengthOf, sentenceOf, vectorsOfRows, type Split } from './split.ts';

/** Sentences of one and the same length, so that nothing is padded and no loss needs a mask (methods.md 1.2). */
export interface Batch {
  /** Tokens of each sentence, sentence end not counted. */
  readonly length: number;
  /** Indices into the split. */
  readonly rows: Int32Array;
}

/** Ids of a batch in the order in which the LSTM reads them. */
export interface TokenFeed {
  /** [time, batch] with time = length + 2: `<s>`, the words, `</s>`. */
  readonly data: Int32Array;
  readonly shape: readonly [time: number, batch: number];
}

/** Everything that is fed of a batch. */
export type SentenceFeeds = {
  readonly tokens: TokenFeed;
  /** int32 [columns, batch]. */
  readonly labels?: { readonly data: Int32Array; readonly shape: readonly [columns: number, batch: number] };
  /** [batch, width]. */
  readonly vectors?: { readonly data: Float32Array; readonly shape: readonly [batch: number, width: number] };
};

/**
 * Sorted by length and cut into batches of at most `size` sentences of identical length; order within a length kept.
 * `size` may depend on the length.
 */
export function cutBatches(split: Split, size: number | ((length: number) => number)): Batch[] {
  const most = typeof size === 'number' ? () => size : size;
  const rows = Int32Array.from({ length: split.count }, (_, i) => i);
  rows.sort((a, b) => lengthOf(split, a) - lengthOf(split, b) || a - b);
  const batches: Batch[] = [];
  let from = 0;
  while (from < rows.length) {
    const length = lengthOf(split, rows[from]!);
    const limit = most(length);
    let to = from + 1;
    while (to < rows.length && to - from < limit && lengthOf(split, rows[to]!) === length) to++;
    batches.push({ length, rows: rows.slice(from, to) });
    from = to;
  }
  return batches;
}

export function feedOf(split: Split, batch: Batch): TokenFeed {
  const width = batch.rows.length;
  const time = batch.length + 2;
  const data = new Int32Array(time * width);
  data.fill(special.start, 0, width);
  data.fill(special.end, (time - 1) * width);
  for (let b = 0; b < width; b++) {
    const sentence = sentenceOf(split, batch.rows[b]!);
    for (let t = 0; t < batch.length; t++) data[(t + 1) * width + b] = sentence[t]!;
  }
  return { data, shape: [time, width] };
}

/** Ids and, where the split bears them, labels and vectors of a batch. */
export function feedsOf(split: Split, batch: Batch): SentenceFeeds {
  const tokens = feedOf(split, batch);
  const { labels, vectors } = split;
  const width = batch.rows.length;
  return {
    tokens,
    ...(labels && {
      labels: {
        data: Int32Array.from({ length: labels.length * width }, (_, i) =>
          labels[Math.floor(i / width)]!.at(batch.rows[i % width]!)!,
        ),
        shape: [labels.length, width],
      },
    }),
    ...(vectors && {
      vectors: { data: vectorsOfRows(vectors, batch.rows), shape: [width, vectors.width] },
    }),
  };
}

/** Predicted tokens of a batch: every word and the sentence end. */
export const predictedTokens = (batch: Batch): number => (batch.length + 1) * batch.rows.length;
