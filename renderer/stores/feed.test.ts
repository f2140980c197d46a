import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { servicesKey } from '../services.ts';
import { fake, type Fake } from '../testing/fake.ts';
import { run, sampleSet } from '../testing/fixtures.ts';
import { useFeed } from './feed.ts';
import { useNotices } from './notices.ts';
import { useRuns } from './runs.ts';
import { useSamples } from './samples.ts';
import { useSettings } from './settings.ts';

let services: Fake;
let ending: AbortController;
const stores = () => ({
  feed: useFeed(),
  runs: useRuns(),
  notices: useNotices(),
  samples: useSamples(),
  settings: useSettings(),
});
let s: ReturnType<typeof stores>;

beforeEach(async () => {
  services = fake();
  ending = new AbortController();
  const app = createApp({}).provide(servicesKey, services).use(createPinia());
  s = app.runWithContext(stores);
  void s.feed.follow(ending.signal, 10);
  await vi.waitFor(() => expect(s.feed.ready).toBe(true));
});
afterEach(() => ending.abort());

describe('the feed keeps the stores equal to the main side', () => {
  test('a changed run takes the place of the old one, a removed one is gone', async () => {
    services.send({ kind: 'run', run: run({ id: 'run-live', status: 'paused' }) });
    services.send({ kind: 'run-removed', id: 'run-lm-1' });
    await vi.waitFor(() => expect(s.runs.byId.get('run-live')!.status).toBe('paused'));
    await vi.waitFor(() => expect(s.runs.byId.has('run-lm-1')).toBe(false));
  });

  test('points reach only curves that were asked for, and none is lost while those are fetched', async () => {
    const point = { step: 650, epoch: 4, values: { loss: 1 } };
    services.send({ kind: 'points', runId: 'run-vae-1', points: [point] });
    const loading = s.runs.loadCurves('run-live');
    await s.feed.apply({ kind: 'points', runId: 'run-live', points: [point] });
    await loading;
    expect(s.runs.series.get('run-live')!.at(-1)).toEqual(point);
    expect(s.runs.series.has('run-vae-1')).toBe(false);
  });

  test('when a crashed run goes on from its save, curves on screen lose what was drawn after it', async () => {
    const crashed = run({ id: 'run-live', status: 'crashed', step: 640, savedStep: 600 });
    await s.runs.loadCurves('run-live');
    expect(s.runs.series.get('run-live')!.at(-1)!.step).toBe(640);
    services.state.runs = [crashed];
    await s.feed.apply({ kind: 'run', run: crashed });
    await s.feed.apply({ kind: 'run', run: { ...crashed, status: 'starting' } });
    // The worker has cut its files back to the save, and says where it is.
    services.state.runs = [{ ...crashed, status: 'running', step: 600 }];
    await s.feed.apply({ kind: 'run', run: services.state.runs[0]! });
    await vi.waitFor(() => expect(s.runs.series.get('run-live')!.at(-1)!.step).toBe(600));
    expect(s.runs.probes.get('run-live')!.at(-1)!.step).toBe(600);
    // The next point stands far behind the old end, and there is a gap where nothing has been computed yet.
    const point = { step: 650, epoch: 4, values: { loss: 1 } };
    await s.feed.apply({ kind: 'points', runId: 'run-live', points: [point] });
    expect(
      s.runs.series
        .get('run-live')!
        .slice(-2)
        .map(({ step }) => step),
    ).toEqual([600, 650]);
  });

  test('of two loads of the same curves the later one counts, in whatever order they are answered', async () => {
    let answerFirst = () => {};
    services.state.curvesWait = new Promise((resolve) => (answerFirst = resolve));
    const first = s.runs.loadCurves('run-live');
    await vi.waitFor(() => expect(services.state.curvesWait).toBeUndefined());
    services.state.runs = [run({ id: 'run-live', step: 300 })];
    await s.runs.loadCurves('run-live');
    answerFirst();
    await first;
    expect(s.runs.series.get('run-live')!.at(-1)!.step).toBe(300);
  });

  test('a notice is told once, however often it arrives', async () => {
    const told = vi.fn();
    s.feed.whenNoticed(told);
    const notice = { id: 'new', at: 1, kind: 'finished', runId: 'run-live', facts: {} } as const;
    await s.feed.apply({ kind: 'notice', notice });
    await s.feed.apply({ kind: 'notice', notice });
    expect(told).toHaveBeenCalledOnce();
    expect(s.notices.unread).toBe(1);
  });

  test('a new sample set and changed settings arrive', async () => {
    await s.feed.apply({ kind: 'sample-set', set: sampleSet({ id: 'fresh', runId: 'run-vae-1' }) });
    await s.feed.apply({ kind: 'settings', settings: { ...s.settings.values, theme: 'dark' } });
    expect(s.samples.setById.get('fresh')).toBeDefined();
    expect(s.settings.values.theme).toBe('dark');
  });

  test('after «reload» everything is as on the main side, what is gone there included', async () => {
    services.state.runs = services.state.runs.filter((r) => r.id === 'run-live');
    await s.feed.apply({ kind: 'reload' });
    expect([...s.runs.byId.keys()]).toEqual(['run-live']);
  });
});

test('a setting that the main side refuses is taken back', async () => {
  const refused = s.settings.change({ sentenceSize: 99 });
  expect(s.settings.values.sentenceSize).toBe(99);
  await expect(refused).rejects.toThrow();
  expect(s.settings.values.sentenceSize).toBe(15);
});
