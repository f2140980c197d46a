import { existsSync, mkdirSync, writeFileSync, appendFileSync } from 'node:fs';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '../../contract/entities.ts';
import { openStore } from '../../db/store.ts';
import type { App } from '../app.ts';
import { aRun, nextOf, openTestApp, putDataSet, temporaryHome } from '../testing/fixtures.ts';

let home: string;
let remove: () => void;
let app: App;
const client = () => createRouterClient(app.router, { context: app.context });
beforeEach(() => {
  ({ home, remove } = temporaryHome());
  putDataSet(home);
});
afterEach(async () => {
  await app.close();
  remove();
});

/** Opens a home in which these runs are written down. */
async function openWith(...runs: Partial<Run>[]): Promise<void> {
  const store = openStore(path.join(home, 'workbench.sqlite'));
  const study = { dataSetId: 'tiny', size: 'quick' as const, methodIds: ['vae'], seeds: 1, createdAt: 1 };
  store.studies.add({ id: 'study', name: 'Study', ...study });
  for (const run of runs) store.runs.add(aRun({ status: 'finished', ...run }));
  store.close();
  app = await openTestApp(home, { idle: true });
}

test('name, note, star and tags change by themselves and are told to every window', async () => {
  await openWith({ id: 'a' });
  const events = await client().events({});
  await client().runs.annotate({ id: 'a', star: true });
  await client().runs.annotate({ id: 'a', name: 'Best', tags: ['paper'] });
  expect(await nextOf(events, 'run')).toMatchObject({ run: { id: 'a', star: true, name: 'A run' } });
  expect(await client().runs.get({ id: 'a' })).toMatchObject({
    star: true,
    name: 'Best',
    tags: ['paper'],
    note: '',
  });
});

describe('the trash', () => {
  beforeEach(async () => {
    await openWith({ id: 'a' }, { id: 'starred', star: true }, { id: 'b' });
    for (const id of ['a', 'b']) {
      mkdirSync(path.join(home, 'runs', id, 'samples'), { recursive: true });
      writeFileSync(path.join(home, 'runs', id, 'samples', 'x.jsonl'), 'x'.repeat(1000));
    }
  });

  test('takes several runs at once, but none with a star', async () => {
    const trashed = await client().runs.trash({ ids: ['a', 'starred', 'b'] });
    expect(trashed.map(({ id }) => id)).toEqual(['a', 'b']);
    expect((await client().runs.get({ id: 'starred' })).trashedAt).toBeNull();
  });

  test('gives back what is taken out of it', async () => {
    await client().runs.trash({ ids: ['a', 'b'] });
    expect((await client().runs.restore({ ids: ['a'] })).map(({ id }) => id)).toEqual(['a']);
    expect(await client().runs.emptyTrash()).toEqual({ bytes: 1000, runs: 1 });
    expect(existsSync(path.join(home, 'runs', 'a'))).toBe(true);
    expect(existsSync(path.join(home, 'runs', 'b'))).toBe(false);
    await expect(client().runs.get({ id: 'b' })).rejects.toMatchObject({ data: { code: 'runs.not-found' } });
  });

  test('takes the study along when its last run goes', async () => {
    await client().runs.annotate({ id: 'starred', star: false });
    await client().runs.trash({ ids: ['a', 'b', 'starred'] });
    const events = await client().events({});
    await client().runs.emptyTrash();
    await nextOf(events, 'studies-changed');
    expect(await client().studies.list()).toEqual([]);
  });

  test('holds runs from which nothing can be resumed', async () => {
    await openAgainWith({ id: 'c', status: 'paused', savedStep: 3, trashedAt: 5 });
    await expect(client().runs.resume({ id: 'c' })).rejects.toMatchObject({
      data: { code: 'runs.not-pausable' },
    });
  });
});

async function openAgainWith(run: Partial<Run>): Promise<void> {
  await app.close();
  const store = openStore(path.join(home, 'workbench.sqlite'));
  store.runs.add(aRun(run));
  store.close();
  app = await openTestApp(home, { idle: true });
}

test.each(['starting', 'running', 'pausing', 'stopping'] as const)(
  'a run that was %s when the workbench was killed is marked, with its last save',
  async (status) => {
    await openWith({ id: 'a', status, step: 9, savedStep: 7, startedAt: 1 });
    expect(await client().runs.get({ id: 'a' })).toMatchObject({
      status: 'crashed',
      error: { code: 'worker.crashed', facts: { step: 9, saved: 7 } },
    });
    expect(await client().notices.list()).toMatchObject([{ kind: 'crashed', runId: 'a' }]);
    expect(await client().runs.continue({ id: 'a' })).toMatchObject({ status: 'queued', error: null });
  },
);

test('a worker that saved after the workbench was killed is continued from there', async () => {
  const folder = path.join(home, 'runs', 'a');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'last.json'), '{"step":12,"epoch":1}');
  writeFileSync(path.join(folder, 'last.safetensors'), 'parameters');
  await openWith({ id: 'a', status: 'running', step: 9, savedStep: 7, startedAt: 1 });
  const { savedStep, error } = await client().runs.get({ id: 'a' });
  expect([savedStep, error?.facts['saved']]).toEqual([12, 12]);
});

test('a failed run without a save cannot be kept as it is, only thrown away', async () => {
  await openWith({ id: 'a', status: 'failed' });
  await expect(client().runs.stop({ id: 'a', keep: true })).rejects.toMatchObject({
    data: { code: 'runs.no-model' },
  });
  expect((await client().runs.stop({ id: 'a', keep: false })).trashedAt).not.toBeNull();
});

test('curves, probes and log are read from the folder of the run; a line that a crash cut off is left out', async () => {
  await openWith({ id: 'a' });
  const folder = path.join(home, 'runs', 'a');
  expect(await client().runs.series({ id: 'a' })).toEqual([]);
  mkdirSync(folder, { recursive: true });
  const point = { step: 1, epoch: 0.1, values: { loss: 3, kl: 0.2 } };
  writeFileSync(path.join(folder, 'series.jsonl'), `${JSON.stringify(point)}\n{"step":2,"epo`);
  writeFileSync(path.join(folder, 'probes.jsonl'), `${JSON.stringify({ step: 1, sentences: ['a .'] })}\n`);
  appendFileSync(
    path.join(folder, 'log.jsonl'),
    `${JSON.stringify({ at: 5, level: 'info', text: 'hello' })}\n`,
  );
  app.context.runs.note('a', 'error', 'gone');
  expect(await client().runs.series({ id: 'a' })).toEqual([point]);
  expect(await client().runs.probes({ id: 'a' })).toEqual([{ step: 1, sentences: ['a .'] }]);
  expect((await client().runs.log({ id: 'a' })).map(({ text }) => text)).toEqual(['hello', 'gone']);
});

test('cleared notices are cleared for every window', async () => {
  await openWith({ id: 'a', status: 'running' });
  const events = await client().events({});
  await client().notices.clear();
  await nextOf(events, 'reload');
  expect(await client().notices.list()).toEqual([]);
});
