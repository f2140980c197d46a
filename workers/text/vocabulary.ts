import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles, special } from '../../contract/datasets.ts';

export interface Vocabulary {
  /** Words by id, the four special symbols first. */
  readonly words: readonly string[];
  /** Ids of a tokenised sentence, words separated by blanks; unknown words become `<unk>`. */
  ids(sentence: string): Int32Array;
  /** The sentence up to its end symbol, words separated by blanks. */
  sentence(ids: ArrayLike<number>): string;
}

export function vocabularyOf(words: readonly string[]): Vocabulary {
  const byWord = new Map(words.map((word, id) => [word, id]));
  return {
    words,
    ids: (sentence) =>
      Int32Array.from(
        sentence.split(/\s+/).filter((word) => word !== ''),
        (word) => byWord.get(word) ?? special.unknown,
      ),
    sentence: (ids) => {
      const out: string[] = [];
      for (let t = 0; t < ids.length && ids[t] !== special.end; t++) out.push(words[ids[t]!] ?? '<unk>');
      return out.join(' ');
    },
  };
}

export async function readVocabulary(folder: string): Promise<Vocabulary> {
  const text = await readFile(path.join(folder, dataSetFiles.vocabulary), 'utf8');
  return vocabularyOf(text.replace(/\n$/, '').split('\n'));
}
