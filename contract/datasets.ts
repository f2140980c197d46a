/** Files of a data set folder, relative to it, and what they hold. Written by `workers/ingest`, read by the workers. */
import type { SplitName } from './entities.ts';

/** Ids of the special symbols; words follow from 4 on, most frequent first. */
export const special = { pad: 0, start: 1, end: 2, unknown: 3 } as const;
export const specialWords = ['<pad>', '<s>', '</s>', '<unk>'] as const;
export const firstWord = specialWords.length;

export const dataSetFiles = {
  /** The `DataSet` entity without `runs`. */
  description: 'dataset.json',
  /** One word a line; the line number from 0 is the id. */
  vocabulary: 'vocabulary.txt',
  /** Int32, little endian: token ids of all sentences of a split in a row, without <s> and </s>. */
  tokens: (split: SplitName) => `${split}.tokens`,
  /** Int32: where each sentence begins; one more entry for the end of the last. */
  offsets: (split: SplitName) => `${split}.offsets`,
  /** The tokenised sentences as text, one a line, rare words kept: for n-gram models, search and neighbours. */
  text: (split: SplitName) => `${split}.txt`,
  /** Int32: index of the value (in `DataSet.labels[column].values`) per sentence, -1 where a line had none. */
  labels: (split: SplitName, column: number) => `${split}.label${column}`,
  /** 5-gram model of the evaluator split, the workbench's own binary format. */
  evaluator: 'evaluator.kn',
} as const;
