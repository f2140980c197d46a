import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { dataSetFiles } from '../../contract/datasets.ts';
import type { DataSet, ImportSettings } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { saveNgram, trainNgramFile } from '../ngram/index.ts';
import { splits, type Corpus } from './corpus.ts';
import { GrowingInts } from './growing.ts';
import { cutVocabulary, WordCounts, type Vocabulary } from './vocabulary.ts';
import { sentencesOf } from './sentence-file.ts';

/** Fewest sentences from which a model can be trained and tested at all; far fewer than make the figures mean much. */
const leastSentences = 20;
const evaluatorOrder = 5;

export type Stage = 'splitting' | 'writing' | 'evaluator';
export interface Facts {
  readonly id: string;
  readonly kind: DataSet['kind'];
  readonly origin: DataSet['origin'];
  readonly files: DataSet['files'];
  readonly settings: ImportSettings;
  readonly createdAt: number;
}

const bytesOf = (ints: Int32Array) => new Uint8Array(ints.buffer, ints.byteOffset, ints.byteLength);

/** The files of one split, written in one pass over the corpus. */
class SplitWriter {
  private readonly text: number;
  private readonly tokens: number;
  private readonly offsets = new GrowingInts();
  private readonly labels: GrowingInts[];
  private lines: string[] = [];
  private ids: number[] = [];
  private total = 0;
  private readonly folder: string;
  private readonly name: (typeof splits)[number];

  constructor(folder: string, name: (typeof splits)[number], labels: number) {
    this.folder = folder;
    this.name = name;
    this.text = openSync(path.join(folder, dataSetFiles.text(name)), 'w');
    this.tokens = openSync(path.join(folder, dataSetFiles.tokens(name)), 'w');
    this.labels = Array.from({ length: labels }, () => new GrowingInts());
    this.offsets.push(0);
  }

  add(sentence: string, words: readonly string[], vocabulary: Vocabulary, labels: readonly number[]): void {
    this.lines.push(`${sentence}\n`);
    for (const word of words) this.ids.push(vocabulary.id(word));
    this.total += words.length;
    this.offsets.push(this.total);
    labels.forEach((value, i) => this.labels[i]!.push(value));
    if (this.lines.length >= 4096) this.flush();
  }

  private flush(): void {
    writeSync(this.text, this.lines.join(''));
    writeSync(this.tokens, bytesOf(Int32Array.from(this.ids)));
    this.lines = [];
    this.ids = [];
  }

  close(): void {
    this.flush();
    closeSync(this.text);
    closeSync(this.tokens);
    writeFileSync(path.join(this.folder, dataSetFiles.offsets(this.name)), bytesOf(this.offsets.done()));
    this.labels.forEach((values, i) => {
      writeFileSync(path.join(this.folder, dataSetFiles.labels(this.name, i)), bytesOf(values.done()));
    });
  }
}

/** Sentences by split. Throws `import.empty`, `import.too-few`, `import.split-empty`. */
function countSplits(of: Uint8Array, file: string): number[] {
  if (of.length === 0) throw new AppError('import.empty', { file });
  if (of.length < leastSentences)
    throw new AppError('import.too-few', { file, sentences: of.length, least: leastSentences });
  const counts = splits.map(() => 0);
  for (const split of of) counts[split]!++;
  const empty = splits.find((_, i) => counts[i] === 0);
  if (empty !== undefined) throw new AppError('import.split-empty', { split: empty });
  return counts;
}

export interface Source {
  readonly corpus: Corpus;
  /** The corpus' sentences, a line each. */
  readonly file: string;
  /** Index into `splits` by sentence. */
  readonly of: Uint8Array;
  /** Words that have an id even where the training split lacks them. */
  readonly completeWords?: readonly string[];
}

/**
 * Writes a data set folder (layout: contract/datasets.ts), evaluator model included. The folder must exist.
 * Throws `import.empty`, `import.too-few`, `import.split-empty`.
 */
export async function writeDataSet(
  folder: string,
  { corpus, file, of, completeWords }: Source,
  facts: Facts,
  onStage: (stage: Stage, share: number) => void,
): Promise<Omit<DataSet, 'runs'>> {
  const counts = countSplits(of, facts.files.map(({ name }) => name).join(', ') || facts.settings.name);
  const pass = async (stage: Stage, each: (sentence: string, i: number) => void) => {
    let i = 0;
    for await (const sentences of sentencesOf(file)) {
      for (const sentence of sentences) each(sentence, i++);
      onStage(stage, i / of.length);
    }
  };
  const words = new WordCounts();
  await pass('splitting', (sentence, i) => {
    if (of[i] === 0) words.add(sentence.split(' '));
  });
  const vocabulary = cutVocabulary(words, facts.settings.vocabulary, completeWords);
  writeFileSync(path.join(folder, dataSetFiles.vocabulary), `${vocabulary.words.join('\n')}\n`);
  const writers = splits.map((name) => new SplitWriter(folder, name, corpus.labels.length));
  await pass('writing', (sentence, i) => {
    const labels = corpus.labels.map((column) => column.of.at(i));
    writers[of[i]!]!.add(sentence, sentence.split(' '), vocabulary, labels);
  });
  for (const writer of writers) writer.close();
  const { model } = trainNgramFile(path.join(folder, dataSetFiles.text('evaluator')), {
    order: evaluatorOrder,
    // A small or repetitive split has no counts to estimate some discounts from.
    discountFallback: true,
    // Text in which rare words were replaced by <unk> holds it as a word.
    reserved: 'count-unk',
    onProgress: ({ done }) => onStage('evaluator', done),
  });
  saveNgram(model, path.join(folder, dataSetFiles.evaluator));
  const dataSet = describe({ corpus, file, of }, counts, words, vocabulary, facts);
  writeFileSync(path.join(folder, dataSetFiles.description), JSON.stringify(dataSet, null, 2));
  return dataSet;
}

function describe(
  { corpus, of }: Source,
  counts: readonly number[],
  words: WordCounts,
  vocabulary: Vocabulary,
  facts: Facts,
): Omit<DataSet, 'runs'> {
  const lengths = Map.groupBy(
    corpus.lengths.done().filter((_, i) => of[i] === 0),
    (length) => length,
  );
  const [train, validation, test, evaluator] = counts as [number, number, number, number];
  return {
    ...facts,
    name: facts.settings.name,
    sentences: { train, validation, test, evaluator },
    tokens: words.total,
    vocabulary: vocabulary.words.length,
    coverage: vocabulary.coverage,
    meanLength: words.total / train,
    lengths: histogram([...lengths].map(([length, group]) => [length, group.length])),
    frequentWords: [...vocabulary.frequent],
    labels: corpus.labels.map((column) => ({
      name: column.name,
      values: labelCounts(column.values, column.of.done()),
    })),
    duplicates: corpus.duplicates,
    leftOut: corpus.badLineCount + corpus.tooLong,
    badLines: corpus.badLines,
  };
}

/** Counts by length in tokens, shortest first. */
export function histogram(counts: Iterable<readonly [number, number]>): { length: number; count: number }[] {
  return [...counts].sort((a, b) => a[0] - b[0]).map(([length, count]) => ({ length, count }));
}

/** Values with their counts, in the order of their indexes (which the label files refer to). */
function labelCounts(values: readonly string[], of: Int32Array): { value: string; count: number }[] {
  const counts = new Int32Array(values.length);
  for (const value of of) if (value >= 0) counts[value]!++;
  return values.map((value, i) => ({ value, count: counts[i]! }));
}
