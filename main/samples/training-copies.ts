import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles, special, specialWords } from '../../contract/datasets.ts';
import { linesOf } from '../lines.ts';

/** Words of a data set that have an id. */
async function vocabularyOf(folder: string): Promise<Set<string>> {
  const text = await readFile(path.join(folder, dataSetFiles.vocabulary), 'utf8');
  return new Set(text.split('\n').filter((word) => word !== ''));
}

/** Which of the texts stand word for word in the training split, as the model saw it: rare words are <unk> there. */
export async function copiesOfTraining(folder: string, texts: Iterable<string>): Promise<Set<string>> {
  const vocabulary = await vocabularyOf(folder);
  const wanted = new Set(texts);
  const found = new Set<string>();
  for await (const line of linesOf(path.join(folder, dataSetFiles.text('train')))) {
    const seen = line
      .split(' ')
      .map((word) => (vocabulary.has(word) ? word : specialWords[special.unknown]))
      .join(' ');
    if (wanted.has(seen)) found.add(seen);
  }
  return found;
}
