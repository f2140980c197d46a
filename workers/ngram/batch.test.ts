import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BatchScorer } from './batch.ts';
import { NgramModel } from './model.ts';
import { quantiseModel } from './quantise.ts';
import { emptyLine, type Convention, type Line } from './score.ts';
import { bytesOf, hasShared, HERE, SHARED } from './testdata/reference.ts';
import { openNgram } from './open.ts';
import { trainNgram, trainNgramBytes } from './train.ts';
import { Vocabulary } from './vocabulary.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** Each line by itself through the trie: the sums that a batch must equal to the last bit. */
function oneByOne(model: NgramModel, lines: readonly string[], convention: Convention) {
  return lines.map((line) => {
    // A model that has scored too little to make its tables.
    const { log10, tokens, oov, characters, perplexityWithoutOov } = fresh(model).scoreCorpus(
      [line],
      convention,
    );
    return { log10, tokens, oov, characters, perplexityWithoutOov };
  });
}

function together(model: NgramModel, lines: readonly string[], convention: Convention) {
  const scorer = new BatchScorer(model);
  const unknown = Vocabulary.create();
  const sums: Line[] = [];
  const take = (line: Line) => sums.push({ ...line });
  for (const line of lines) {
    const bytes = encode(line);
    if (scorer.add(bytes, 0, bytes.length, convention, unknown)) scorer.flush(emptyLine(), take);
  }
  scorer.flush(emptyLine(), take);
  return sums.map(({ log10, oovLog10, tokens, oov, characters }) => ({
    log10,
    tokens,
    oov,
    characters,
    perplexityWithoutOov: tokens > oov ? 10 ** (-(log10 - oovLog10) / (tokens - oov)) : NaN,
  }));
}

/** The same model, which has scored nothing yet. */
function fresh({ vocabulary, levels, card, hasSteps }: NgramModel): NgramModel {
  return new NgramModel({ vocabulary, levels, card, hasSteps });
}

function expectSame(model: NgramModel, lines: readonly string[]): void {
  for (const convention of ['workbench', 'arae'] as const)
    expect(together(model, lines, convention)).toEqual(oneByOne(model, lines, convention));
}

const linesOf = (folder: string, file: string) => bytesOf(folder, file).toString().trimEnd().split('\n');

describe('scoring many sentences together', () => {
  test('gives the sums of one after the other, whatever the order', () => {
    const lines = linesOf(HERE, 'wn5k.test.txt');
    for (let order = 1; order <= 6; order++) {
      const text = bytesOf(HERE, 'wn5k.train.txt');
      const { model } = trainNgramBytes(text, { order, discountFallback: true });
      expectSame(model, lines);
    }
  });

  test('so it does with codes for numbers, a limited vocabulary and pruning', () => {
    const options = { order: 4, vocabulary: 900, prune: [0, 0, 1], discountFallback: true };
    const { model } = trainNgramBytes(bytesOf(HERE, 'wn5k.train.txt'), options);
    expectSame(model, linesOf(HERE, 'wn5k.test.txt'));
    expectSame(quantiseModel(model, 8), linesOf(HERE, 'wn5k.test.txt'));
  });

  test('and with marks written out, odd blanks, nothing at all, and long words that end alike', () => {
    const words = ['incomprehensibilities', 'comprehensibilities', 'compréhensibilité', 'a', 'b'];
    const { model } = trainNgram(
      Array.from({ length: 40 }, (_, i) => `${words[i % 5]} ${words[(i * 3) % 5]} ${words[(i * i) % 5]}`),
      { order: 3, discountFallback: true },
    );
    const lines = [
      '',
      '   ',
      '<s> a b',
      'a </s> b a',
      '<unk> a',
      'a\tb\va\r',
      'a\0b',
      'ncomprehensibilities b',
    ];
    expectSame(model, [...lines, words.join(' '), 'compréhensibilit\u00e8 𝒳 a', 'b '.repeat(3000)]);
  });

  test('for any small text and any sentences', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const sentence = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 12 }), fc.array(sentence), (text, lines) => {
        expectSame(trainNgram(text, { order: 5, discountFallback: true }).model, lines);
      }),
      { numRuns: 60 },
    );
  });

  test.skipIf(!hasShared)('on the odd lines of the reference (skipped where ../shared is absent)', () => {
    const { model: file, lines } = JSON.parse(bytesOf(SHARED, 'edge_score.json').toString()) as {
      model: string;
      lines: { line?: string }[];
    };
    expectSame(
      openNgram(join(SHARED, file)),
      lines.flatMap(({ line }) => line ?? []),
    );
  });
});

test('a model changes over by itself once it has scored enough, and no number changes', () => {
  const { model } = trainNgramBytes(bytesOf(HERE, 'wn5k.train.txt'), { order: 3 });
  const lines = linesOf(HERE, 'wn5k.test.txt');
  const before = model.scoreCorpus(lines);
  const many = Array.from({ length: 20 }, () => lines).flat();
  // 90,000 n-grams against some 6,000 tokens a time.
  expect(model.batchScorerWhenDue(0)).toBeUndefined();
  const during = model.scoreText([encode(many.join('\n'))]);
  expect(model.batchScorerWhenDue(0)).toBeInstanceOf(BatchScorer);
  expect([...during.perSentence.slice(-lines.length)]).toEqual([...before.perSentence]);
  expect(model.scoreCorpus(lines)).toEqual(before);
});

test('a model with steps that have no chance of their own is left to the trie', () => {
  const { model } = trainNgramBytes(bytesOf(HERE, 'wn5k.train.txt'), { order: 2 });
  const stepping = new NgramModel({ vocabulary: model.vocabulary, levels: model.levels, hasSteps: true });
  expect(stepping.batchScorer()).toBeUndefined();
  expect(model.batchScorer()).toBeInstanceOf(BatchScorer);
});
