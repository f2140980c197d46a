import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { join } from 'node:path';
import { NextWord, nextWords, sampleSentence, sampleSentences, surprisals } from './next-word.ts';
import { openNgram } from './open.ts';
import { trainNgramBytes } from './train.ts';
import { bytesOf, HERE } from './testdata/reference.ts';
import { BOS } from './vocabulary.ts';

const { model } = trainNgramBytes(bytesOf(HERE, 'wn5k.train.txt'), { order: 4 });
const lines = bytesOf(HERE, 'wn5k.test.txt').toString().trimEnd().split('\n');

describe('the next word', () => {
  test('every chance equals what the scorer says, and all add up to one', () => {
    const next = new NextWord(model);
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.nat(8), (line, length) => {
        const context = model.context();
        for (const word of line.split(' ').slice(0, length)) context.advance(model.id(word));
        const chances = next.after(context);
        expect(chances[BOS]).toBe(0);
        expect(chances.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
        for (let id = 0; id < chances.length; id += 97)
          expect(Math.log10(chances[id]!)).toBeCloseTo(context.copy().advance(id), 9);
      }),
      { numRuns: 40 },
    );
  });

  test('the likeliest come first, and are the likeliest', () => {
    const list = nextWords(model, 'the act', 5);
    expect(list[0]!.word).toBe('of');
    const all = nextWords(model, 'the act', model.vocabulary.size);
    expect(all).toHaveLength(model.vocabulary.size - 1);
    expect(all.slice(0, 5)).toEqual(list);
    all.forEach(({ log10 }, i) => expect(log10).toBeLessThanOrEqual(all[i - 1]?.log10 ?? 0));
  });
});

describe('surprisal', () => {
  test('is -log2 of the chance, with rank and alternatives', () => {
    const tiny = openNgram(join(HERE, 'tiny12.o3.arpa'));
    const [the, cat, zzz, end] = surprisals(tiny, 'the cat zzz', 3);
    expect(the).toMatchObject({ word: 'the', order: 2, rank: 1, oov: false });
    // log10 p(the | <s>) = -0.23188682 in the file.
    expect(the!.bits).toBeCloseTo(0.23188682 * Math.log2(10), 5);
    expect(the!.alternatives).toHaveLength(3);
    expect(the!.alternatives[0]).toMatchObject({ word: 'the' });
    expect(cat!.order).toBe(3);
    expect(zzz).toMatchObject({ oov: true, order: 1 });
    expect(end!.word).toBe('</s>');
    const better = cat!.alternatives.filter(({ log10 }) => log10 > cat!.log10 + 1e-9);
    expect(cat!.rank).toBe(better.length + 1);
  });
});

describe('sampling', () => {
  test('the same seed gives the same sentence, another seed another one', () => {
    expect(sampleSentence(model, { seed: 5 })).toBe(sampleSentence(model, { seed: 5 }));
    const set = new Set(sampleSentences(model, 50, { seed: 1 }));
    expect(set.size).toBeGreaterThan(40);
  });

  test('first words are drawn as often as their chances say', () => {
    const tiny = trainNgramBytes(bytesOf(HERE, 'tiny12.txt'), { order: 3, discountFallback: true }).model;
    const firsts = new Map<string, number>();
    const count = 4000;
    for (const sentence of sampleSentences(tiny, count, { seed: 100, maxWords: 1 }))
      firsts.set(sentence, (firsts.get(sentence) ?? 0) + 1);
    const chances = nextWords(tiny, '', tiny.vocabulary.size).filter(({ word }) => word !== '<unk>');
    const known = chances.reduce((sum, { log10 }) => sum + 10 ** log10, 0);
    for (const { word, log10 } of chances.slice(0, 5)) {
      const p = 10 ** log10 / known;
      const drawn = (firsts.get(word === '</s>' ? '' : word) ?? 0) / count;
      // Four standard errors.
      expect(Math.abs(drawn - p), word).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
    }
  });

  test('<unk> is never drawn, limits are kept, a given beginning is gone on from', () => {
    for (const sentence of sampleSentences(model, 100, { seed: 9, maxWords: 12, beginning: 'a kind of' })) {
      expect(sentence).toMatch(/^a kind of/);
      expect(sentence.split(' ').length).toBeLessThanOrEqual(12);
      expect(sentence).not.toContain('<unk>');
    }
  });

  test('a low temperature takes the likeliest word, a high one wanders', () => {
    const cold = new Set(sampleSentences(model, 20, { seed: 3, temperature: 0.02, maxWords: 5 }));
    expect(cold.size).toBe(1);
    const [first] = [...cold][0]!.split(' ');
    expect(first).toBe(nextWords(model, '', 1)[0]!.word);
    const firstWords = (temperature: number) =>
      new Set([...sampleSentences(model, 100, { seed: 3, temperature, maxWords: 1 })]).size;
    expect(firstWords(2)).toBeGreaterThan(firstWords(0.5));
  });
});
