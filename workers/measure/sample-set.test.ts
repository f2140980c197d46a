import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trainNgram } from '../ngram/index.ts';
import { philox } from '../tensor/random.ts';
import { saveSampleSet, textStatistics, type Scale } from './sample-set.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sample-set-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const real = ['the cat sat on the mat', 'the cat lay on the mat', 'a dog sat on a log'];
const scale = (): Scale => ({
  evaluator: trainNgram(real, { order: 3, discountFallback: true }).model,
  evaluatorTitle: 'real text',
  test: real,
  training: new Set(['the cat sat']),
  words: ['the', 'cat', 'sat', 'on', 'mat', 'lay', 'a', 'dog', 'log'],
});
const about = { kind: 'prior', decoding: { kind: 'greedy' }, seed: 1 } as const;

test('distinct-n, mean length, duplicates and copies are counted', () => {
  const found = textStatistics(['a b a', 'a b a', 'c', ''], new Set(['c', 'a b']));
  expect(found).toEqual({
    // a, b, c of 7 words; «a b», «b a» of 4 pairs.
    distinct1: 3 / 7,
    distinct2: 2 / 4,
    meanLength: 7 / 4,
    duplicateRate: 1 / 4,
    copiedRate: 1 / 4,
  });
  expect(textStatistics([], new Set())).toMatchObject({ distinct1: 0, meanLength: 0, duplicateRate: 0 });
});

test('real sentences are more fluent than shuffled ones', () => {
  const shuffled = ['mat the on sat cat the', 'log a on sat dog a', 'mat cat the the lay on'];
  const save = (id: string, texts: string[]) =>
    saveSampleSet({ runId: 'r', runFolder: folder }, { ...about, id, texts }, scale(), () => 5);
  const fluent = save('fluent', real);
  expect(fluent.fppl!.value).toBeLessThan(save('shuffled', shuffled).fppl!.value);
  expect(fluent).toMatchObject({ id: 'fluent', runId: 'r', count: 3, createdAt: 5 });
  expect(fluent.fppl).toMatchObject({ sentences: 3, tokens: 21, oov: 0, languageModel: 'real text' });
});

test('a sampler that repeats itself has a worse reverse perplexity than a varied one', () => {
  const random = philox(1, 'words of the test');
  const words = Array.from({ length: 200 }, (_, i) => `w${i}`);
  const sentence = () =>
    Array.from({ length: 6 }, () => words[Math.floor(200 * random.uniform() ** 2)]!).join(' ');
  const sentences = () => Array.from({ length: 60 }, sentence);
  const judged = { ...scale(), test: sentences(), words };
  const save = (id: string, texts: string[], by: Scale) =>
    saveSampleSet({ runId: 'r', runFolder: folder }, { ...about, id, texts }, by).rppl!.value;
  const varied = sentences();
  const repeated = Array.from({ length: 60 }, () => 'w0 w1 w0');
  expect(save('repeated', repeated, judged)).toBeGreaterThan(save('varied', varied, judged));
  // What knowing every word is for: without it the repetitive sampler would win.
  const blind = { ...judged, words: [] };
  expect(save('repeated-blind', repeated, blind)).toBeLessThan(save('varied-blind', varied, blind));
});

test('samples that cover nothing have no reverse perplexity, and the set is saved all the same', () => {
  const set = saveSampleSet(
    { runId: 'r', runFolder: folder },
    { ...about, id: 'empty', texts: ['', ''] },
    scale(),
  );
  expect(set.rppl === null || Number.isFinite(set.rppl.value)).toBe(true);
  expect(
    readFileSync(path.join(folder, 'samples', 'empty.jsonl'), 'utf8')
      .trimEnd()
      .split('\n'),
  ).toHaveLength(2);
});

test('reconstructions keep their sources and have no reverse perplexity', () => {
  const set = saveSampleSet(
    { runId: 'r', runFolder: folder },
    { ...about, kind: 'reconstruction', id: 'again', texts: ['the cat'], sources: ['the dog'] },
    scale(),
  );
  expect(set.rppl).toBeNull();
  const line = JSON.parse(readFileSync(path.join(folder, 'samples', 'again.jsonl'), 'utf8')) as object;
  expect(line).toMatchObject({ text: 'the cat', source: 'the dog', tokens: 3 });
});
