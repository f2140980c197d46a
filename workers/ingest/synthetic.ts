import { rmSync } from 'node:fs';
import { importSettings, type DataSet, type SplitName } from '../../contract/entities.ts';
import { Corpus, splits } from './corpus.ts';
import { temporaryFile, type OnProgress, type Target } from './import.ts';
import { abreast, SyntheticModel, syntheticSizes } from './synthetic-model.ts';
import { writeDataSet } from './write.ts';
import { SentenceFile } from './sentence-file.ts';

/** The paper's 16,000 / 2,000 / 2,000; the evaluator split, which no model sees, comes on top. */
export const publishedSizes: Readonly<Record<SplitName, number>> = {
  train: 16_000,
  validation: 2_000,
  test: 2_000,
  evaluator: 4_000,
};

/** Sentences are alike, so the first ones are the training split, and so on. */
function inOrder(sizes: Readonly<Record<SplitName, number>>): Uint8Array {
  return Uint8Array.from(splits.flatMap((name, s) => Array<number>(sizes[name]).fill(s)));
}

const wordOf = (index: number) => `w${index}`;

/** Generates the synthetic data set from its recipe (methods.md 5); the same seed gives the same sentences. */
export async function importSynthetic(
  { id, folder, now }: Target,
  seed: number,
  onProgress: OnProgress,
  sizes = publishedSizes,
): Promise<Omit<DataSet, 'runs'>> {
  const total = splits.reduce((sum, split) => sum + sizes[split], 0);
  const model = new SyntheticModel(seed);
  const name = 'Synthetic (lagging-inference recipe)';
  const settings = importSettings.parse({
    name: seed === 1 ? name : `${name}, seed ${seed}`,
    tokenizer: 'spaces',
    vocabulary: syntheticSizes.vocabulary,
    keepOneOfEach: false,
    seed,
    split: Object.fromEntries(splits.map((split) => [split, (100 * sizes[split]) / total])),
  });
  const sentences = new SentenceFile(temporaryFile(folder));
  const corpus = new Corpus([], settings, (tokens) => sentences.add(tokens));
  for (let first = 0; first < total; first += abreast) {
    if (first % 200 === 0) onProgress('reading', first / total, first);
    for (const { words } of model.draw(first)) corpus.add(words.map(wordOf), [], -1);
  }
  corpus.lines = total;
  sentences.close();
  const completeWords = Array.from({ length: syntheticSizes.vocabulary }, (_, i) => wordOf(i));
  const dataSet = await writeDataSet(
    folder,
    { corpus, file: sentences.path, of: inOrder(sizes), completeWords },
    { id, kind: 'synthetic', origin: 'synthetic', files: [], settings, createdAt: now },
    (stage, share) => onProgress(stage, share, total),
  );
  rmSync(sentences.path);
  return dataSet;
}
