import { describe, expect, test } from 'vitest';
import { interpolateModels, MixedModel } from './interpolate.ts';
import { trainNgram } from './train.ts';
import { bytesOf, HERE } from './testdata/reference.ts';

const lines = bytesOf(HERE, 'wn5k.train.txt').toString().trimEnd().split('\n');
const heldOut = bytesOf(HERE, 'wn5k.test.txt').toString().trimEnd().split('\n');
const options = { order: 3, discountFallback: true } as const;
const small = trainNgram(lines.slice(0, 500), options).model;
const large = trainNgram(lines.slice(500), options).model;

describe('two models mixed', () => {
  test('over all words either knows, and one for the rest, the chances add up to one', () => {
    const a = trainNgram(['a b c', 'a b', 'c c a'], options).model;
    const b = trainNgram(['a d e', 'd d', 'e b'], options).model;
    const mixed = new MixedModel(a, b, 0.3);
    for (const beginning of ['', 'a', 'd e', 'a zzz']) {
      const start = beginning === '' ? 0 : beginning.split(' ').length;
      let total = 10 ** mixed.scoreSentence(beginning)[start]!.log10;
      for (const word of ['a', 'b', 'c', 'd', 'e', 'neither'])
        total += 10 ** mixed.scoreSentence(`${beginning} ${word}`.trim())[start]!.log10;
      expect(total).toBeCloseTo(1, 6);
    }
  });

  test('a weight of one, and equal vocabularies, give the one model back', () => {
    const again = trainNgram([...lines.slice(0, 500)].reverse(), options).model;
    const mixed = new MixedModel(small, again, 1);
    expect(mixed.scoreCorpus(heldOut).perplexityWithOov).toBeCloseTo(
      small.scoreCorpus(heldOut).perplexityWithOov,
      8,
    );
  });

  test('the tuned weight is the best one, and the mixture beats both', () => {
    const { model, weight, perplexities } = interpolateModels(small, large, heldOut);
    perplexities.forEach((p, i) => expect(p).toBeLessThanOrEqual((perplexities[i - 1] ?? Infinity) + 1e-9));
    const at = (w: number) => new MixedModel(small, large, w).scoreCorpus(heldOut).perplexityWithOov;
    const best = model.scoreCorpus(heldOut).perplexityWithOov;
    expect(best).toBeCloseTo(perplexities.at(-1)!, 3);
    for (const other of [0, weight - 0.02, weight + 0.02, 1]) expect(at(other)).toBeGreaterThan(best);
    expect(weight).toBeLessThan(0.5);
  });

  test('only words neither knows are unknown', () => {
    const words = new MixedModel(small, large, 0.5).scoreSentence('zzzzz of');
    expect(words.map((w) => w.oov)).toEqual([true, false, false]);
  });
});
