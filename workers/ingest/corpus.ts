import type { BadLine, ImportSettings, SplitName } from '../../contract/entities.ts';
import type { Column } from './columns.ts';
import { undecodable } from './decode.ts';
import { GrowingInts } from './growing.ts';
import { entriesOf, shown, type Entry } from './records.ts';
import { SentenceHashes } from './sentence-hashes.ts';
import type { Guess } from './shape.ts';
import type { FileFacts } from './sniff.ts';
import { tokeniser } from '../text/tokenise.ts';

/** Bad lines kept with their text; the rest is only counted. */
const mostBadLines = 1000;

export const splits: readonly SplitName[] = ['train', 'validation', 'test', 'evaluator'];

/** A label column: its values in the order in which they were first seen, and the index of the value per sentence. */
export class Labels {
  readonly name: string;
  readonly values: string[] = [];
  /** Index into `values`, -1 where there was none. */
  readonly of = new GrowingInts();
  private readonly indexes = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  add(value: string | undefined): void {
    const trimmed = value?.trim() ?? '';
    if (trimmed === '') return this.of.push(-1);
    let index = this.indexes.get(trimmed);
    if (index === undefined) {
      index = this.values.push(trimmed) - 1;
      this.indexes.set(trimmed, index);
    }
    this.of.push(index);
  }
}

/** What an import knows of the usable sentences, in the order in which they were read; their text goes to `onText`. */
export class Corpus {
  /** Length of each sentence in tokens. */
  readonly lengths = new GrowingInts();
  /** First sentence with the same tokens: itself unless duplicates are kept. */
  readonly twin = new GrowingInts();
  /** Index into `splits` where the files bring the splits, -1 otherwise. */
  readonly fixed = new GrowingInts();
  readonly labels: readonly Labels[];
  /** Sentences by length in tokens, the too long ones among them. */
  readonly histogram = new Map<number, number>();
  lines = 0;
  duplicates = 0;
  leaks = 0;
  tooLong = 0;
  readonly badLines: BadLine[] = [];
  badLineCount = 0;
  private readonly settings: Pick<ImportSettings, 'keepOneOfEach' | 'longest'>;
  private readonly onText: (tokens: readonly string[]) => void;
  private readonly hashes = new SentenceHashes();
  /** By distinct sentence: where it was first kept. */
  private readonly firstOf = new GrowingInts();
  /** By distinct sentence: 1 once it was found in two splits. */
  private readonly leaked = new GrowingInts();

  constructor(
    labels: readonly string[],
    settings: Pick<ImportSettings, 'keepOneOfEach' | 'longest'>,
    onText: (tokens: readonly string[]) => void,
  ) {
    this.labels = labels.map((name) => new Labels(name));
    this.settings = settings;
    this.onText = onText;
  }

  /** `fixed`: index into `splits`, or -1; `labels`: a value a column, in the order of `this.labels`. */
  add(tokens: readonly string[], labels: readonly (string | undefined)[], fixed: number): void {
    this.histogram.set(tokens.length, (this.histogram.get(tokens.length) ?? 0) + 1);
    if (tokens.length > this.settings.longest) {
      this.tooLong++;
      return;
    }
    const next = this.lengths.length;
    const known = this.hashes.size;
    const id = this.hashes.add(tokens);
    if (id === known) {
      this.firstOf.push(next);
      this.leaked.push(0);
    } else {
      this.duplicates++;
      const elsewhere = this.fixed.at(this.firstOf.at(id)) !== fixed;
      if (elsewhere && this.leaked.at(id) === 0) {
        this.leaked.set(id, 1);
        this.leaks++;
      }
      if (this.settings.keepOneOfEach) return;
    }
    this.twin.push(this.firstOf.at(id));
    this.fixed.push(fixed);
    this.lengths.push(tokens.length);
    this.labels.forEach((column, i) => column.add(labels[i]));
    this.onText(tokens);
  }

  bad(line: BadLine): void {
    this.badLineCount++;
    if (this.badLines.length < mostBadLines) this.badLines.push({ ...line, text: shown(line.text) });
  }
}

/** One file of an import, and how to read it. */
export interface Input {
  readonly facts: FileFacts;
  readonly guess: Guess;
  readonly split: SplitName | undefined;
}

/** Names people read: columns without a header are numbers in the file, and labels are called so. */
export function labelNames({ shape, columns }: Guess): string[] {
  const names = columns.filter(({ role }) => role === 'label').map(({ name }) => name);
  if (shape.hasHeader) return names;
  return names.map((_, i) => (names.length === 1 ? 'label' : `label ${i + 1}`));
}

const indexOf = (columns: readonly Column[], name: string) =>
  columns.findIndex((column) => column.name === name);

/** Control characters, which no text holds: what is left of another encoding, or of no text at all. */
const control = /[\0-\x08\x0e-\x1f\x7f]/;

/** Takes the entries of one file into the corpus. */
function reader(
  corpus: Corpus,
  { facts, guess, split }: Input,
  labelColumns: readonly string[],
  settings: ImportSettings,
) {
  const tokenise = tokeniser(settings);
  const fixed = split === undefined ? -1 : splits.indexOf(split);
  const text = guess.columns.findIndex(({ role }) => role === 'text');
  // Another file may hold the same columns in another order.
  const labels = labelColumns.map((name) => indexOf(guess.columns, name));
  return (entry: Entry): void => {
    const bad = (reason: BadLine['reason'], raw: string) =>
      corpus.bad({ file: facts.file.name, line: entry.line, text: raw, reason });
    if ('reason' in entry) return bad(entry.reason, entry.text);
    const sentence = entry.cells[text] ?? '';
    if (sentence.includes(undecodable)) return bad('encoding', sentence);
    if (control.test(sentence)) return bad('not-text', sentence);
    const tokens = tokenise(sentence);
    if (tokens.length === 0) return bad('empty', sentence);
    corpus.add(
      tokens,
      labels.map((i) => entry.cells[i]),
      fixed,
    );
  };
}

export interface Reading {
  readonly settings: ImportSettings;
  /** Called with the tokens of each sentence that is kept. */
  readonly onText: (tokens: readonly string[], input: Input) => void;
  /** Called now and then with the lines read so far. */
  readonly onLines?: (lines: number) => void;
  /** Reads no more than about so many characters. */
  readonly most?: number;
}

/**
 * Reads all files into one corpus. Files that bring the splits are read test first and train last, so that a sentence
 * in two splits is dropped from training and not from the test. Throws the errors of decoding.
 */
export async function readCorpus(
  inputs: readonly Input[],
  { settings, onText, onLines, most = Infinity }: Reading,
): Promise<{ corpus: Corpus; complete: boolean }> {
  let current = inputs[0]!;
  let characters = 0;
  const corpus = new Corpus(labelNames(inputs[0]!.guess), settings, (tokens) => onText(tokens, current));
  const columns = inputs[0]!.guess.columns.filter(({ role }) => role === 'label').map(({ name }) => name);
  const order = ({ split }: Input) => splits.indexOf(split ?? 'train');
  for (const input of inputs.toSorted((a, b) => order(b) - order(a))) {
    current = input;
    const take = reader(corpus, input, columns, settings);
    for await (const entries of entriesOf(input.facts, input.guess.shape)) {
      for (const entry of entries) {
        take(entry);
        if ('cells' in entry) for (const cell of entry.cells) characters += cell?.length ?? 0;
      }
      corpus.lines += entries.length;
      onLines?.(corpus.lines);
      if (characters > most) return { corpus, complete: false };
    }
  }
  return { corpus, complete: true };
}
