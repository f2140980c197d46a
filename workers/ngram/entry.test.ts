import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Tinypool } from 'tinypool';
import { afterAll, expect, test } from 'vitest';
import {
  BUNDLED_LICENCE,
  buildBundledModel,
  describe,
  forward,
  reverse,
  score,
  scoreWords,
  surprisal,
  train,
  type Outcome,
} from './entry.ts';
import { openNgram } from './open.ts';
import { wordnetSplit } from './wordnet.ts';
import { bytesOf, HERE } from './testdata/reference.ts';

const folder = mkdtempSync(join(tmpdir(), 'ngram-entry-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const training = join(HERE, 'wn5k.train.txt');
const heldOut = join(HERE, 'wn5k.test.txt');

function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

test('a text is trained on and another scored, by paths', async () => {
  const answer = valueOf(await train({ text: training, order: 5, model: at('m.kn'), arpa: at('m.arpa') }));
  expect(answer.report.ngrams).toEqual([10624, 36621, 46659, 45278, 41380]);
  expect(answer.bytes).toBe(statSync(at('m.kn')).size);
  const byFile = valueOf(await score({ model: at('m.kn'), text: heldOut }));
  expect(byFile.perplexityWithOov / 439.90903208665566).toBeCloseTo(1, 6);
  expect(valueOf(await score({ model: at('m.arpa'), text: heldOut }))).toEqual(byFile);
  const sentences = readFileSync(heldOut, 'utf8').trimEnd().split('\n');
  expect(valueOf(await score({ model: at('m.kn'), text: sentences }))).toEqual(byFile);
  const words = valueOf(await scoreWords({ model: at('m.kn'), sentences: sentences.slice(0, 2) }));
  expect(words[1]!.log10).toBeCloseTo(byFile.perSentence[1]!, 9);
  expect(valueOf(await forward({ model: at('m.kn'), samples: sentences })).value).toBe(
    byFile.perplexityWithOov,
  );
});

test('gzip, a byte-order mark and a missing last line break change nothing', async () => {
  const text = bytesOf(HERE, 'wn5k.train.txt');
  writeFileSync(at('odd.gz'), gzipSync(Buffer.concat([Buffer.from('\ufeff'), text.subarray(0, -1)])));
  const odd = valueOf(await train({ text: at('odd.gz'), order: 3 })).report;
  expect(odd).toEqual(valueOf(await train({ text: training, order: 3 })).report);
});

test('what a model is can be asked, of an ARPA file too, without a word of its text', async () => {
  valueOf(
    await train({ text: training, order: 3, model: at('d.kn'), arpa: at('d.arpa'), card: { title: 'D' } }),
  );
  const own = valueOf(await describe({ model: at('d.kn') }));
  expect(own).toMatchObject({ order: 3, ngrams: [10624, 36621, 46659] });
  expect(own.card).toMatchObject({ title: 'D', sentences: 5000, prune: [0, 0, 0] });
  expect(valueOf(await describe({ model: at('d.arpa') }))).toEqual({
    order: 3,
    ngrams: own.ngrams,
    card: {},
  });
  const whole = readFileSync(at('d.kn'));
  writeFileSync(at('short.kn'), whole.subarray(0, 100));
  expect(await describe({ model: at('short.kn') })).toMatchObject({ error: { code: 'ngram.damaged' } });
  writeFileSync(at('garbled.kn'), Buffer.concat([whole.subarray(0, 20), Buffer.alloc(whole.length - 20, 1)]));
  expect(await describe({ model: at('garbled.kn') })).toMatchObject({ error: { code: 'ngram.damaged' } });
  expect(await describe({ model: at('none.kn') })).toMatchObject({ error: { code: 'ngram.model-missing' } });
  expect(await describe({ model: training })).toMatchObject({ error: { code: 'ngram.format' } });
});

test('each word comes with its surprisal, the order that matched, and what would have been likelier', async () => {
  // From the file, log10: p(the | <s>) and p(cat | <s> the); «dog» after «the cat» is backed off to the single word.
  const model = join(HERE, 'tiny12.o3.arpa');
  const [words = [], none] = valueOf(
    await surprisal({ model, sentences: ['the cat dog', 'zzz'], alternatives: 2 }),
  );
  expect(words.map(({ word, order, oov }) => [word, order, oov])).toEqual([
    ['the', 2, false],
    ['cat', 3, false],
    ['dog', 1, false],
    ['</s>', 1, false],
  ]);
  const [single] = valueOf(await scoreWords({ model, sentences: ['the cat dog'] }));
  words.forEach((word, i) => {
    expect(word.log10).toBe(single!.words[i]!.log10);
    expect(word.bits).toBeCloseTo(-word.log10 / Math.log10(2), 9);
    expect(word.alternatives).toHaveLength(2);
    expect(word.alternatives[0]!.log10).toBeGreaterThanOrEqual(word.alternatives[1]!.log10);
    // Rank counts those at least as likely: the first alternative is at least as likely as the word itself.
    expect(word.alternatives[0]!.log10).toBeGreaterThanOrEqual(word.log10 - 1e-6);
    expect(word.rank === 1).toBe(word.alternatives[0]!.word === word.word);
  });
  // -1.3482327 - 0.0687158 - 0.30103, by the numbers of the file.
  expect(words[2]!.bits).toBeCloseTo(1.7179785 / Math.log10(2), 4);
  expect(none!.map(({ word, oov }) => [word, oov])).toEqual([
    ['zzz', true],
    ['</s>', false],
  ]);
});

test('a model that was made anew under the same name is opened anew', async () => {
  valueOf(await train({ text: training, order: 2, model: at('again.kn') }));
  const before = valueOf(await score({ model: at('again.kn'), text: ['the cat'] }));
  valueOf(await train({ text: heldOut, order: 2, model: at('again.kn') }));
  const after = valueOf(await score({ model: at('again.kn'), text: ['the cat'] }));
  expect(after.log10).not.toBe(before.log10);
  valueOf(await train({ text: training, order: 2, model: at('again.kn') }));
  expect(valueOf(await score({ model: at('again.kn'), text: ['the cat'] }))).toEqual(before);
});

test('a foreseen error comes back with code and facts', async () => {
  expect(await train({ text: at('nowhere.txt'), order: 3 })).toMatchObject({
    ok: false,
    error: { code: 'ngram.unreadable', facts: { file: at('nowhere.txt') } },
  });
});

test('in a thread: progress is told, a shared flag cancels, errors keep their facts', async () => {
  const pool = new Tinypool({ filename: join(import.meta.dirname, 'entry.ts'), maxThreads: 1 });
  const { port1, port2 } = new MessageChannel();
  const told: unknown[] = [];
  port2.on('message', (message) => told.push(message));
  const done = (await pool.run(
    { text: training, order: 3, progress: port1 },
    { name: 'train', transferList: [port1] },
  )) as Outcome<unknown>;
  expect(done.ok).toBe(true);
  await expect.poll(() => told.length).toBeGreaterThan(3);
  port2.close();
  const cancel = new SharedArrayBuffer(4);
  new Int32Array(cancel)[0] = 1;
  expect(await pool.run({ text: training, order: 3, cancel }, { name: 'train' })).toEqual({
    ok: false,
    error: { code: 'ngram.cancelled', facts: {} },
  });
  expect(await pool.run({ samples: [], realTest: [] }, { name: 'reverse' })).toMatchObject({
    error: { code: 'ngram.empty' },
  });
  await pool.destroy();
});

test('the reverse perplexity comes by the same door', async () => {
  const lines = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');
  const report = valueOf(await reverse({ samples: lines(training), realTest: lines(heldOut) }));
  expect(report.value / 439.90903208665566).toBeCloseTo(1, 6);
});

test('the bundled model is general English in at most 30 MB, with a card that says what it is', async () => {
  const { report, bytes } = await buildBundledModel(at('bundled.kn'));
  expect(bytes).toBeLessThanOrEqual(30e6);
  expect(report.fallbackOrders).toEqual([]);
  const model = openNgram(at('bundled.kn'));
  expect(model.card.madeOf).toMatch(/WordNet 3.1/);
  expect(model.card.notFor).toMatch(/other languages/);
  // Its text may be passed on only with this notice.
  const licence = readFileSync(at(BUNDLED_LICENCE), 'utf8');
  expect(licence).toMatch(/Permission to use, copy, modify and distribute/);
  expect(licence).toMatch(/Princeton University/);
  // It reads the sample corpus, which it never saw, far better than chance over its words.
  const sample = wordnetSplit().sample.map((s) => s.text);
  const fluent = model.scoreCorpus(sample).perplexityWithOov;
  const shuffled = model.scoreCorpus(
    sample.map((text) => text.split(' ').reverse().join(' ')),
  ).perplexityWithOov;
  expect(fluent).toBeLessThan(shuffled / 3);
});
