import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles } from '../../contract/datasets.ts';
import {
  encoder as encoderSchema,
  encoderFolder,
  representationFiles,
  representedSplits,
  type Encoder,
  type Representations,
} from '../../contract/encoders.ts';
import { dataSet } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { openEncoder } from '../pretrained/encoder.ts';
import type { BackendId } from '../tensor/index.ts';
import { tokeniser } from '../text/tokenise.ts';
import { linesOf } from './lines.ts';

export interface RepresentRequest {
  readonly encoderFolder: string;
  readonly dataSetFolder: string;
  readonly backend: BackendId;
  readonly threads: number;
  /** Empty; gets the files of contract/encoders.ts. */
  readonly folder: string;
}

/** Vectors of texts; `done` is told how many are finished. */
type Represent = (texts: readonly string[], done: (count: number) => Promise<void>) => Promise<Float32Array>;

/**
 * Writes the vectors of every sentence of the splits that models see.
 * @throws AppError `encoders.uncovered` when imported vectors lack a sentence, and what `openEncoder` throws
 */
export async function represent(
  request: RepresentRequest,
  tell: (share: number) => Promise<void>,
): Promise<Representations> {
  const { dataSetFolder, folder } = request;
  const card = encoderSchema.parse(
    JSON.parse(await readFile(path.join(request.encoderFolder, encoderFolder.description), 'utf8')),
  );
  const texts = await Promise.all(
    representedSplits.map((split) => linesOf(path.join(dataSetFolder, dataSetFiles.text(split)))),
  );
  const all = texts.flat();
  const { vectorsOf, dispose } = await sourceOf(card, request);
  try {
    const vectors = await vectorsOf(all, (count) => tell(count / all.length));
    const sentences: Record<string, number> = {};
    let from = 0;
    for (const [i, split] of representedSplits.entries()) {
      const rows = texts[i]!.length;
      const part = vectors.subarray(from * card.width, (from + rows) * card.width);
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      await writeFile(path.join(folder, representationFiles.vectors(split)), bytes);
      sentences[split] = rows;
      from += rows;
    }
    const made = { encoderId: card.id, width: card.width, sentences } as Representations;
    await writeFile(path.join(folder, representationFiles.description), JSON.stringify(made));
    return made;
  } finally {
    dispose();
  }
}

async function sourceOf(
  card: Encoder,
  { encoderFolder: folder, dataSetFolder, backend, threads }: RepresentRequest,
): Promise<{ vectorsOf: Represent; dispose: () => void }> {
  if (card.kind === 'vectors')
    return { vectorsOf: await givenVectors(card, folder, dataSetFolder), dispose: () => {} };
  const encoder = await openEncoder(folder, { backend, threads });
  return { vectorsOf: (texts, done) => encoder.encode(texts, { done }), dispose: () => encoder.dispose() };
}

/** Looks sentences up, both sides cut into words as the import of the data set did. */
async function givenVectors(card: Encoder, folder: string, dataSetFolder: string): Promise<Represent> {
  const description = await readFile(path.join(dataSetFolder, dataSetFiles.description), 'utf8');
  const { settings } = dataSet.pick({ settings: true }).parse(JSON.parse(description));
  const tokenise = tokeniser(settings);
  const rowOf = new Map<string, number>();
  const lines = await linesOf(path.join(folder, encoderFolder.sentences));
  for (const [row, line] of lines.entries()) {
    const key = tokenise(line).join(' ');
    if (!rowOf.has(key)) rowOf.set(key, row);
  }
  const bytes = await readFile(path.join(folder, encoderFolder.vectors));
  const table = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return async (texts) => {
    const vectors = new Float32Array(texts.length * card.width);
    const missing: string[] = [];
    for (const [i, text] of texts.entries()) {
      const row = rowOf.get(text);
      if (row === undefined) missing.push(text);
      else vectors.set(table.subarray(row * card.width, (row + 1) * card.width), i * card.width);
    }
    if (missing.length > 0)
      throw new AppError('encoders.uncovered', {
        ...{ missing: missing.length, total: texts.length, title: card.title, example: missing[0]! },
      });
    return vectors;
  };
}
