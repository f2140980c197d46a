import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Blocks } from '../../contract/blocks.ts';
import { dataSetFiles } from '../../contract/datasets.ts';
import { representationFiles, representedSplits } from '../../contract/encoders.ts';
import type { SplitName } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';

/** The sentences of one split as word ids in a row, without `<s>` and `</s>`. */
export interface Split {
  readonly tokens: Int32Array;
  /** Where each sentence begins; one more entry for the end of the last. */
  readonly offsets: Int32Array;
  readonly count: number;
  /** Class of each sentence in the label columns that a method reads; absent where none is read. */
  readonly labels?: readonly Int32Array[];
  /** [count, width] vectors that were made outside of the run; absent where a method reads none. */
  readonly vectors?: { readonly data: Float32Array; readonly width: number };
}

async function readInts(file: string): Promise<Int32Array> {
  const bytes = await readFile(file);
  if (bytes.byteLength % 4 !== 0)
    throw new Error(`${path.basename(file)} does not hold whole 32-bit numbers`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getInt32(4 * i, true));
}

export function splitOf(tokens: Int32Array, offsets: Int32Array): Split {
  if (offsets.length === 0 || offsets[0] !== 0 || offsets.at(-1) !== tokens.length)
    throw new Error('the offsets of a split do not span its tokens');
  return { tokens, offsets, count: offsets.length - 1 };
}

/** What is read of a split beside its words. */
export interface Beside {
  /** Label columns, from 0: only the sentences that bear a label in each of them are taken. */
  readonly columns: readonly number[];
  /** Vectors of the sentences: the id of their encoder and their width. */
  readonly vectors?: { readonly source: string; readonly width: number };
}

/** What blocks read of the sentences beside their words. */
export const besideOf = ({ labels, posterior }: Pick<Blocks, 'labels' | 'posterior'>): Beside => ({
  columns: labels,
  ...(posterior.kind === 'given' && { vectors: { source: posterior.source, width: posterior.dim } }),
});

/** Throws `methods.vectors` where vectors are to be read that are not there or do not belong to the sentences. */
async function readVectors(
  folder: string,
  name: SplitName,
  count: number,
  { source, width }: NonNullable<Beside['vectors']>,
): Promise<NonNullable<Split['vectors']>> {
  // The evaluator's split is seen by no model, and has none.
  const split = representedSplits.find((each) => each === name);
  const place = path.join(folder, representationFiles.folder(source));
  const bytes = split
    ? await readFile(path.join(place, representationFiles.vectors(split))).catch(() => null)
    : null;
  if (bytes?.byteLength !== 4 * count * width) throw new AppError('methods.vectors', { source });
  const data = new Float32Array(count * width);
  new Uint8Array(data.buffer).set(bytes);
  return { data, width };
}

export async function readSplit(
  folder: string,
  name: SplitName,
  { columns, vectors }: Beside = { columns: [] },
): Promise<Split> {
  const [tokens, offsets, ...labels] = await Promise.all([
    readInts(path.join(folder, dataSetFiles.tokens(name))),
    readInts(path.join(folder, dataSetFiles.offsets(name))),
    ...columns.map((column) => readInts(path.join(folder, dataSetFiles.labels(name, column)))),
  ]);
  const words = splitOf(tokens, offsets);
  const split: Split = vectors
    ? { ...words, vectors: await readVectors(folder, name, words.count, vectors) }
    : words;
  if (columns.length === 0) return split;
  const labelled: Split = { ...split, labels };
  const rows = Array.from({ length: split.count }, (_, i) => i);
  return takeRows(
    labelled,
    rows.filter((i) => labels.every((column) => column[i]! >= 0)),
  );
}

/** How many values each label column has in all splits, and how often each occurs in the first, as shares. */
export function classesOf(
  { labels = [], count }: Pick<Split, 'labels' | 'count'>,
  others: readonly Pick<Split, 'labels'>[] = [],
): { count: number; shares: number[] }[] {
  return labels.map((column, c) => {
    let most = -1;
    for (const each of [column, ...others.map((split) => split.labels![c]!)])
      for (const value of each) most = Math.max(most, value);
    const shares = Array<number>(most + 1).fill(0);
    for (const value of column) shares[value]! += 1 / count;
    return { count: shares.length, shares };
  });
}

/** The splits a model is trained and measured with, and the classes of the label columns that it reads. */
export async function readSplits(folder: string, beside: Beside) {
  const [train, validation, test] = await Promise.all([
    readSplit(folder, 'train', beside),
    readSplit(folder, 'validation', beside),
    readSplit(folder, 'test', beside),
  ]);
  return { train, validation, test, classes: classesOf(train, [validation, test]) };
}

/** The sentences of these rows, in their order, with their labels and vectors. */
export function takeRows(split: Split, rows: readonly number[]): Split {
  const taken = splitFrom(rows.map((row) => sentenceOf(split, row)));
  const { labels, vectors } = split;
  return {
    ...taken,
    ...(labels && { labels: labels.map((column) => Int32Array.from(rows, (row) => column[row]!)) }),
    ...(vectors && { vectors: { width: vectors.width, data: vectorsOfRows(vectors, rows) } }),
  };
}

/** Tokens of sentence `index`, sentence end not counted. */
export const lengthOf = ({ offsets }: Split, index: number): number => offsets[index + 1]! - offsets[index]!;

/** Word ids of sentence `index`: a view, not a copy. */
export const sentenceOf = ({ tokens, offsets }: Split, index: number): Int32Array =>
  tokens.subarray(offsets[index], offsets[index + 1]);

/** `count` sentences evenly spread over the split, since files are often sorted; all where there are not more. */
export function spreadSentences(split: Split, count: number): Split {
  if (count >= split.count) return split;
  return takeRows(
    split,
    Array.from({ length: count }, (_, i) => Math.floor((i * split.count) / count)),
  );
}

/** A split from sentences made of ids. */
export function splitFrom(sentences: readonly ArrayLike<number>[]): Split {
  const offsets = new Int32Array(sentences.length + 1);
  for (const [i, sentence] of sentences.entries()) offsets[i + 1] = offsets[i]! + sentence.length;
  const tokens = new Int32Array(offsets.at(-1)!);
  for (const [i, sentence] of sentences.entries()) tokens.set(sentence, offsets[i]);
  return splitOf(tokens, offsets);
}

/** Vectors of rows, [rows, width]. */
export function vectorsOfRows(
  { data, width }: NonNullable<Split['vectors']>,
  rows: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const taken = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++)
    taken.set(data.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  return taken;
}
