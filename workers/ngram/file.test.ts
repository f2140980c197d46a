import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { writeArpa } from './arpa-write.ts';
import { saveNgram } from './file.ts';
import { openNgram } from './open.ts';
import { quantiseModel } from './quantise.ts';
import { trainNgramBytes } from './train.ts';
import { bytesOf, expectSameAsArpa, HERE, plainArpa } from './testdata/reference.ts';

const folder = mkdtempSync(join(tmpdir(), 'ngram-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(at(name), content);
  return at(name);
};

const { model } = trainNgramBytes(bytesOf(HERE, 'wn5k.train.txt'), { order: 5, card: { title: 'a test' } });
const lines = bytesOf(HERE, 'wn5k.test.txt').toString().trimEnd().split('\n');

describe('the own file', () => {
  test('what is opened equals what was saved', () => {
    saveNgram(model, at('own.kn'));
    const opened = openNgram(at('own.kn'));
    expect(opened.card).toEqual(model.card);
    expect(opened.counts).toEqual(model.counts);
    expect(opened.scoreCorpus(lines)).toEqual(model.scoreCorpus(lines));
    expect(opened.scoreSentence(lines[3]!)).toEqual(model.scoreSentence(lines[3]!));
  });

  test('no part file is left behind', () => {
    saveNgram(model, at('clean.kn'));
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('one changed bit anywhere is noticed', () => {
    saveNgram(trainNgramBytes(bytesOf(HERE, 'tiny12.txt'), { order: 2 }).model, at('small.kn'));
    const bytes = readFileSync(at('small.kn'));
    for (let i = 0; i < bytes.length; i = i < 24 ? i + 1 : i + 997) {
      const changed = Uint8Array.from(bytes);
      changed[i]! ^= 4;
      const path = put('changed.kn', changed);
      // Within the magic it is no model at all, within the version an unknown one.
      const code = i < 8 ? 'ngram.format' : i < 12 ? 'ngram.version' : 'ngram.damaged';
      expect(() => openNgram(path), `byte ${i}`).toThrow(expect.objectContaining({ code }));
    }
  });

  test.each([9, 15, 40, 1000])('a file cut off after %i bytes is refused', (length) => {
    saveNgram(model, at('whole.kn'));
    const path = put('cut.kn', readFileSync(at('whole.kn')).subarray(0, length));
    expect(() => openNgram(path)).toThrow(expect.objectContaining({ code: 'ngram.damaged' }));
  });

  test('a format of the future is refused by its number', () => {
    saveNgram(model, at('future.kn'));
    const bytes = readFileSync(at('future.kn'));
    bytes.writeUInt32LE(9, 8);
    const path = put('future.kn', bytes);
    expect(() => openNgram(path)).toThrow(
      expect.objectContaining({ code: 'ngram.version', facts: { file: path, found: 9, known: 1 } }),
    );
  });

  test('what is no model, and what is not there, is said so', () => {
    expect(() => openNgram(put('text.txt', 'just some text\n'))).toThrow(
      expect.objectContaining({ code: 'ngram.format' }),
    );
    expect(() => openNgram(put('empty', ''))).toThrow(expect.objectContaining({ code: 'ngram.format' }));
    expect(() => openNgram(at('nowhere.kn'))).toThrow(
      expect.objectContaining({ code: 'ngram.model-missing' }),
    );
  });

  test.each([
    [16, 1e-3],
    [8, 0.05],
  ] as const)('quantised to %i bits it is smaller and scores nearly the same', (bits, tolerance) => {
    saveNgram(model, at('full.kn'));
    saveNgram(quantiseModel(model, bits), at(`q${bits}.kn`));
    const opened = openNgram(at(`q${bits}.kn`));
    expect(opened.card.quantised).toBe(bits);
    expect(statSync(at(`q${bits}.kn`)).size).toBeLessThan(statSync(at('full.kn')).size * 0.9);
    const exact = model.scoreCorpus(lines).perplexityWithOov;
    expect(Math.abs(opened.scoreCorpus(lines).perplexityWithOov / exact - 1)).toBeLessThan(tolerance);
    // Quantised once more it stays what it is.
    expect(quantiseModel(opened, bits).scoreCorpus(lines)).toEqual(opened.scoreCorpus(lines));
  });
});

describe('ARPA', () => {
  test.each([2, 3, 5])("KenLM's file of order %i is read number by number", (order) => {
    const file = `tiny12.o${order}.arpa`;
    expectSameAsArpa(openNgram(join(HERE, file)), bytesOf(HERE, file).toString());
  });

  test.each(['written.arpa', 'written.arpa.gz'])(
    '%s is read back as the same model, to the last bit',
    (name) => {
      writeArpa(model, at(name));
      const opened = openNgram(at(name));
      expect(opened.counts).toEqual(model.counts);
      expect(opened.scoreCorpus(lines)).toEqual(model.scoreCorpus(lines));
    },
  );

  test('what is written says the same as what KenLM wrote', () => {
    const { model: tiny } = trainNgramBytes(bytesOf(HERE, 'tiny12.txt'), {
      order: 3,
      discountFallback: true,
    });
    writeArpa(tiny, at('tiny.arpa'));
    const ours = plainArpa(readFileSync(at('tiny.arpa'), 'utf8'));
    const theirs = plainArpa(bytesOf(HERE, 'tiny12.o3.arpa').toString());
    expect(ours.counts).toEqual(theirs.counts);
    expect([...ours.ngrams.keys()].sort()).toEqual([...theirs.ngrams.keys()].sort());
    for (const [words, { log10, backoff }] of theirs.ngrams) {
      expect(ours.ngrams.get(words)!.log10).toBeCloseTo(log10, 5);
      expect(ours.ngrams.get(words)!.backoff).toBeCloseTo(backoff, 5);
    }
  });

  const arpa = (body: string) => `\\data\\\n${body}\n\\end\\\n`;
  const two =
    'ngram 1=4\nngram 2=1\n\n\\1-grams:\n-1 <unk>\n0 <s> -0.5\n-0.5 </s>\n-0.7 a -0.25\n\n\\2-grams:\n';

  test('other spellings of the format are read: blanks, CR LF, an empty line first, no backoff, <UNK>', () => {
    const text = `\n${arpa(`${two}-0.1 <s> a\n`).replaceAll('\n', '\r\n').replace('<unk>', '<UNK>')}`;
    const { words } = openNgram(put('spelt.arpa', text)).scoreSentence('a b');
    expect(words.map((w) => [w.order, +w.log10.toFixed(4)])).toEqual([
      [2, -0.1],
      [1, -1.25],
      [1, -0.5],
    ]);
  });

  test('n-grams whose beginning or end is not listed are reached all the same', () => {
    // As a program that prunes without closing the set would write it: «a b c» without «a b» and «b c».
    const body =
      'ngram 1=6\nngram 2=1\nngram 3=1\n\n\\1-grams:\n-2 <unk>\n0 <s> -0.5\n-0.9 </s>\n-0.6 a -0.1\n-0.7 b -0.2\n-0.8 c -0.3\n\n' +
      '\\2-grams:\n-0.4 <s> a -0.05\n\n\\3-grams:\n-0.15 a b c\n';
    const open = openNgram(put('gaps.arpa', arpa(body)));
    const { words } = open.scoreSentence('a b c');
    const rounded = words.map((w) => [w.order, +w.log10.toFixed(4)]);
    expect(rounded).toEqual([
      [2, -0.4],
      // backoffs of «<s> a» and «a», then «b» alone
      [1, -0.85],
      [3, -0.15],
      // backoff of «c»; «b c» is not listed and costs nothing
      [1, -1.2],
    ]);
    // «b» then «c» without «a» before: «b c» is a step without a chance of its own.
    expect(open.scoreSentence('b c').words[1]).toMatchObject({ order: 1 });
    expect(open.scoreSentence('b c').words[1]!.log10).toBeCloseTo(-0.8 - 0.2, 5);
    writeArpa(open, at('gaps-again.arpa'));
    expect(plainArpa(readFileSync(at('gaps-again.arpa'), 'utf8')).counts).toEqual([6, 1, 1]);
    expect(openNgram(at('gaps-again.arpa')).scoreSentence('a b c')).toEqual(open.scoreSentence('a b c'));
  });

  test.each([
    ['a section that is too short', arpa(two), 12, /declared/],
    ['a line without a number', arpa(`${two}x <s> a\n`), 12, /number/],
    ['too few words', arpa(`${two}-0.1 <s>\n`), 12, /fewer/],
    ['no end', `\\data\\\n${two}-0.1 <s> a\n`, 12, /end/],
    ['a word that is not listed', arpa(`${two}-0.1 <s> zzz\n`), 14, /not listed/],
    ['no </s>', arpa(`${two.replace('</s>', 'b')}-0.1 <s> a\n`), 14, /<\/s>/],
    ['a word listed twice', arpa(`${two.replace('-0.7 a', '-0.7 </s>')}-0.1 <s> </s>\n`), 14, /twice/],
    ['an n-gram listed twice', arpa(`${two}-0.1 <s> a\n-0.1 <s> a\n`).replace('2=1', '2=2'), 15, /twice/],
    ['a heading that is wrong', '\\data\\\nngrams 1=3\n', 2, /ngram 1=/],
  ])('%s is refused with the line', (_, text, line, reason) => {
    const path = put('bad.arpa', text);
    expect(() => openNgram(path)).toThrow(
      expect.objectContaining({
        code: 'ngram.arpa',
        facts: { file: path, line, reason: expect.stringMatching(reason) as string },
      }),
    );
  });

  test('a gzip file that is cut off is refused', () => {
    const whole = gzipSync(bytesOf(HERE, 'tiny12.o3.arpa'));
    const path = put('cut.arpa.gz', whole.subarray(0, whole.length / 2));
    expect(() => openNgram(path)).toThrow(expect.objectContaining({ code: 'ngram.unreadable' }));
  });
});
