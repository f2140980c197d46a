import { describe, expect, test } from 'vitest';
import { bootstrapPerplexity } from './bootstrap.ts';
import { forwardPerplexity, reversePerplexity } from './perplexity.ts';
import { trainNgram } from './train.ts';
import { bytesOf, HERE } from './testdata/reference.ts';

const text = bytesOf(HERE, 'wn5k.train.txt').toString().trimEnd().split('\n');
const heldOut = bytesOf(HERE, 'wn5k.test.txt').toString().trimEnd().split('\n');

describe('forward and reverse perplexity', () => {
  test('the reverse perplexity of real text as samples is the perplexity of a model of that text', () => {
    const report = reversePerplexity(text, heldOut);
    // KenLM's number for the same two files.
    expect(report.value / 439.90903208665566).toBeCloseTo(1, 6);
    expect(report.withoutOov / 229.83445725525664).toBeCloseTo(1, 6);
    expect(report).toMatchObject({
      kind: 'reverse',
      convention: 'workbench',
      order: 5,
      samples: 5000,
      scored: { sentences: 500, tokens: 5726, oov: 653 },
      training: { sentences: 5000 },
      vocabSmoothing: false,
      fallbackOrders: [],
    });
    expect(report.interval.low).toBeLessThan(report.value);
    expect(report.interval.high).toBeGreaterThan(report.value);
  });

  test('the forward perplexity scores the samples and keeps their number and each sentence', () => {
    const { model } = trainNgram(text, { order: 5 });
    const report = forwardPerplexity(model, heldOut.slice(0, 100));
    const scores = heldOut.slice(0, 100).map((line) => model.scoreSentence(line));
    const sum = (of: (s: (typeof scores)[0]) => number) => scores.reduce((total, s) => total + of(s), 0);
    expect(report.value).toBeCloseTo(10 ** (-sum((s) => s.log10) / sum((s) => s.tokens)), 9);
    expect(report).toMatchObject({ kind: 'forward', samples: 100, training: { sentences: 5000 } });
    expect(report.perSentence[7]).toBeCloseTo(10 ** (-scores[7]!.log10 / scores[7]!.tokens), 9);
  });

  test('the ARAE convention leaves the sentence ends out', () => {
    const { model } = trainNgram(text, { order: 5 });
    const report = forwardPerplexity(model, heldOut, 'arae');
    const words = heldOut.flatMap((line) => model.scoreSentence(line).words.slice(0, -1));
    expect(report.scored.tokens).toBe(words.length);
    expect(report.value).toBeCloseTo(10 ** (-words.reduce((sum, w) => sum + w.log10, 0) / words.length), 6);
  });

  test('vocabulary smoothing is training on the samples and every word as a line', () => {
    const words = [...new Set(heldOut.join(' ').split(' '))];
    const smoothed = reversePerplexity(text, heldOut, { vocabSmoothing: words });
    expect(smoothed.vocabSmoothing).toBe(true);
    expect(smoothed.scored.oov).toBe(0);
    expect(smoothed.samples).toBe(5000);
    expect(smoothed.value).toBeCloseTo(
      trainNgram([...text, ...words], { order: 5 }).model.scoreCorpus(heldOut).perplexityWithOov,
      9,
    );
  });

  test('samples that repeat themselves cover less, and the fixed discounts they need are reported', () => {
    const samples = new Array<string>(1000).fill(text[0]!);
    const collapsed = reversePerplexity(samples, heldOut);
    const varied = reversePerplexity(text.slice(0, 1000), heldOut);
    expect(collapsed.fallbackOrders.length).toBeGreaterThan(0);
    // The plain number is fooled: nearly every word is unknown and costs one cheap <unk>.
    expect(collapsed.value).toBeLessThan(varied.value);
    expect(collapsed.scored.oov).toBeGreaterThan(0.7 * collapsed.scored.tokens);
    // The adjusted one is not, nor the plain one once both models know all words.
    expect(collapsed.adjusted).toBeGreaterThan(varied.adjusted);
    const vocabSmoothing = [...new Set(heldOut.join(' ').split(' '))];
    expect(reversePerplexity(samples, heldOut, { vocabSmoothing }).value).toBeGreaterThan(
      reversePerplexity(text.slice(0, 1000), heldOut, { vocabSmoothing }).value,
    );
  });

  test('samples that print <unk> are scored, not refused', () => {
    expect(
      reversePerplexity(
        text.map((line) => line.replace(/\S+/, '<unk>')),
        heldOut,
      ).value,
    ).toBeGreaterThan(1);
  });

  test('no samples, no number', () => {
    expect(() => reversePerplexity([], heldOut)).toThrow(expect.objectContaining({ code: 'ngram.empty' }));
    const { model } = trainNgram(text, { order: 2 });
    expect(() => forwardPerplexity(model, [])).toThrow(expect.objectContaining({ code: 'ngram.empty' }));
  });
});

describe('the bootstrap interval', () => {
  test('is a point when all sentences are alike', () => {
    const interval = bootstrapPerplexity(new Float64Array(50).fill(-6), new Uint32Array(50).fill(3));
    expect(interval.low).toBeCloseTo(100, 9);
    expect(interval.high).toBeCloseTo(100, 9);
  });

  test('has the width of the normal approximation for many sentences', () => {
    // Sentences of one token, log10 p = -1 or -3 alike often: the mean has standard error 1 / sqrt(n).
    const n = 4000;
    const scores = Float64Array.from({ length: n }, (_, i) => (i % 2 ? -1 : -3));
    const { low, high } = bootstrapPerplexity(scores, new Uint32Array(n).fill(1), { replicates: 2000 });
    const half = 1.96 / Math.sqrt(n);
    expect(Math.log10(low)).toBeCloseTo(2 - half, 2);
    expect(Math.log10(high)).toBeCloseTo(2 + half, 2);
    expect(Math.log10(high / low) / (2 * half)).toBeGreaterThan(0.9);
    expect(Math.log10(high / low) / (2 * half)).toBeLessThan(1.1);
  });

  test('depends on its seed alone', () => {
    const scores = Float64Array.from({ length: 30 }, (_, i) => -i);
    const tokens = new Uint32Array(30).fill(4);
    const draw = (seed: number) => bootstrapPerplexity(scores, tokens, { seed });
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
