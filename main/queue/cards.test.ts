import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '../../contract/entities.ts';
import { explain } from '../../contract/errors.ts';
import type { App } from '../app.ts';
import { isLive } from '../runs/state.ts';
import type { Behaviour } from '../testing/fake-train.ts';
import {
  fakeNvidiaSmi,
  fakeTrainLean,
  openTestApp,
  putDataSet,
  readJson,
  temporaryHome,
  until,
  writeSetUp,
} from '../testing/fixtures.ts';
import { workerFile } from '../project.ts';

const systemPath = process.env['PATH'] ?? '';
let home: string;
let remove: () => void;
let app: App;

beforeEach(() => {
  ({ home, remove } = temporaryHome());
  process.env['PATH'] = `${path.join(home, 'bin')}${path.delimiter}${systemPath}`;
  writeSetUp(path.join(home, 'runtime'), 'GPU');
});
afterEach(async () => {
  await app.close();
  process.env['PATH'] = systemPath;
  remove();
});

/** From now on the driver lists these cards. */
const listed = (...numbers: number[]): void =>
  fakeNvidiaSmi(path.join(home, 'bin'), numbers.map((n) => `GPU-${n}, Card ${n}, 8192, 10, 40`).join('\n'));
const run = (id: string): Run => app.context.runs.get(id);
const environmentOf = (id: string) =>
  readJson(path.join(home, 'runs', id, 'environment.json')) as { cards: string; first: number };
const study = (dataSetId: string, seeds: number, pinnedTo: string | null = null): string[] =>
  app.context.studies
    .create({ dataSetId, methodIds: ['vae'], size: 'quick', seeds, options: {}, pinnedTo })
    .runs.map(({ id }) => id);
const long = (steps: number, pace: number): void =>
  writeFileSync(path.join(home, 'datasets', 'long', 'behaviour.json'), JSON.stringify({ steps, pace }));

test('a hundred runs on eight cards: every slot is used, none twice, and a card that vanishes holds up nobody', async () => {
  putDataSet(home, { id: 'short', name: 'Short' }, { steps: 5, pace: 10 });
  putDataSet(home, { id: 'long', name: 'Long' }, { steps: 1_000_000, pace: 10 });
  listed(0, 1, 2, 3, 4, 5, 6, 7);
  app = await openTestApp(home, { workers: (name) => (name === 'train' ? fakeTrainLean : workerFile(name)) });
  const { devices, queue, control, feed } = app.context;
  devices.configure('cpu', { enabled: false });
  devices.configure('GPU-7', { enabled: false });
  devices.configure('GPU-0', { slots: 2 });
  const slots = new Map(devices.list().map((device) => [device.id, device.enabled ? device.slots : 0]));

  // Who computes where, from the words that every window hears.
  const on = new Map<string, string>();
  const most = new Map<string, number>();
  const overfull: string[] = [];
  const events = feed.follow();
  const listening = (async () => {
    for await (const { event } of events) {
      if (event.kind !== 'run') continue;
      const { id, deviceId } = event.run;
      if (!isLive(event.run)) {
        on.delete(id);
        continue;
      }
      on.set(id, deviceId!);
      const together = [...on.values()].filter((other) => other === deviceId).length;
      most.set(deviceId!, Math.max(most.get(deviceId!) ?? 0, together));
      if (together > slots.get(deviceId!)!) overfull.push(`${id} on ${deviceId}`);
    }
  })();

  const [victim] = study('long', 1, 'GPU-3') as [string];
  const [bound] = study('short', 1, 'GPU-3') as [string];
  const others = [...study('short', 50), ...study('short', 48)];
  expect([victim, bound, ...others]).toHaveLength(100);
  await until(() => run(victim).savedStep);

  listed(0, 1, 2, 4, 5, 6, 7);
  await devices.refresh();
  const failed = run(victim);
  expect(failed).toMatchObject({ status: 'failed', deviceId: 'GPU-3' });
  expect(failed.error).toEqual({
    code: 'devices.lost',
    facts: { device: 'Card 3', step: failed.step, saved: failed.savedStep },
  });
  expect(explain('devices.lost', failed.error!.facts).sentence).toMatch(
    /^Card 3 is no longer there: the run on it ended at step \d+; its last save is step \d+\.$/,
  );
  expect(app.context.notices.list()).toContainEqual(
    expect.objectContaining({ kind: 'failed', runId: victim }),
  );
  await until(() => others.every((id) => run(id).status === 'finished'));

  // The run that is bound to the card waits for it; the one that lost it goes on where there is room.
  expect(run(bound)).toMatchObject({ status: 'queued', pinnedTo: 'GPU-3' });
  long(failed.savedStep! + 2, 10);
  control.continue(victim);
  expect(run(victim).status).toBe('queued');
  queue.pin(victim, null);
  await until(() => run(victim).status === 'finished');
  expect(run(victim).deviceId).not.toBe('GPU-3');
  expect(environmentOf(victim).first).toBeGreaterThanOrEqual(failed.savedStep!);
  expect(run(bound).status).toBe('queued');

  listed(0, 1, 2, 3, 4, 5, 6, 7);
  await devices.refresh();
  await until(() => run(bound).status === 'finished');
  expect(run(bound).deviceId).toBe('GPU-3');

  for (const id of [bound, ...others]) expect(environmentOf(id).cards).toBe(run(id).deviceId);
  await events.return();
  await listening;
  expect(overfull).toEqual([]);
  // Every slot was busy at some time; what is switched off was left alone.
  expect(Object.fromEntries(most)).toEqual(Object.fromEntries([...slots].filter(([, count]) => count > 0)));
});

describe('a run whose process dies', () => {
  const openWith = async (behaviour: Behaviour): Promise<string> => {
    putDataSet(home, {}, behaviour);
    listed(0, 1);
    app = await openTestApp(home);
    app.context.devices.configure('cpu', { enabled: false });
    const [id] = study('tiny', 1) as [string];
    expect(run(id)).toMatchObject({ deviceId: 'GPU-0', status: 'starting' });
    return id;
  };

  test.each([
    ['is killed', { dieAt: 7 }],
    ['fails', { notFiniteAt: 7 }],
  ])('because its card is gone says so, when it %s', async (_, behaviour) => {
    const id = await openWith({ steps: 12, ...behaviour });
    listed(1);
    await until(() => !isLive(run(id)));
    expect(run(id)).toMatchObject({ status: 'failed', error: { code: 'devices.lost' } });
  });

  test('while its card is there has crashed', async () => {
    const id = await openWith({ steps: 12, dieAt: 7 });
    await until(() => !isLive(run(id)));
    expect(run(id)).toMatchObject({ status: 'crashed', error: { code: 'worker.crashed' } });
  });
});
