import { importSettings, type ImportSettings } from '../../contract/entities.ts';
import type { IngestFile } from '../../contract/ingest.ts';
import type { Preview } from '../../contract/rpc.ts';
import { mostLabelValues } from './columns.ts';
import { readCorpus, type Corpus, type Input } from './corpus.ts';
import { GrowingInts } from './growing.ts';
import { openFiles, settledSettings } from './import.ts';
import { sniff } from './sniff.ts';
import { EncodingError, textOf } from './decode.ts';
import type { EncodingGuess } from './encoding-guess.ts';
import { splitCorpus } from './split.ts';
import { splitsOfFiles, withoutSplitName } from './split-names.ts';
import { cutVocabulary, WordCounts } from './vocabulary.ts';
import { histogram } from './write.ts';

const shownSentences = 50;
const shownBadLines = 100;
/** Fewer validation sentences than this make validation figures jump by chance. */
const fewValidation = 200;
/** Characters that are read for the figures of a preview: about a second's worth, some 200,000 sentences. */
const mostCharacters = 16 * 2 ** 20;

/** A name for the data set: the first file's, without folder, endings and the split it brings (`yelp-train.txt.gz`). */
function nameFor(files: readonly IngestFile[]): string {
  const plain = files[0]!.name.replace(/\.gz$/i, '').replace(/\.[a-z0-9]+$/i, '');
  const [split] = splitsOfFiles(files.map(({ name }) => name));
  const bare = split === undefined ? plain : withoutSplitName(plain);
  return (bare.trim() || plain.trim() || 'Data set').slice(0, 200);
}

/** Words as numbers in the order in which they were first seen: sentences of a preview are kept in memory so. */
class Words {
  readonly all: string[] = [];
  readonly ids = new GrowingInts();
  private readonly numbers = new Map<string, number>();

  add(tokens: readonly string[]): void {
    for (const token of tokens) {
      let number = this.numbers.get(token);
      if (number === undefined) {
        number = this.all.push(token) - 1;
        this.numbers.set(token, number);
      }
      this.ids.push(number);
    }
  }
}

interface Shown {
  readonly tokens: readonly string[];
  readonly label: string | null;
}

async function read(files: readonly IngestFile[], settings: ImportSettings) {
  const inputs = await openFiles(files, settings);
  const words = new Words();
  const texts = new Map<Input, (readonly string[])[]>(inputs.map((input) => [input, []]));
  /** Index of a file's first kept sentence. */
  const starts = new Map<Input, number>();
  let kept = 0;
  const { corpus, complete } = await readCorpus(inputs, {
    settings,
    most: mostCharacters,
    onText: (tokens, input) => {
      words.add(tokens);
      if (!starts.has(input)) starts.set(input, kept);
      kept++;
      const text = texts.get(input)!;
      if (text.length < shownSentences) text.push(tokens);
    },
  });
  // Where files bring the splits, what is shown is training text.
  const first =
    inputs.find((input) => input.split === 'train' && starts.has(input)) ?? inputs.find((i) => starts.has(i));
  const shown = (first ? texts.get(first)! : []).map((tokens, i): Shown => ({
    tokens,
    label: labelsOf(corpus, starts.get(first!)! + i),
  }));
  return { inputs, corpus, complete, words, shown };
}

function labelsOf(corpus: Corpus, sentence: number): string | null {
  const values = corpus.labels.flatMap(({ of, values }) => values[of.at(sentence)] ?? []);
  return values.length > 0 ? values.join(' · ') : null;
}

/** Encodings to choose from: those of the first file that is not UTF-8 and does not say what it is. */
async function encodingsFor(files: readonly IngestFile[]): Promise<readonly EncodingGuess[]> {
  for (const facts of files.map(sniff).filter(({ encoding }) => encoding === undefined))
    try {
      for await (const _ of textOf(facts, 'utf-8'));
    } catch (error) {
      if (error instanceof EncodingError) return error.guesses;
      throw error;
    }
  return [];
}

/** Reads the files; where they are not UTF-8 and nothing was chosen, with the best guess, which it says. */
async function readInSomeEncoding(files: readonly IngestFile[], settings: ImportSettings) {
  const readWith = async (encoding: string, encodings: readonly EncodingGuess[]) => {
    const chosen = { ...settings, encoding };
    return { ...(await read(files, chosen)), settings: chosen, encodings: [...encodings] };
  };
  if (settings.encoding !== 'utf-8') return readWith(settings.encoding, await encodingsFor(files));
  try {
    return await readWith('utf-8', []);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return readWith(error.guesses[0]!.encoding, error.guesses);
  }
}

function warningsFor(corpus: Corpus, inputs: readonly Input[], validation: number): Preview['warnings'] {
  const warnings: Preview['warnings'] = [];
  if (validation < fewValidation) warnings.push({ kind: 'few-validation', facts: { sentences: validation } });
  const columns = inputs[0]!.guess.columns.filter(({ role }) => role === 'label');
  for (const [i, { values }] of corpus.labels.entries())
    if (values.length > mostLabelValues)
      warnings.push({
        kind: 'label-looks-like-id',
        facts: { column: columns[i]!.name, values: values.length },
      });
  const open = corpus.badLines.find(({ reason }) => reason === 'open-quote');
  if (open) warnings.push({ kind: 'open-quote', facts: { file: open.file, line: open.line } });
  return warnings;
}

/** Counts of the words of the training split. */
function trainingWords(corpus: Corpus, words: Words, of: Uint8Array): WordCounts {
  const times = new Int32Array(words.all.length);
  /** Numbers of words in the order in which training has them. */
  const order: number[] = [];
  let at = 0;
  for (const [i, split] of of.entries()) {
    const end = at + corpus.lengths.at(i);
    for (; split === 0 && at < end; at++) if (times[words.ids.at(at)]!++ === 0) order.push(words.ids.at(at));
    at = end;
  }
  const counts = new WordCounts();
  for (const number of order) counts.addWord(words.all[number]!, times[number]!);
  return counts;
}

/** Columns as they will be, with the number of values that the labels really have. */
function columnsOf(corpus: Corpus, { guess }: Input): Preview['columns'] {
  const labels = guess.columns.filter(({ role }) => role === 'label');
  return guess.columns.map((column) => {
    const label = corpus.labels[labels.indexOf(column)];
    return { ...column, examples: [...column.examples], distinct: label?.values.length ?? column.distinct };
  });
}

/** What an import with these settings would make; nothing is written. Throws `import.*`, but not for an encoding. */
export async function previewFiles(
  files: readonly IngestFile[],
  wanted: Partial<ImportSettings>,
): Promise<Preview> {
  const asked = importSettings.parse({ name: nameFor(files), ...wanted });
  const { inputs, corpus, complete, words, shown, settings, encodings } = await readInSomeEncoding(
    files,
    asked,
  );
  const of = splitCorpus(corpus, settings);
  const vocabulary = cutVocabulary(trainingWords(corpus, words, of), settings.vocabulary);
  const known = new Set(vocabulary.words);
  return {
    files: inputs.map(({ facts, split }) => ({
      name: facts.file.name,
      bytes: facts.bytes,
      split: split ?? null,
    })),
    kind: inputs[0]!.guess.shape.kind,
    encodings,
    columns: columnsOf(corpus, inputs[0]!),
    sentences: shown.map(({ tokens, label }) => ({
      tokens: tokens.map((word) => ({ word, known: known.has(word) })),
      label,
    })),
    complete,
    lines: corpus.lines,
    usable: corpus.lengths.length,
    duplicates: corpus.duplicates,
    leaks: corpus.leaks,
    badLines: corpus.badLines.slice(0, shownBadLines),
    badLineCount: corpus.badLineCount,
    coverage: vocabulary.coverage,
    rareWords: vocabulary.rareWords,
    rareExamples: [...vocabulary.rareExamples],
    tooLong: corpus.tooLong,
    lengths: histogram(corpus.histogram),
    settings: settledSettings(inputs, settings),
    warnings: warningsFor(
      corpus,
      inputs,
      of.reduce((sum, split) => sum + (split === 1 ? 1 : 0), 0),
    ),
  };
}
