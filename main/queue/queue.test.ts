import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '../../contract/entities.ts';
import type { StudyRequest } from '../../contract/rpc.ts';
import type { Adapter } from '../../contract/worker.ts';
import type { App } from '../app.ts';
import type { Behaviour } from '../testing/fake-train.ts';
import {
  fakeNvidiaSmi,
  openTestApp,
  putDataSet,
  readJson,
  temporaryHome,
  until,
  writeSetUp,
} from '../testing/fixtures.ts';

let home: string;
let remove: () => void;
let app: App | undefined;

beforeEach(() => ({ home, remove } = temporaryHome()));
afterEach(async () => {
  await app?.close();
  app = undefined;
  remove();
});

/** Seconds are short where a silence is waited for, and long enough for a busy machine to start a process in time. */
async function openWith(behaviour: Behaviour): Promise<App> {
  putDataSet(home, {}, behaviour);
  const second = behaviour.fallSilentAt === undefined ? undefined : 25;
  return (app = await openTestApp(home, { second }));
}

function study(change: Partial<StudyRequest> = {}): Run[] {
  const { context } = app!;
  const request: StudyRequest = {
    dataSetId: 'tiny',
    methodIds: ['vae'],
    size: 'quick',
    seeds: 1,
    options: {},
    pinnedTo: null,
    ...change,
  };
  return context.studies.create(request).runs;
}
const run = (id: string) => app!.context.runs.get(id);
const reaches = (id: string, ...statuses: Run['status'][]) =>
  until(() => (statuses.includes(run(id).status) ? run(id) : undefined));

test('a run goes from the queue through its worker to its results', async () => {
  await openWith({ steps: 6 });
  const [queued] = study();
  const finished = await reaches(queued!.id, 'finished');
  expect(finished).toMatchObject({
    step: 6,
    progress: 1,
    deviceId: 'cpu',
    position: null,
    peakBytes: 60_000_000,
  });
  expect(finished.results).toMatchObject({ nll: 31, kl: 2 });
  expect(finished.seconds).toBeGreaterThan(0);
  expect(app!.context.runs.series(queued!.id).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(app!.context.notices.list()).toMatchObject([{ kind: 'finished', runId: queued!.id }]);
});

test('the worker sees no card when it runs on the processor', async () => {
  await openWith({ steps: 2 });
  const [queued] = study();
  await reaches(queued!.id, 'finished');
  const seen = readJson(path.join(home, 'runs', queued!.id, 'environment.json'));
  expect(seen).toMatchObject({ cards: '-1', resumed: false });
});

test('one slot runs one at a time, in the order of the queue; one that fails holds up nobody', async () => {
  await openWith({ steps: 3, notFiniteAt: 2 });
  app!.context.devices.configure('cpu', { slots: 1 });
  const [first, second] = study({ seeds: 2 });
  expect(run(second!.id).status).toBe('queued');
  expect(await reaches(first!.id, 'failed')).toMatchObject({ error: { code: 'worker.not-finite' } });
  const other = await reaches(second!.id, 'failed');
  expect(other.startedAt).toBeGreaterThanOrEqual(run(first!.id).endedAt!);
});

test('two slots run two at once', async () => {
  await openWith({ steps: 200 });
  app!.context.devices.configure('cpu', { slots: 2 });
  const [first, second, third] = study({ seeds: 3 });
  await until(() => run(first!.id).status === 'running' && run(second!.id).status === 'running');
  expect(run(third!.id).status).toBe('queued');
  expect(app!.context.devices.list()[0]!.running).toHaveLength(2);
});

test('pausing frees the slot and the memory, and the run goes on from the step where it stopped', async () => {
  await openWith({ steps: 40, pace: 10 });
  const { control, devices, runs } = app!.context;
  const [queued] = study();
  await until(() => run(queued!.id).step > 2);
  expect(control.pause(queued!.id).status).toBe('pausing');
  const paused = await reaches(queued!.id, 'paused');
  expect(paused.savedStep).toBe(paused.step);
  await until(() => devices.list()[0]!.running.length === 0);
  // Its memory is free because its process is no more.
  const { pid } = readJson(path.join(home, 'runs', queued!.id, 'environment.json')) as { pid: number };
  expect(() => process.kill(pid, 0)).toThrow(expect.objectContaining({ code: 'ESRCH' }));
  control.resume(queued!.id);
  await reaches(queued!.id, 'finished');
  // Every step once: the curve has neither hole nor repetition.
  expect(runs.series(queued!.id).map(({ step }) => step)).toEqual(
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
});

test('stopping with keep measures the model; without it the run goes to the trash', async () => {
  await openWith({ steps: 1000, pace: 10 });
  app!.context.devices.configure('cpu', { slots: 2 });
  const [kept, thrown] = study({ seeds: 2 });
  await until(() => run(kept!.id).step > 0 && run(thrown!.id).step > 0);
  app!.context.control.stop(kept!.id, true);
  app!.context.control.stop(thrown!.id, false);
  expect(await reaches(kept!.id, 'stopped')).toMatchObject({ results: { nll: 31 }, trashedAt: null });
  expect((await reaches(thrown!.id, 'stopped')).results).toBeNull();
  expect(run(thrown!.id).trashedAt).not.toBeNull();
  expect(app!.context.notices.list()).toEqual([]);
});

test('a paused run that is stopped with keep is measured from its last save', async () => {
  await openWith({ steps: 1000, pace: 10 });
  const [queued] = study();
  await until(() => run(queued!.id).step > 4);
  app!.context.control.pause(queued!.id);
  await reaches(queued!.id, 'paused');
  app!.context.control.stop(queued!.id, true);
  expect(await reaches(queued!.id, 'stopped')).toMatchObject({ results: { nll: 31 } });
});

describe('a worker that vanishes', () => {
  test.each([
    ['is killed', { dieAt: 7 }],
    ['falls silent', { fallSilentAt: 7 }],
    ['says what nobody understands', { babbleAt: 7 }],
  ])('when it %s, the run is marked, and continues from its last save', async (_, behaviour) => {
    await openWith({ steps: 12, pace: 5, ...behaviour });
    const [queued] = study();
    const crashed = await reaches(queued!.id, 'crashed');
    expect(crashed.error?.code).toBe('worker.crashed');
    expect(crashed.savedStep).toBe(4);
    expect(app!.context.notices.list()).toMatchObject([{ kind: 'crashed', runId: queued!.id }]);
    expect(app!.context.runs.log(queued!.id).at(-1)?.text).toContain('is gone');
    putBehaviour({ steps: 12 });
    app!.context.control.continue(queued!.id);
    expect(await reaches(queued!.id, 'finished')).toMatchObject({ step: 12, error: null });
    const seen = readJson(path.join(home, 'runs', queued!.id, 'environment.json'));
    expect(seen).toMatchObject({ resumed: true });
  });

  test('takes its words with it: step and saved step stand in the error', async () => {
    await openWith({ steps: 12, pace: 5, dieAt: 7 });
    const [queued] = study();
    const { error } = await reaches(queued!.id, 'crashed');
    expect(error?.facts).toEqual({ step: 7, saved: 4 });
  });
});

test('a collapse warning marks the run and is a notice', async () => {
  await openWith({ steps: 5, collapseAt: 3 });
  const [queued] = study();
  expect(await reaches(queued!.id, 'finished')).toMatchObject({ collapsedSince: 3 });
  expect(app!.context.notices.list().map(({ kind }) => kind)).toContain('collapsed');
});

describe('on a machine with cards', () => {
  const systemPath = process.env['PATH'];
  afterEach(() => void (process.env['PATH'] = systemPath));

  test('each run sees the one card it was given, no card is given twice, and one switched off is left alone', async () => {
    const cards = Array.from({ length: 4 }, (_, i) => `GPU-${i}, Card ${i}, 8192, 10, 40`);
    fakeNvidiaSmi(path.join(home, 'bin'), cards.join('\n'));
    process.env['PATH'] = `${path.join(home, 'bin')}${path.delimiter}${systemPath ?? ''}`;
    writeSetUp(path.join(home, 'runtime'), 'GPU');
    await openWith({ steps: 100_000 });
    app!.context.devices.configure('cpu', { enabled: false });
    app!.context.devices.configure('GPU-2', { enabled: false });
    const runs = study({ seeds: 4 });
    const running = runs.slice(0, 3);
    await until(() => running.every(({ id }) => run(id).status === 'running'));
    const seen = running.map(
      ({ id }) => readJson(path.join(home, 'runs', id, 'environment.json')) as { cards: string },
    );
    expect(seen.map(({ cards }) => cards)).toEqual(['GPU-0', 'GPU-1', 'GPU-3']);
    expect(running.map(({ id }) => run(id).deviceId)).toEqual(['GPU-0', 'GPU-1', 'GPU-3']);
    expect(run(runs[3]!.id).status).toBe('queued');
  });
});

test('a run that is being asked for what does not fit its status is left alone', async () => {
  await openWith({ steps: 2 });
  const [queued] = study();
  await reaches(queued!.id, 'finished');
  for (const ask of ['pause', 'resume', 'continue'] as const)
    expect(() => app!.context.control[ask](queued!.id)).toThrow(
      expect.objectContaining({
        code: 'runs.not-pausable',
        facts: expect.objectContaining({ status: 'finished' }),
      }),
    );
});

test('the user orders the queue, takes runs out of it and brings them back', async () => {
  await openWith({ steps: 100_000 });
  const { queue, runs } = app!.context;
  const [running, a, b, c] = study({ seeds: 4 });
  await reaches(running!.id, 'running');
  const names = () => queue.move(a!.id, null).map(({ id }) => id);
  expect(queue.move(c!.id, a!.id).map(({ id }) => id)).toEqual([c!.id, a!.id, b!.id]);
  expect(names()).toEqual([c!.id, b!.id, a!.id]);
  queue.remove(b!.id);
  expect(run(b!.id).trashedAt).not.toBeNull();
  expect(names()).toEqual([c!.id, a!.id]);
  runs.restore([b!.id]);
  expect(queue.move(c!.id, null).map(({ id }) => id)).toEqual([a!.id, b!.id, c!.id]);
});

test('a waiting run keeps the options it was queued with', async () => {
  await openWith({ steps: 100_000 });
  const [, waiting] = study({ seeds: 2, options: { vae: { latent: 3 } } });
  expect(waiting!.options).toMatchObject({ latent: 3, embedding: 64 });
  expect(run(waiting!.id).options).toEqual(waiting!.options);
});

test('closing saves what computes; opening again goes on with it and with the queue', async () => {
  await openWith({ steps: 60, pace: 10 });
  const [first, second] = study({ seeds: 2 });
  await until(() => run(first!.id).step > 2);
  await app!.close();
  app = await openTestApp(home);
  const resumed = await reaches(first!.id, 'starting', 'running');
  expect(resumed.savedStep).toBeGreaterThan(2);
  expect(run(second!.id).status).toBe('queued');
});

test('a worker that does not listen is ended when the workbench closes, and its run is marked', async () => {
  await openWith({ steps: 100_000, deaf: true });
  const [first] = study();
  await until(() => run(first!.id).step > 4);
  const { pid } = readJson(path.join(home, 'runs', first!.id, 'environment.json')) as { pid: number };
  await app!.close();
  expect(() => process.kill(pid, 0)).toThrow();
  putBehaviour({ steps: 3 });
  app = await openTestApp(home);
  expect(run(first!.id).status).toBe('crashed');
});

test('a finished run can be deleted, and the workbench closed, while its process still ends', async () => {
  await openWith({ steps: 2 });
  const { feed, queue, runs } = app!.context;
  const events = feed.follow();
  const [queued] = study();
  for await (const { event } of events) if (event.kind === 'run' && event.run.status === 'finished') break;
  expect(queue.runningOn('cpu')).toEqual([queued!.id]);
  runs.trash([queued!.id]);
  expect(runs.emptyTrash().runs).toBe(1);
  await expect(app!.close()).resolves.toBeUndefined();
  app = undefined;
});

test('with every device off nothing can be started; one switched on goes on with the queue', async () => {
  await openWith({ steps: 3 });
  const { devices } = app!.context;
  const [running, waiting] = study({ seeds: 2 });
  devices.configure('cpu', { enabled: false });
  await reaches(running!.id, 'finished');
  expect(() => study()).toThrow(expect.objectContaining({ code: 'devices.none-enabled' }));
  expect(run(waiting!.id).status).toBe('queued');
  devices.configure('cpu', { enabled: true });
  await reaches(waiting!.id, 'finished');
});

test('a run can be pinned to devices of this machine only', async () => {
  await openWith({ steps: 100_000 });
  const [, waiting] = study({ seeds: 2 });
  expect(() => app!.context.queue.pin(waiting!.id, 'GPU-0')).toThrow(
    expect.objectContaining({ code: 'devices.not-found', facts: { id: 'GPU-0', known: ['cpu'] } }),
  );
  expect(app!.context.queue.pin(waiting!.id, 'cpu').pinnedTo).toBe('cpu');
});

test('a run of a graphics adapter waits until the look-up for adapters has found it', async () => {
  putDataSet(home, {}, { steps: 3 });
  const card = { name: 'Card', vendor: 'v', architecture: 'a', software: false, largestBuffer: 1e9 };
  app = await openTestApp(home, { adapters: async () => [card], idle: true });
  await app.context.devices.known();
  const [pinned] = study({ pinnedTo: 'webgpu:Card' });
  await app.close();
  let answer: (adapters: Adapter[]) => void = () => {};
  app = await openTestApp(home, { adapters: () => new Promise((resolve) => (answer = resolve)) });
  const [other] = study();
  await reaches(other!.id, 'finished');
  expect(run(pinned!.id)).toMatchObject({ status: 'queued', deviceId: null });
  answer([card]);
  await reaches(pinned!.id, 'finished');
  expect(run(pinned!.id).deviceId).toBe('webgpu:Card');
});

function putBehaviour(behaviour: Behaviour): void {
  writeFileSync(path.join(home, 'datasets', 'tiny', 'behaviour.json'), JSON.stringify(behaviour));
}
