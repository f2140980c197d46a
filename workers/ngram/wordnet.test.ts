import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledCorpus, parseGloss, SAMPLE_SIZE, wordnetSplit } from './wordnet.ts';

describe('glosses', () => {
  test('quoted parts are examples, the rest is the definition', () => {
    expect(parseGloss('having skill; or authority; "able to swim"; "she was able"  ')).toEqual({
      definition: 'having skill; or authority',
      examples: ['able to swim', 'she was able'],
    });
  });

  test('who said it goes with the quotation', () => {
    expect(parseGloss('a kind of end; "the rest is silence"- Shakespeare').definition).toBe('a kind of end');
  });
});

describe('the split of WordNet', () => {
  const split = wordnetSplit();

  test('has exactly 30,000 different sample sentences and keeps them from the model', () => {
    const texts = new Set(split.sample.map((s) => s.text));
    expect(split.sample).toHaveLength(SAMPLE_SIZE);
    expect(texts.size).toBe(30_000);
    expect(new Set(split.model).size).toBe(split.model.length);
    expect(split.model.length).toBeGreaterThan(120_000);
    expect(split.model.filter((text) => texts.has(text))).toEqual([]);
  });

  test('labels agree with each other', () => {
    const prefix = { noun: 'noun.', verb: 'verb.', adjective: 'adj.', adverb: 'adv.' };
    for (const { partOfSpeech, category } of split.sample)
      expect(category.startsWith(prefix[partOfSpeech]), category).toBe(true);
    expect(new Set(split.sample.map((s) => s.category)).size).toBe(45);
  });

  test('holds what WordNet says', () => {
    const known = new Map([
      ['an entity that has physical existence', 'noun.Tops'],
      ['draw air into , and expel out of , the lungs', 'verb.body'],
    ]);
    for (const [text, category] of known) {
      const sampled = split.sample.find((s) => s.text === text);
      if (sampled) expect(sampled.category).toBe(category);
      else expect(split.model).toContain(text);
    }
  });

  test('is the same every time', () => {
    expect(wordnetSplit()).toEqual(split);
    expect(bundledCorpus()).toEqual(split.model);
  });

  test('a folder without WordNet is an error that says so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-wordnet-'));
    expect(() => wordnetSplit(folder)).toThrow(expect.objectContaining({ code: 'ngram.corpus-missing' }));
    rmSync(folder, { recursive: true });
  });
});
