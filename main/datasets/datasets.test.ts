import { mkdirSync, readdirSync, writeFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataSetFiles } from '../../contract/datasets.ts';
import { importSettings, type DataSet } from '../../contract/entities.ts';
import type { App } from '../app.ts';
import { workerFile } from '../project.ts';
import { nextOf, openTestApp, putDataSet, temporaryHome } from '../testing/fixtures.ts';
import type { ImportEvent } from './datasets.ts';

const fakeIngest = fileURLToPath(new URL('../testing/fake-ingest.ts', import.meta.url));
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
const folders = () => readdirSync(path.join(home, 'datasets'), { recursive: true }).map(String);

const lines = Array.from(
  { length: 400 },
  (_, i) => `the ${['cat', 'dog', 'bird'][i % 3]} number ${i} ran home .`,
);
const settings = importSettings.parse({ name: 'Pets' });

async function all(feed: AsyncIterable<ImportEvent>): Promise<ImportEvent[]> {
  const events = [];
  for await (const event of feed) events.push(event);
  return events;
}
const doneOf = (events: ImportEvent[]): DataSet => {
  const last = events.at(-1);
  if (last?.kind !== 'done') throw new Error('the import did not end with a data set');
  return last.dataSet;
};

describe('with the real import process', () => {
  beforeEach(async () => void (app = await openTestApp(home)));

  test('a file becomes a data set with its folder, and every window hears of it', async () => {
    const file = path.join(home, 'pets.txt');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const events = await client().events({});
    const feed = await client().datasets.import({ sources: [{ kind: 'path', path: file }], settings });
    const set = doneOf(await all(feed));
    expect(set).toMatchObject({ name: 'Pets', origin: 'file', runs: 0, files: [{ name: 'pets.txt' }] });
    await nextOf(events, 'data-sets-changed');
    expect(await client().datasets.list()).toEqual([set]);
    const { train, validation, test: tests, evaluator } = set.sentences;
    expect(train + validation + tests + evaluator).toBe(400);
    for (const name of [dataSetFiles.vocabulary, dataSetFiles.tokens('train'), dataSetFiles.evaluator])
      expect(existsSync(path.join(home, 'datasets', set.id, name))).toBe(true);
    expect(folders().filter((name) => name.startsWith('.incoming/'))).toEqual([]);
  });

  test('an upload is imported under the name the person knows, and is not kept', async () => {
    const bytes = Readable.from([lines.join('\n')]);
    const { uploadId } = await app!.context.handOver.receive('a b.txt', bytes);
    const source = { kind: 'upload', uploadId, name: 'a b.txt' } as const;
    const preview = await client().datasets.preview({ sources: [source], settings: {} });
    expect(preview).toMatchObject({ lines: 400, files: [{ name: 'a b.txt' }] });
    const set = doneOf(await all(await client().datasets.import({ sources: [source], settings })));
    expect(set.files[0]!.name).toBe('a b.txt');
    expect(readdirSync(path.join(home, 'uploads'))).toEqual([]);
  });

  test('a name that is taken is a warning of the preview', async () => {
    putDataSet(home, { name: 'pets' });
    const file = path.join(home, 'pets.txt');
    writeFileSync(file, lines.join('\n'));
    const preview = await client().datasets.preview({
      sources: [{ kind: 'path', path: file }],
      settings: { name: 'pets' },
    });
    expect(preview.warnings).toContainEqual({ kind: 'name-taken', facts: { name: 'pets' } });
  });

  test('what the process foresaw comes back as it is', async () => {
    const sources = [{ kind: 'path' as const, path: path.join(home, 'none.txt') }];
    const feed = await client().datasets.import({ sources, settings });
    await expect(all(feed)).rejects.toMatchObject({ code: 'EXPECTED', data: { code: 'import.missing' } });
    expect(await client().datasets.list()).toEqual([]);
  });

  test('an upload that is gone is said to be', async () => {
    const source = { kind: 'upload', uploadId: '00000000-0000-0000-0000-000000000000', name: 'x' } as const;
    await expect(client().datasets.preview({ sources: [source], settings: {} })).rejects.toMatchObject({
      data: { code: 'hand-over.missing' },
    });
  });
});

describe('with an import process that misbehaves', () => {
  beforeEach(async () => {
    const workers = (name: Parameters<typeof workerFile>[0]) =>
      name === 'ingest' ? fakeIngest : workerFile(name);
    app = await openTestApp(home, { workers });
  });
  const start = (name: string) =>
    client().datasets.import({ sources: [{ kind: 'path', path: path.join(home, name) }], settings });
  const nothingIsLeft = () => expect(folders().filter((name) => name !== '.incoming')).toEqual([]);

  test('leaving the feed cancels, and leaves no trace', async () => {
    const feed = await start('slow');
    expect((await feed.next()).value).toMatchObject({ kind: 'progress', share: 0.5 });
    expect(folders()).toContainEqual(expect.stringMatching(/half$/));
    await feed.return?.();
    await expect.poll(folders, { timeout: 30_000 }).toEqual(['.incoming']);
    expect(await client().datasets.list()).toEqual([]);
  });

  test('one that is killed is a bug with a number, and leaves no trace', async () => {
    await expect(start('dies').then(all)).rejects.toMatchObject({ data: { code: 'bug.unexpected' } });
    nothingIsLeft();
  });

  test('one that fails says why, and leaves no trace', async () => {
    await expect(start('fails').then(all)).rejects.toMatchObject({
      data: { code: 'import.empty', facts: { file: 'fails' } },
    });
    nothingIsLeft();
  });

  test('the command line cancels by signal', async () => {
    const ending = new AbortController();
    const request = { kind: 'import', sources: [{ kind: 'path', path: '/slow' }], settings } as const;
    const importing = app!.context.dataSets.import(request, () => ending.abort(), ending.signal);
    await expect(importing).rejects.toMatchObject({ code: 'import.cancelled' });
    nothingIsLeft();
  });
});

test('what an import left when the workbench was killed is removed at the next start', async () => {
  const kept = putDataSet(home);
  for (const name of ['.incoming/half-done', 'moved-but-not-in-the-store', '.removed-earlier'])
    mkdirSync(path.join(home, 'datasets', name), { recursive: true });
  app = await openTestApp(home);
  expect(readdirSync(path.join(home, 'datasets'))).toEqual([kept.id]);
});

describe('a data set', () => {
  beforeEach(async () => {
    putDataSet(home);
    app = await openTestApp(home);
  });

  test('is read page by page, and searched', async () => {
    const page = (query: object) => client().datasets.sentences({ id: 'tiny', split: 'train', ...query });
    expect(await page({ offset: 1, limit: 2 })).toEqual({
      total: 4,
      sentences: ['the dog ran .', 'a bird sang .'],
    });
    expect(await page({ search: 'the' })).toEqual({
      total: 3,
      sentences: ['the cat sat .', 'the dog ran .', 'THE sun rose .'],
    });
    expect(await page({ search: 'the', offset: 2 })).toEqual({ total: 3, sentences: ['THE sun rose .'] });
    expect(await page({ search: 'unicorn' })).toEqual({ total: 0, sentences: [] });
    expect((await client().datasets.sentences({ id: 'tiny', split: 'test' })).sentences).toHaveLength(2);
  });

  test('is found by id or name, and renamed', async () => {
    expect(app!.context.dataSets.find('Tiny').id).toBe('tiny');
    expect((await client().datasets.rename({ id: 'tiny', name: 'Small' })).name).toBe('Small');
    expect(app!.context.dataSets.find('Small').id).toBe('tiny');
    expect(() => app!.context.dataSets.find('Tiny')).toThrow(
      expect.objectContaining({ code: 'datasets.not-found' }),
    );
  });

  test('with runs is kept, without them removed with its folder', async () => {
    const { studies, runs, devices } = app!.context;
    devices.configure('cpu', { enabled: true });
    const request = {
      dataSetId: 'tiny',
      methodIds: ['vae'],
      size: 'quick',
      seeds: 1,
      options: {},
      pinnedTo: null,
    } as const;
    const [run] = studies.create({ ...request, methodIds: ['vae'] }).runs;
    await expect(client().datasets.remove({ id: 'tiny' })).rejects.toMatchObject({
      data: { code: 'datasets.in-use', facts: { runs: 1, name: 'Tiny' } },
    });
    await expect.poll(() => runs.get(run!.id).status, { timeout: 30_000 }).toBe('finished');
    runs.trash([run!.id]);
    await expect(client().datasets.remove({ id: 'tiny' })).rejects.toMatchObject({
      data: { code: 'datasets.in-use' },
    });
    const { bytes } = await client().runs.emptyTrash();
    expect(bytes).toBeGreaterThan(0);
    await client().datasets.remove({ id: 'tiny' });
    expect(readdirSync(path.join(home, 'datasets'))).toEqual([]);
    expect(await client().studies.list()).toEqual([]);
  });
});
