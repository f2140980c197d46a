import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { dataSetFiles } from '../../contract/datasets.ts';
import {
  dataSet as dataSetShape,
  importSettings,
  splitName,
  type ImportSettings,
} from '../../contract/entities.ts';
import type { IngestFile } from '../../contract/ingest.ts';
import { openNgram } from '../ngram/index.ts';
import { readSplit, sentenceOf } from '../text/split.ts';
import { readVocabulary } from '../text/vocabulary.ts';
import { importFiles } from './import.ts';
import { importSample, licenceFile } from './sample.ts';
import { file, sentences, temporaryFolder } from './testing.ts';

type Settings = Partial<ImportSettings>;

async function make(files: readonly IngestFile[], settings: Settings = {}) {
  const folder = temporaryFolder();
  const stages: string[] = [];
  const made = await importFiles(
    { id: 'some-id', folder, now: 1234 },
    files,
    importSettings.parse({ name: 'A name', ...settings }),
    (stage, share) => stages.push(`${stage} ${share >= 0 && share <= 1}`),
  );
  return { folder, made, stages };
}

const refused = (files: readonly IngestFile[], settings: Settings = {}) =>
  expect(make(files, settings)).rejects;

const labelsIn = (folder: string, split: 'train' | 'evaluator', column: number) => {
  const bytes = readFileSync(path.join(folder, dataSetFiles.labels(split, column)));
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i));
};
const linesOf = (folder: string, name: string) =>
  readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n');

/** What every data set folder must keep, whatever it was made of. */
async function checkFolder(folder: string, made: Awaited<ReturnType<typeof make>>['made']): Promise<void> {
  expect(dataSetShape.omit({ runs: true }).parse(made)).toEqual(made);
  expect(JSON.parse(readFileSync(path.join(folder, dataSetFiles.description), 'utf8'))).toEqual(made);
  expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
  const vocabulary = await readVocabulary(folder);
  expect(vocabulary.words).toHaveLength(made.vocabulary);
  const all = new Set<string>();
  for (const name of splitName.options) {
    const text = linesOf(folder, dataSetFiles.text(name));
    const split = await readSplit(folder, name);
    expect(text).toHaveLength(made.sentences[name]);
    expect(split.count).toBe(made.sentences[name]);
    for (const [i, sentence] of text.entries()) {
      expect([...sentenceOf(split, i)]).toEqual([...vocabulary.ids(sentence)]);
      all.add(sentence);
    }
    if (name === 'train') expect(split.tokens).toHaveLength(made.tokens);
  }
  if (made.settings.keepOneOfEach)
    expect(all.size).toBe(Object.values(made.sentences).reduce((a, b) => a + b, 0));
  const evaluator = openNgram(path.join(folder, dataSetFiles.evaluator));
  expect(evaluator.order).toBe(5);
}

test('a file becomes a data set folder with everything in it', async () => {
  const stories = sentences(400);
  const lines = stories.map((text, i) => `${i % 4 ? 'good' : 'bad'}\t${text}`);
  const contents = gzipSync(['mood\ttext', ...lines, lines[7]!, 'torn'].join('\r\n'));
  const { folder, made, stages } = await make([file('tales.tsv.gz', contents)], { vocabulary: 50 });
  await checkFolder(folder, made);
  expect(made).toMatchObject({
    id: 'some-id',
    name: 'A name',
    kind: 'text',
    origin: 'file',
    createdAt: 1234,
    files: [
      {
        name: 'tales.tsv.gz',
        bytes: contents.length,
        sha256: createHash('sha256').update(contents).digest('hex'),
      },
    ],
    settings: { kind: 'tsv', hasHeader: true, encoding: 'utf-8', columns: { mood: 'label', text: 'text' } },
    sentences: { train: 300, validation: 20, test: 20, evaluator: 60 },
    vocabulary: 54,
    duplicates: 1,
    leftOut: 1,
    badLines: [{ file: 'tales.tsv.gz', line: 403, text: 'torn', reason: 'columns' }],
  });
  expect(made.labels).toEqual([
    {
      name: 'mood',
      values: [
        { value: 'bad', count: 100 },
        { value: 'good', count: 300 },
      ],
    },
  ]);
  const byText = new Map(stories.map((text, i) => [text.toLowerCase(), i % 4 ? 1 : 0]));
  const train = linesOf(folder, dataSetFiles.text('train'));
  expect(labelsIn(folder, 'train', 0)).toEqual(train.map((text) => byText.get(text)));
  const words = train.join(' ').split(' ');
  const known = new Set((await readVocabulary(folder)).words);
  expect(made.coverage).toBeCloseTo(words.filter((word) => known.has(word)).length / words.length, 12);
  expect(made.meanLength).toBeCloseTo(words.length / 300, 12);
  expect(made.lengths.reduce((sum, { length, count }) => sum + length * count, 0)).toBe(made.tokens);
  expect(made.frequentWords[0]).toEqual({ word: 'the', count: 300 });
  expect(new Set(stages)).toEqual(
    new Set(['reading true', 'splitting true', 'writing true', 'evaluator true']),
  );
});

test('the same file, settings and seed give the same folder; another seed another split', async () => {
  const lines = sentences(100);
  const hash = ({ folder }: { folder: string }) =>
    readdirSync(folder)
      .sort()
      .filter((name) => name !== dataSetFiles.description)
      .map((name) =>
        createHash('sha256')
          .update(readFileSync(path.join(folder, name)))
          .digest('hex'),
      )
      .join();
  const one = hash(await make([file('a.txt', lines)]));
  expect(hash(await make([file('a.txt', lines)]))).toBe(one);
  expect(hash(await make([file('a.txt', lines)], { seed: 2 }))).not.toBe(one);
});

test('files that bring the splits keep them; a leak leaves training, not the test', async () => {
  const train = sentences(200);
  const held = sentences(30, 'held ');
  const { folder, made } = await make([
    file('train.txt', [...train, held[0]!]),
    file('valid.txt', held.slice(10)),
    file('test.txt', held.slice(0, 10)),
  ]);
  await checkFolder(folder, made);
  expect(made.sentences).toEqual({ train: 170, validation: 20, test: 10, evaluator: 30 });
  expect(linesOf(folder, dataSetFiles.text('test'))).toEqual(held.slice(0, 10));
  expect(linesOf(folder, dataSetFiles.text('validation'))).toEqual(held.slice(10));
  expect(made.duplicates).toBe(1);
});

test('files of other names are joined, whatever their kind and the order of their columns', async () => {
  const [a, b, c] = [sentences(40, 'a '), sentences(40, 'b '), sentences(40, 'c ')];
  const { folder, made } = await make([
    file('one.csv', ['mood,text', ...a.map((text, i) => `${i % 2 ? 'x' : 'y'},${text}`)]),
    file('two.csv', ['text,mood', ...b.map((text, i) => `${text},${i % 2 ? 'x' : 'y'}`)]),
    file(
      'three.jsonl',
      c.map((text, i) => JSON.stringify({ text, mood: i % 2 ? 'x' : 'z' })),
    ),
  ]);
  await checkFolder(folder, made);
  expect(made.labels).toEqual([
    {
      name: 'mood',
      values: [
        { value: 'y', count: 40 },
        { value: 'x', count: 60 },
        { value: 'z', count: 20 },
      ],
    },
  ]);
  // Files of several kinds have no kind in common, and each is sniffed again when they are imported again.
  expect(made.settings.kind).toBeUndefined();
  expect(made.settings.columns).toEqual({ mood: 'label', text: 'text' });
});

test('lines without a value have no label', async () => {
  const lines = sentences(60).map((text, i) => `${i % 3 ? 'x' : ''}\t${text}`);
  const { folder, made } = await make([file('a.tsv', lines)]);
  const of = labelsIn(folder, 'train', 0);
  expect(new Set(of)).toEqual(new Set([-1, 0]));
  expect(made.labels[0]).toEqual({ name: 'label', values: [{ value: 'x', count: 40 }] });
});

test('text in which rare words were replaced keeps the unknown word, in the evaluator too', async () => {
  const lines = sentences(60).map((text) => `<s> ${text} <unk> </s>`);
  const { folder, made } = await make([file('a.txt', lines)], { tokenizer: 'spaces' });
  await checkFolder(folder, made);
  expect(linesOf(folder, dataSetFiles.text('train'))[0]).toMatch(/^one\d+ .* <unk>$/);
});

test('copies are kept where that is wished', async () => {
  const { made } = await make([file('a.txt', [...sentences(50), ...sentences(50)])], {
    keepOneOfEach: false,
  });
  expect(Object.values(made.sentences).reduce((a, b) => a + b, 0)).toBe(100);
  expect(made.duplicates).toBe(50);
});

describe('what cannot become a data set is refused', () => {
  test('no usable line', async () => {
    await refused([file('a.txt', '\n\n')]).toMatchObject({ code: 'import.empty', facts: { file: 'a.txt' } });
  });
  test('too few', async () => {
    await refused([file('a.txt', sentences(19))]).toMatchObject({
      code: 'import.too-few',
      facts: { file: 'a.txt', sentences: 19, least: 20 },
    });
  });
  test('a split without a sentence', async () => {
    await refused([file('a.txt', sentences(40))], {
      split: { train: 80, validation: 0, test: 5, evaluator: 15 },
    }).toMatchObject({ code: 'import.split-empty', facts: { split: 'validation' } });
  });
  test('a file in another encoding', async () => {
    const bytes = Buffer.from(sentences(40).join(' é\n'), 'latin1');
    await refused([file('a.txt', bytes)]).toMatchObject({
      code: 'import.encoding',
      facts: { file: 'a.txt', line: 1 },
    });
  });
  test('a column that is not there, in the second file too', async () => {
    const lines = sentences(40).map((text) => `x,${text}`);
    await refused([file('a.csv', ['mood,text', ...lines])], { columns: { tone: 'label' } }).toMatchObject({
      code: 'import.column',
    });
    await refused([
      file('a.csv', ['mood,text', ...lines]),
      file('b.csv', ['tone,text', ...lines]),
    ]).toMatchObject({
      code: 'import.column',
      facts: { file: 'b.csv', column: 'mood', columns: ['tone', 'text'] },
    });
  });
});

test('the sample corpus is whole, labelled and licensed', { timeout: 240_000 }, async () => {
  const folder = temporaryFolder();
  const made = await importSample({ id: 's', folder, now: 0 }, () => {});
  await checkFolder(folder, made);
  expect(made).toMatchObject({
    origin: 'sample',
    kind: 'text',
    sentences: { train: 22_500, validation: 1500, test: 1500, evaluator: 4500 },
    duplicates: 0,
    leftOut: 0,
  });
  const [speech, category] = made.labels;
  expect(speech).toMatchObject({ name: 'part of speech' });
  expect(speech!.values.map(({ value }) => value).sort()).toEqual(['adjective', 'adverb', 'noun', 'verb']);
  expect(category!.name).toBe('category');
  expect(category!.values.map(({ value }) => value)).toContain('noun.animal');
  for (const { values } of made.labels)
    expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(30_000);
  expect(readFileSync(path.join(folder, licenceFile), 'utf8')).toContain('Princeton University');
});

const yelp = path.resolve(import.meta.dirname, '../../../shared/data/yelp-short');
const absent = existsSync(yelp) ? '' : ' (skipped: ../shared/data is not there)';

test.skipIf(absent !== '')(
  `the labelled review sentences, against their README${absent}`,
  { timeout: 120_000 },
  async () => {
    const files = ['train', 'valid', 'test'].map((name) => ({
      path: path.join(yelp, `${name}.txt.gz`),
      name: `${name}.txt.gz`,
    }));
    const { folder, made } = await make(files, { tokenizer: 'spaces' });
    await checkFolder(folder, made);
    expect(made.sentences).toEqual({ train: 34_000, validation: 2000, test: 2000, evaluator: 6000 });
    expect(made).toMatchObject({ duplicates: 0, leftOut: 0, badLines: [] });
    expect(made.labels).toEqual([
      {
        name: 'label',
        values: expect.arrayContaining([
          { value: '0', count: 22_000 },
          { value: '1', count: 22_000 },
        ]) as unknown,
      },
    ]);
    const tokens = (...names: ('train' | 'evaluator' | 'validation' | 'test')[]) =>
      names
        .flatMap((name) => linesOf(folder, dataSetFiles.text(name)))
        .join(' ')
        .split(' ');
    const published = tokens('train', 'evaluator');
    expect(published).toHaveLength(384_953);
    expect(new Set(published).size).toBe(8054);
    expect(tokens('validation')).toHaveLength(19_093);
    expect(new Set(tokens('validation')).size).toBe(2476);
    expect(tokens('test')).toHaveLength(18_942);
    expect(new Set(tokens('test')).size).toBe(2568);
  },
);
