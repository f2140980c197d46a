import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { openNgram } from './open.ts';
import { trainNgram } from './train.ts';
import { bytesOf, expectNear, hasShared, HERE, SHARED } from './testdata/reference.ts';

interface EdgeLine {
  name: string;
  line?: string;
  line_repeat?: [string, number];
  words?: [string, number, number][];
  log10: number;
  oov: number;
  tokens: number;
  ppl_including_oov?: number;
  ppl_excluding_oov?: number;
}

const edges = hasShared
  ? (JSON.parse(bytesOf(SHARED, 'edge_score.json').toString()) as { model: string; lines: EdgeLine[] })
  : { model: '', lines: [] };

describe.skipIf(!hasShared)(
  'odd lines scored as KenLM scores them (skipped where ../shared is absent)',
  () => {
    const model = hasShared ? openNgram(join(SHARED, edges.model)) : undefined!;

    test.each(edges.lines.filter((edge) => edge.line !== undefined))('$name', (edge) => {
      const score = model.scoreSentence(edge.line!);
      expect([score.tokens, score.oov]).toEqual([edge.tokens, edge.oov]);
      expectNear(score.log10, edge.log10, 1e-4 + 1e-5 * Math.abs(edge.log10), edge.name);
      edge.words?.forEach(([, order, log10], i) => {
        expect(score.words[i]!.order, `matched order of word ${i}`).toBe(order);
        expectNear(score.words[i]!.log10, log10, 1e-5, `word ${i}`);
      });
      const total = model.scoreCorpus([edge.line!]);
      if (edge.ppl_including_oov !== undefined && edge.tokens < 1000)
        expect(total.perplexityWithOov / edge.ppl_including_oov).toBeCloseTo(1, 5);
      if (edge.ppl_excluding_oov !== undefined && edge.tokens < 1000)
        expect(total.perplexityWithoutOov / edge.ppl_excluding_oov).toBeCloseTo(1, 5);
    });
  },
);

describe('scoring', () => {
  const model = openNgram(join(HERE, 'tiny12.o3.arpa'));

  test('adds the backoff of each context that had to be shortened', () => {
    // From the file: p(dog) -1.3482327, backoff of «cat» -0.0687158, of «the cat» -0.30103.
    const { words } = model.scoreSentence('the cat dog');
    expect(words[2]).toMatchObject({ word: 'dog', order: 1 });
    expect(words[2]!.log10).toBeCloseTo(-1.3482327 - 0.0687158 - 0.30103, 5);
  });

  test('an unknown word costs <unk> and forgets what stood before', () => {
    const { words, oov } = model.scoreSentence('zzz cat');
    expect(oov).toBe(1);
    expect(words[0]!.log10).toBeCloseTo(-1.5243239 - 0.5616313, 5);
    expect(words[1]!.log10).toBeCloseTo(-1.3482327, 5);
  });

  test('the ARAE convention neither scores nor counts the sentence end', () => {
    const all = model.scoreSentence('the cat sat .');
    const some = model.scoreSentence('the cat sat .', 'arae');
    expect(some.words).toEqual(all.words.slice(0, -1));
    expect(some.tokens).toBe(all.tokens - 1);
    expect(some.log10).toBeCloseTo(all.log10 - all.words.at(-1)!.log10, 12);
  });

  test('perplexities follow from the sums', () => {
    const lines = ['the cat sat .', 'zzz the dog', ''];
    const total = model.scoreCorpus(lines);
    const sentences = lines.map((line) => model.scoreSentence(line));
    const log10 = sentences.reduce((sum, s) => sum + s.log10, 0);
    expect([total.tokens, total.oov]).toEqual([5 + 4 + 1, 1]);
    expect(total.perplexityWithOov).toBeCloseTo(10 ** (-log10 / 10), 9);
    expect(total.perplexityWithoutOov).toBeCloseTo(10 ** (-(log10 - sentences[1]!.words[0]!.log10) / 9), 9);
    // «the cat sat .» and its line end: 14; «zzz the dog» and its: 12; the empty line's own: 1.
    expect(total.characters).toBe(27);
    expect(Array.from(total.perSentence)).toEqual(sentences.map((s) => s.log10));
    expect(Array.from(total.tokensPerSentence)).toEqual([5, 4, 1]);
  });

  test('the adjusted perplexity shares <unk> among the different unknown words', () => {
    const lines = ['zzz cat yyy zzz'];
    const total = model.scoreCorpus(lines);
    expect([total.oov, total.oovTypes]).toEqual([3, 2]);
    expect(total.perplexityAdjusted).toBeCloseTo(10 ** (-(total.log10 - 3 * Math.log10(2)) / 5), 9);
    expect(model.scoreCorpus(['the cat']).perplexityAdjusted).toBe(
      model.scoreCorpus(['the cat']).perplexityWithOov,
    );
  });

  test('nothing scored has no perplexity', () => {
    expect(model.scoreCorpus([]).perplexityWithOov).toBeNaN();
  });

  test('words are whole code points, whatever their length in bytes', () => {
    const { model: greek } = trainNgram(['το σπίτι 😀 του'], { order: 2, discountFallback: true });
    const { words, oov } = greek.scoreSentence('το 😀 σπίτι');
    expect(words.map((w) => w.word)).toEqual(['το', '😀', 'σπίτι', '</s>']);
    expect(oov).toBe(0);
    expect(greek.scoreCorpus(['το 😀']).characters).toBe(5);
    expect(greek.scoreSentence('\ufeffτο').words[0]!.word).toBe('\ufeffτο');
  });

  test('a text scored in pieces or whole, as lines or sentences, comes out the same', () => {
    const text = bytesOf(HERE, 'tiny12.txt');
    const cut = text.indexOf(10, 100) + 1;
    const whole = model.scoreText([text]);
    expect(model.scoreText([text.subarray(0, cut), text.subarray(cut)])).toEqual(whole);
    expect(model.scoreCorpus(text.toString().trimEnd().split('\n'))).toEqual(whole);
    expect(model.scoreText([text.subarray(0, -1)])).toEqual(whole);
  });
});
