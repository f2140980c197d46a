import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import path from 'node:path';
import type { DataSet, ImportSettings } from '../../contract/entities.ts';
import type { IngestFile } from '../../contract/ingest.ts';
import { readCorpus, type Input } from './corpus.ts';
import { guessShape, type Guess, type Wanted } from './shape.ts';
import { sniff } from './sniff.ts';
import { splitCorpus } from './split.ts';
import { splitsOfFiles } from './split-names.ts';
import { writeDataSet, type Stage as WriteStage } from './write.ts';
import { SentenceFile } from './sentence-file.ts';

export type Stage = 'reading' | WriteStage;
/** `share` is that of the stage, 0 to 1. */
export type OnProgress = (stage: Stage, share: number, lines: number) => void;

/** What a data set is to be called inside, and the folder for it, which exists and is empty. */
export interface Target {
  readonly id: string;
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Sentences on their way into the data set; removed when it stands. */
export const temporaryFile = (folder: string) => path.join(folder, 'sentences.tmp');

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** How to read several files: each is sniffed by itself, the parts of the columns are settled by the first. */
export async function openFiles(files: readonly IngestFile[], settings: Wanted): Promise<Input[]> {
  const named = splitsOfFiles(files.map(({ name }) => name));
  const inputs: Input[] = [];
  for (const [i, file] of files.entries()) {
    const facts = sniff(file);
    // What a file says of itself (byte-order mark, zero bytes) is more than a wish.
    const encoding = facts.encoding ?? settings.encoding;
    const columns = inputs[0] ? rolesOf(inputs[0].guess) : settings.columns;
    const guess = await guessShape(facts, { ...settings, columns, encoding });
    inputs.push({ facts, guess, split: named[i] });
  }
  return inputs;
}

const rolesOf = ({ columns }: Guess) => Object.fromEntries(columns.map(({ name, role }) => [name, role]));

/** The settings with every guess written down, so that the same import can be made again. */
export function settledSettings(inputs: readonly Input[], settings: ImportSettings): ImportSettings {
  const { shape } = inputs[0]!.guess;
  const alike = inputs.every(({ guess }) => guess.shape.kind === shape.kind);
  const oneEncoding = inputs.every(({ guess }) => guess.shape.encoding === shape.encoding);
  return {
    ...settings,
    ...(oneEncoding && { encoding: shape.encoding }),
    ...(alike && { kind: shape.kind, hasHeader: shape.hasHeader }),
    columns: rolesOf(inputs[0]!.guess),
  };
}

/** Characters of packed text to a byte, about. */
const packing = 3;
/** Characters to a line, about: enough for a bar until the real number is known. */
const lineLength = 60;

/** Makes a data set of files. Throws `import.*`. */
export async function importFiles(
  { id, folder, now }: Target,
  files: readonly IngestFile[],
  settings: ImportSettings,
  onProgress: OnProgress,
): Promise<Omit<DataSet, 'runs'>> {
  const inputs = await openFiles(files, settings);
  const characters = inputs.reduce((sum, { facts }) => sum + facts.bytes * (facts.gzip ? packing : 1), 0);
  const expected = characters / lineLength;
  const sentences = new SentenceFile(temporaryFile(folder));
  const { corpus } = await readCorpus(inputs, {
    settings,
    onText: (tokens) => sentences.add(tokens),
    onLines: (lines) => onProgress('reading', Math.min(0.98, lines / expected), lines),
  });
  sentences.close();
  const sources: DataSet['files'] = [];
  for (const { facts } of inputs)
    sources.push({ name: facts.file.name, bytes: facts.bytes, sha256: await sha256(facts.file.path) });
  const dataSet = await writeDataSet(
    folder,
    { corpus, file: sentences.path, of: splitCorpus(corpus, settings) },
    {
      id,
      kind: 'text',
      origin: 'file',
      files: sources,
      settings: settledSettings(inputs, settings),
      createdAt: now,
    },
    (stage, share) => onProgress(stage, share, corpus.lines),
  );
  rmSync(sentences.path);
  return dataSet;
}
