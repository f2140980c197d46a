import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { languageModelSettings, type LanguageModelEvent } from '../../contract/language-models.ts';
import type { App } from '../app.ts';
import { workerFile } from '../project.ts';
import { nextOf, openTestApp, temporaryHome } from '../testing/fixtures.ts';

const fakeMaker = fileURLToPath(new URL('../testing/fake-language-model.ts', import.meta.url));
let home: string;
let remove: () => void;
let app: App | undefined;
beforeEach(() => ({ home, remove } = temporaryHome()));
afterEach(async () => {
  await app?.close();
  app = undefined;
  remove();
});
const client = () => createRouterClient(app!.router, { context: app!.context });
const folder = () => readdirSync(path.join(home, 'language-models'));

const sentences = Array.from(
  { length: 60 },
  (_, i) => `the ${['cat', 'dog', 'bird'][i % 3]} number ${i % 7} ran`,
);
const settings = languageModelSettings.parse({ title: 'Pets', order: 3, discountFallback: true });

function textFile(name = 'pets.txt', text = `${sentences.join('\n')}\n`) {
  const file = path.join(home, name);
  writeFileSync(file, text);
  return { kind: 'path' as const, path: file };
}
async function all(feed: AsyncIterable<LanguageModelEvent>): Promise<LanguageModelEvent[]> {
  const events = [];
  for await (const event of feed) events.push(event);
  return events;
}
async function doneOf(feed: Promise<AsyncIterable<LanguageModelEvent>>) {
  const last = (await all(await feed)).at(-1);
  if (last?.kind !== 'done') throw new Error('it did not end with a model');
  return last;
}

describe('with the real process', () => {
  beforeEach(async () => void (app = await openTestApp(home)));

  test('a model is trained on a text, told of, listed, scores words, and is deleted again', async () => {
    const events = await client().events({});
    const told = await all(await client().languageModels.train({ source: textFile(), settings }));
    const shares = told.flatMap((event) => (event.kind === 'progress' ? event.share : []));
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const done = told.at(-1);
    if (done?.kind !== 'done') throw new Error('it did not end with a model');
    expect(done.model).toMatchObject({ kind: 'own', title: 'Pets', order: 3, sentences: 60, tokens: 300 });
    expect(done.model.ngrams).toHaveLength(3);
    expect(done.model.bytes).toBeGreaterThan(0);
    // Sixty sentences of so few words are too regular for discounts of their own.
    expect(done.fallbackOrders[0]!.sentence).toMatch(
      /For n-grams of .* the fixed discounts 0.5, 1, 1.5 were used/,
    );
    await nextOf(events, 'language-models-changed');
    expect(await client().languageModels.list()).toEqual([done.model]);
    const words = await client().samples.words({ text: 'the cat number', languageModelId: done.model.id });
    expect(words.map(({ word, order }) => [word, order])).toEqual([
      ['the', 2],
      ['cat', 3],
      ['number', 3],
      ['</s>', 1],
    ]);
    await client().languageModels.remove({ id: done.model.id });
    expect(await client().languageModels.list()).toEqual([]);
    expect(folder()).toEqual([]);
  });

  test('an ARPA file and a model of the workbench are brought in, an upload under its own name', async () => {
    const arpa = path.join(import.meta.dirname, '../../workers/ngram/testdata/tiny12.o3.arpa');
    const source = { kind: 'path' as const, path: arpa };
    const { model } = await doneOf(client().languageModels.import({ source }));
    expect(model).toMatchObject({ kind: 'own', title: 'tiny12.o3', order: 3, sentences: null, tokens: null });
    const own = path.join(home, 'language-models', readdirSync(path.join(home, 'language-models'))[0]!);
    copyFileSync(own, path.join(home, 'copy.kn'));
    const bytes = Readable.from([readFileSync(path.join(home, 'copy.kn'))]);
    const { uploadId } = await app!.context.handOver.receive('brought.kn', bytes);
    const upload = { kind: 'upload' as const, uploadId, name: 'brought.kn' };
    const again = await doneOf(client().languageModels.import({ source: upload }));
    expect(again.model).toMatchObject({ title: 'brought', ngrams: model.ngrams });
    expect(readdirSync(path.join(home, 'uploads'))).toEqual([]);
    expect((await client().languageModels.list()).map(({ title }) => title)).toEqual([
      'brought',
      'tiny12.o3',
    ]);
  });

  test.each([
    ['a text where fixed discounts are not allowed', 'ngram.discount-missing', { discountFallback: false }],
    ['a text with a word that is kept for the model', 'ngram.reserved-word', {}],
    ['an empty text', 'ngram.empty', {}],
    ['thresholds that fall', 'ngram.option', { prune: [0, 2, 1] }],
  ] as const)('%s is refused with %s, and nothing is kept', async (what, code, change) => {
    const texts: Record<string, string> = { 'ngram.reserved-word': 'a <s> b\n', 'ngram.empty': '' };
    const source = textFile('odd.txt', texts[code]);
    const feed = await client().languageModels.train({
      source,
      settings: { ...settings, ...change, prune: [...('prune' in change ? change.prune : [])] },
    });
    await expect(all(feed), what).rejects.toMatchObject({ data: { code } });
    expect(folder()).toEqual([]);
  });

  test('a file that is no language model is refused, as is one that is not there', async () => {
    const bring = (source: { kind: 'path'; path: string }) =>
      client().languageModels.import({ source }).then(all);
    await expect(bring(textFile())).rejects.toMatchObject({
      data: { code: 'ngram.format', facts: { file: 'pets.txt' } },
    });
    const nowhere = { kind: 'path' as const, path: path.join(home, 'nowhere.arpa') };
    await expect(bring(nowhere)).rejects.toMatchObject({ data: { code: 'ngram.model-missing' } });
    expect(folder()).toEqual([]);
  });

  test('only own models are deleted, and only those that are there', async () => {
    mkdirSync(path.join(home, 'runtime', 'models'), { recursive: true });
    const bundled = path.join(home, 'runtime', 'models', 'general-english.kn');
    await doneOf(client().languageModels.train({ source: textFile(), settings }));
    copyFileSync(path.join(home, 'language-models', folder()[0]!), bundled);
    await expect(client().languageModels.remove({ id: 'bundled' })).rejects.toMatchObject({
      data: { code: 'ngram.not-own', facts: { title: 'Pets' } },
    });
    expect(existsSync(bundled)).toBe(true);
    for (const id of ['own:00000000-0000-0000-0000-000000000000', 'own:../../workbench'])
      await expect(client().languageModels.remove({ id })).rejects.toMatchObject({
        data: { code: 'ngram.model-missing' },
      });
  });

  test('a model that cannot be read is listed with its reason, and can be deleted', async () => {
    const id = '00000000-0000-0000-0000-000000000001';
    writeFileSync(path.join(home, 'language-models', `${id}.kn`), 'LWngram\0 cut off here');
    const [model] = await client().languageModels.list();
    expect(model).toMatchObject({ id: `own:${id}`, kind: 'own', problem: { code: 'ngram.version' } });
    await client().languageModels.remove({ id: `own:${id}` });
    expect(await client().languageModels.list()).toEqual([]);
  });
});

describe('with a process that misbehaves', () => {
  beforeEach(async () => {
    const workers = (name: Parameters<typeof workerFile>[0]) =>
      name === 'language-models' ? fakeMaker : workerFile(name);
    app = await openTestApp(home, { workers });
  });
  const start = (name: string) =>
    client().languageModels.train({ source: { kind: 'path', path: path.join(home, name) }, settings });

  test('leaving the feed cancels, and leaves no trace', async () => {
    const feed = await start('slow');
    expect((await feed.next()).value).toMatchObject({ kind: 'progress', phase: 'counting' });
    expect(folder()).toEqual([expect.stringMatching(/^\.incoming-/)]);
    await feed.return?.();
    await expect.poll(folder, { timeout: 30_000 }).toEqual([]);
    expect(await client().languageModels.list()).toEqual([]);
  });

  test('one that is killed is a bug with a number, and leaves no trace', async () => {
    await expect(start('dies').then(all)).rejects.toMatchObject({ data: { code: 'bug.unexpected' } });
    expect(folder()).toEqual([]);
  });
});

test('what was half made when the workbench was killed is removed at the next start', async () => {
  const half = path.join(home, 'language-models', '.incoming-1');
  mkdirSync(half, { recursive: true });
  writeFileSync(path.join(half, 'model.kn'), 'half');
  app = await openTestApp(home);
  expect(folder()).toEqual([]);
});
