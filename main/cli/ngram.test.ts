import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cliOn, documentOf, type Outcome } from '../testing/cli.ts';
import { openTestApp, temporaryHome } from '../testing/fixtures.ts';

const reference = path.join(import.meta.dirname, '../../workers/ngram/testdata');

let home: string;
let remove: () => void;
beforeEach(() => ({ home, remove } = temporaryHome()));
afterEach(() => remove());
const at = (name: string) => path.join(home, name);

const cli = (...args: string[]) => cliOn(home, args);

/** Standard output as one document a line. */
const linesOf = <T>({ out }: Outcome) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

const text = 'the cat sat on the mat\nthe dog sat on the rug\na cat ran\n';

test('a model is estimated and scores a text, one document a sentence and one for all', async () => {
  const [file, model] = [path.join(home, 'text.txt'), path.join(home, 'text.kn')];
  writeFileSync(file, text);
  const trained = await cli(
    'ngram',
    'train',
    file,
    '--order',
    '2',
    '--discount-fallback',
    '-o',
    model,
    '--json',
  );
  expect(trained.code).toBe(0);
  expect(documentOf(trained)).toMatchObject({ order: 2, sentences: 3, words: 15 });
  const scored = await cli('ngram', 'score', model, file, '--json');
  const lines = scored.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatchObject({ text: 'the cat sat on the mat', tokens: 7, oov: 0 });
  const total = lines.slice(0, 3).reduce((sum, { log10 }) => sum + log10!, 0);
  expect(lines[3]).toMatchObject({ tokens: 18, oov: 0 });
  expect(lines[3]!['perplexityWithOov']).toBeCloseTo(10 ** (-total / 18), 6);
});

test('thresholds are given with commas or one after another, and sentences are the same to both ways of scoring', async () => {
  writeFileSync(at('text.txt'), `${text}\r\nthe\u2028cat\n\nthe mat`.repeat(3));
  const train = (...prune: string[]) =>
    cli(
      'ngram',
      'train',
      '--order',
      '3',
      '--discount-fallback',
      ...prune,
      at('text.txt'),
      '-o',
      at('m.kn'),
      '--json',
    );
  const commas = documentOf(await train('--prune', '0,0,1'));
  expect(documentOf(await train('--prune', '0', '0', '1'))).toEqual(commas);
  expect(commas).not.toMatchObject({ ngrams: (documentOf(await train()) as { ngrams: number[] }).ngrams });
  const { out } = await cli('ngram', 'score', at('m.kn'), at('text.txt'), '--json');
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { tokens: number; oov: number });
  const all = lines.pop()!;
  expect(lines.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(all.tokens);
  expect(lines.reduce((sum, { oov }) => sum + oov, 0)).toBe(all.oov);
});

test('needs no data folder, so it works beside an open workbench', async () => {
  const app = await openTestApp(home);
  const missing = await cli(
    'ngram',
    'score',
    path.join(home, 'none.kn'),
    path.join(home, 'none.txt'),
    '--json',
  );
  await app.close();
  expect(missing.code).toBe(1);
  expect(documentOf(missing)).toMatchObject({
    error: { code: expect.stringMatching(/^ngram\./) as unknown },
  });
});

describe('as the reference has it', () => {
  interface Sentence {
    text: string;
    log10: number;
    tokens: number;
    oov: number;
  }

  test('a model trained here, and its ARPA file, give the sentences and both perplexities of KenLM', async () => {
    const text = path.join(reference, 'wn5k.train.txt');
    const trained = await cli(
      'ngram',
      'train',
      text,
      '--order',
      '5',
      '-o',
      at('m.kn'),
      '--arpa',
      at('m.arpa'),
    );
    expect(trained.code).toBe(0);
    expect(trained.out).toContain('n-grams by order: 10624, 36621, 46659, 45278, 41380');
    const scored = await cli('ngram', 'score', at('m.kn'), path.join(reference, 'wn5k.test.txt'), '--json');
    const lines = linesOf<Sentence>(scored);
    const all = lines.pop() as unknown as Record<string, number>;
    const wanted = readFileSync(path.join(reference, 'wn5k.scores.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(500);
    lines.forEach((line, i) => {
      const { text, log10, tokens, oov } = JSON.parse(wanted[i]!) as Sentence;
      expect(Object.keys(line)).toEqual(['text', 'log10', 'tokens', 'oov']);
      expect(line).toMatchObject({ text, tokens, oov });
      expect(Math.abs(line.log10 - log10)).toBeLessThan(1e-4 + 1e-5 * Math.abs(log10));
    });
    expect(Object.keys(all)).toEqual(['tokens', 'oov', 'perplexityWithOov', 'perplexityWithoutOov']);
    expect(all).toMatchObject({ tokens: 5726, oov: 653 });
    expect(all['perplexityWithOov']! / 439.90903208665566).toBeCloseTo(1, 6);
    expect(all['perplexityWithoutOov']! / 229.83445725525664).toBeCloseTo(1, 6);
    const byArpa = await cli('ngram', 'score', at('m.arpa'), path.join(reference, 'wn5k.test.txt'), '--json');
    expect(byArpa.out).toBe(scored.out);
  });

  test('too small a text is refused with order and reason; allowed to fall back, it says so, as the rule changes counts', async () => {
    const text = path.join(reference, 'tiny12.txt');
    const train = (...more: string[]) =>
      cli('ngram', 'train', text, '--order', '5', ...more, '-o', at('t.kn'), '--json');
    const refused = await train();
    expect(refused.code).toBe(1);
    expect(documentOf(refused)).toMatchObject({
      error: { code: 'ngram.discount-range', facts: { order: 3 } },
    });
    const allowed = await train('--discount-fallback');
    expect(allowed.code).toBe(0);
    expect(allowed.err).toMatch(
      /For n-grams of 3 words the fixed discounts 0.5, 1, 1.5 were used: .* usual for small/,
    );
    // The words of the greatest n-gram decide: «that zzyzx» occurs three times but follows one word; «a dzo» once.
    const arpa = async (lines: string, ...more: string[]) => {
      writeFileSync(at('text.txt'), lines);
      await cli(
        'ngram',
        'train',
        at('text.txt'),
        '--order',
        '2',
        '--discount-fallback',
        ...more,
        '--arpa',
        at('n.arpa'),
      );
      return readFileSync(at('n.arpa'), 'utf8');
    };
    const [tiny, thats] = [readFileSync(text, 'utf8'), 'that zzyzx\n'.repeat(3)];
    const newest = tiny + thats;
    expect(await arpa(newest, '--last-ngram-rule')).not.toBe(await arpa(newest));
    const oldest = `${thats}${tiny}a dzo\n`;
    expect(await arpa(oldest, '--last-ngram-rule')).toBe(await arpa(oldest));
  });
});
