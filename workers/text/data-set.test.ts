import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataSetFiles, special } from '../../contract/datasets.ts';
import { readSplit, sentenceOf } from './split.ts';
import { writeTinyDataSet } from './testing.ts';
import { readVocabulary, vocabularyOf } from './vocabulary.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tiny-data-set-'));
  await writeTinyDataSet({ folder });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('ids on disk and the text beside them are the same sentences', async () => {
  const [vocabulary, split] = await Promise.all([readVocabulary(folder), readSplit(folder, 'train')]);
  const { readFile } = await import('node:fs/promises');
  const lines = (await readFile(path.join(folder, dataSetFiles.text('train')), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(split.count);
  for (const [i, line] of lines.entries()) {
    expect(vocabulary.sentence(sentenceOf(split, i))).toBe(line);
    expect([...vocabulary.ids(line)]).toEqual([...sentenceOf(split, i)]);
  }
});

test('numbers on disk are 32 bits, little end first', async () => {
  writeFileSync(path.join(folder, dataSetFiles.tokens('test')), Buffer.from([4, 0, 0, 0, 0, 1, 0, 0]));
  writeFileSync(path.join(folder, dataSetFiles.offsets('test')), Buffer.from([0, 0, 0, 0, 2, 0, 0, 0]));
  const split = await readSplit(folder, 'test');
  expect([...split.tokens]).toEqual([4, 256]);
  expect(split.count).toBe(1);
});

test('offsets that do not span the tokens are refused', async () => {
  writeFileSync(path.join(folder, dataSetFiles.offsets('evaluator')), Buffer.from([0, 0, 0, 0, 1, 0, 0, 0]));
  await expect(readSplit(folder, 'evaluator')).rejects.toThrow('do not span');
});

test('unknown words become the unknown symbol, and a sentence ends at its end symbol', () => {
  const vocabulary = vocabularyOf(['<pad>', '<s>', '</s>', '<unk>', 'cat']);
  expect([...vocabulary.ids(' cat  dog ')]).toEqual([4, special.unknown]);
  expect(vocabulary.sentence([4, 3, special.end, 4])).toBe('cat <unk>');
  expect(vocabulary.sentence([])).toBe('');
});
