import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetFiles, specialWords } from '../../contract/datasets.ts';
import { splitName, type DataSet, type SplitName } from '../../contract/entities.ts';
import { importSettings } from '../../contract/entities.ts';
import { philox } from '../tensor/index.ts';
import { splitFrom } from './split.ts';
import { vocabularyOf } from './vocabulary.ts';

export interface TinyText {
  readonly folder: string;
  readonly seed?: number;
  /** Sentences of the training split; the others have a quarter of it each. */
  readonly train?: number;
}

const topics = [
  { subjects: ['cat', 'dog', 'bird'], verbs: ['eats', 'sees', 'likes'], objects: ['fish', 'bread', 'milk'] },
  {
    subjects: ['judge', 'clerk', 'court'],
    verbs: ['reads', 'signs', 'files'],
    objects: ['law', 'form', 'case'],
  },
];
const extras = ['the', 'today', 'again', 'slowly'];

/** A data set folder of a small text with two topics and three sentence lengths, for tests. */
export async function writeTinyDataSet({ folder, seed = 1, train = 96 }: TinyText): Promise<void> {
  const random = philox(seed, 'tiny text');
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  const sentence = (): string => {
    const topic = pick(topics);
    const core = [pick(topic.subjects), pick(topic.verbs), 'the', pick(topic.objects)];
    return ['the', ...core, ...extras.slice(1, 1 + random.integer(3))].join(' ');
  };
  const words = [
    ...specialWords,
    ...new Set([...extras, ...topics.flatMap((t) => [...t.subjects, ...t.verbs, ...t.objects])]),
  ];
  const vocabulary = vocabularyOf(words);
  const counts = Object.fromEntries(
    splitName.options.map((name) => [name, name === 'train' ? train : Math.ceil(train / 4)]),
  ) as Record<SplitName, number>;
  await mkdir(folder, { recursive: true });
  let tokens = 0;
  for (const name of splitName.options) {
    const text = Array.from({ length: counts[name] }, sentence);
    const split = splitFrom(text.map((line) => vocabulary.ids(line)));
    if (name === 'train') tokens = split.tokens.length;
    await writeFile(path.join(folder, dataSetFiles.tokens(name)), split.tokens);
    await writeFile(path.join(folder, dataSetFiles.offsets(name)), split.offsets);
    await writeFile(path.join(folder, dataSetFiles.text(name)), `${text.join('\n')}\n`);
  }
  const description: Omit<DataSet, 'runs'> = {
    id: 'tiny',
    name: 'Tiny text',
    kind: 'text',
    origin: 'file',
    createdAt: 0,
    files: [],
    settings: importSettings.parse({ name: 'Tiny text' }),
    sentences: counts,
    tokens,
    vocabulary: words.length,
    coverage: 1,
    meanLength: tokens / counts.train,
    lengths: [],
    frequentWords: [],
    labels: [],
    duplicates: 0,
    leftOut: 0,
    badLines: [],
  };
  await writeFile(path.join(folder, dataSetFiles.vocabulary), `${words.join('\n')}\n`);
  await writeFile(path.join(folder, dataSetFiles.description), JSON.stringify(description));
}
