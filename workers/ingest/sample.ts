import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { importSettings, type DataSet } from '../../contract/entities.ts';
import { wordnetFolder, wordnetSplit } from '../ngram/wordnet.ts';
import { Corpus } from './corpus.ts';
import { temporaryFile, type OnProgress, type Target } from './import.ts';
import { splitCorpus } from './split.ts';
import { writeDataSet } from './write.ts';
import { SentenceFile } from './sentence-file.ts';

/** WordNet's terms ask that its licence stands with every copy of its text. */
export const licenceFile = 'LICENSE-WordNet.txt';
const dictionaries = ['data.noun', 'data.verb', 'data.adj', 'data.adv'];

function sourceFiles(folder: string): DataSet['files'] {
  return dictionaries.map((name) => {
    const bytes = readFileSync(path.join(folder, name));
    return {
      name: `WordNet ${name}`,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  });
}

/** The sample corpus: 30,000 WordNet definitions with part of speech and lexicographer category. */
export async function importSample(
  { id, folder, now }: Target,
  onProgress: OnProgress,
): Promise<Omit<DataSet, 'runs'>> {
  const source = wordnetFolder();
  onProgress('reading', 0, 0);
  const definitions = wordnetSplit(source).sample;
  const settings = importSettings.parse({ name: 'Sample corpus (WordNet definitions)' });
  const sentences = new SentenceFile(temporaryFile(folder));
  const corpus = new Corpus(['part of speech', 'category'], settings, (tokens) => sentences.add(tokens));
  // Tokenised by the n-gram model's rule, which leaves nothing for the import's rule to split.
  for (const { text, partOfSpeech, category } of definitions)
    corpus.add(text.split(' '), [partOfSpeech, category], -1);
  corpus.lines = definitions.length;
  sentences.close();
  onProgress('reading', 1, corpus.lines);
  copyFileSync(path.join(source, '..', 'LICENSE'), path.join(folder, licenceFile));
  const dataSet = await writeDataSet(
    folder,
    { corpus, file: sentences.path, of: splitCorpus(corpus, settings) },
    { id, kind: 'text', origin: 'sample', files: sourceFiles(source), settings, createdAt: now },
    (stage, share) => onProgress(stage, share, corpus.lines),
  );
  rmSync(sentences.path);
  return dataSet;
}
