import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { Run } from '../contract/entities.ts';
import type { App } from '../main/app.ts';
import { workerFile } from '../main/project.ts';
import { isLive } from '../main/runs/state.ts';
import {
  fakeNvidiaSmi,
  fakeTrainLean,
  openTestApp,
  putDataSet,
  temporaryHome,
  writeSetUp,
} from '../main/testing/fixtures.ts';
import { median } from './peers/turns.ts';
import { withSampleCorpus } from './sample-app.ts';

/**
 * The queue under load: a hundred runs of a worker that only counts, over eight cards that a fake driver lists; how long
 * a real run takes from its slot to its first update; and small real runs in one slot of the processor and in two.
 */
const CARDS = 8;
const RUNS = 100;
/** Of a fake run: updates, and milliseconds an update. */
const STEPS = 20;
const PACE = 25;
const STARTS = 5;
/** Small real runs: seeds of each method, and what makes them small. */
const SWEEP = {
  methodIds: ['lstm-lm', 'vae'],
  seeds: 3,
  options: { epochs: 2, samples: 200, importanceSentences: 100 },
} as const;

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;

/** Calls `see` with every word about a run until it answers true. */
async function follow({ context }: App, see: (run: Run) => boolean, begin: () => void): Promise<void> {
  const events = context.feed.follow();
  begin();
  for await (const { event } of events) if (event.kind === 'run' && see(event.run)) break;
}

/** From getting a slot to the first update, seconds. */
function startWatch() {
  const assigned = new Map<string, number>();
  const seconds = new Map<string, number>();
  return {
    see({ id, status, step }: Run): void {
      const at = performance.now();
      if (status === 'starting' && !assigned.has(id)) assigned.set(id, at);
      if (step > 0 && assigned.has(id) && !seconds.has(id)) seconds.set(id, (at - assigned.get(id)!) / 1000);
    },
    seconds: () => [...seconds.values()],
  };
}

async function hundredRuns() {
  const { home, remove } = temporaryHome();
  const systemPath = process.env['PATH'] ?? '';
  const cards = Array.from({ length: CARDS }, (_, n) => `GPU-${n}, Card ${n}, 8192, 10, 40`);
  fakeNvidiaSmi(path.join(home, 'bin'), cards.join('\n'));
  process.env['PATH'] = `${path.join(home, 'bin')}${path.delimiter}${systemPath}`;
  writeSetUp(path.join(home, 'runtime'), 'GPU');
  putDataSet(home, { id: 'short' }, { steps: STEPS, pace: PACE });
  const app = await openTestApp(home, {
    workers: (name) => (name === 'train' ? fakeTrainLean : workerFile(name)),
  });
  try {
    const { devices, studies } = app.context;
    devices.configure('cpu', { enabled: false });
    const study = {
      dataSetId: 'short',
      methodIds: ['vae'],
      size: 'quick',
      options: {},
      pinnedTo: null,
    } as const;
    const waiting = new Set<string>();
    const live = new Set<string>();
    const starts = startWatch();
    let [words, most, ended] = [0, 0, 0];
    const resolution = 1;
    const delay = monitorEventLoopDelay({ resolution });
    const began = performance.now();
    let queued = 0;
    delay.enable();
    await follow(
      app,
      (run) => {
        words += 1;
        starts.see(run);
        if (isLive(run)) live.add(run.id);
        else live.delete(run.id);
        most = Math.max(most, live.size);
        if (run.status === 'finished' && waiting.delete(run.id)) ended += 1;
        return ended === RUNS;
      },
      () => {
        for (let left = RUNS; left > 0; left -= 50)
          for (const run of studies.create({ ...study, methodIds: ['vae'], seeds: Math.min(50, left) }).runs)
            waiting.add(run.id);
        queued = performance.now();
      },
    );
    const seconds = (performance.now() - began) / 1000;
    delay.disable();
    return {
      enqueueSeconds: (queued - began) / 1000,
      seconds,
      /** If starting and ending cost nothing. */
      leastSeconds: (Math.ceil(RUNS / CARDS) * STEPS * PACE) / 1000,
      most,
      startSeconds: { p50: quantile(starts.seconds(), 0.5), p99: quantile(starts.seconds(), 0.99) },
      /** Milliseconds by which a timer fires late. */
      delay: {
        p50: delay.percentile(50) / 1e6 - resolution,
        p99: delay.percentile(99) / 1e6 - resolution,
        max: delay.max / 1e6 - resolution,
      },
      writesPerSecond: words / seconds,
    };
  } finally {
    await app.close();
    process.env['PATH'] = systemPath;
    remove();
  }
}

/** Rows of runs that the store takes in a second when it does nothing else. */
async function storeSpeed(): Promise<number> {
  const { home, remove } = temporaryHome();
  putDataSet(home);
  const app = await openTestApp(home, { idle: true });
  try {
    const { studies, runs } = app.context;
    const [run] = studies.create({
      ...{ dataSetId: 'tiny', methodIds: ['vae'], size: 'quick', seeds: 1, options: {}, pinnedTo: null },
    }).runs;
    const began = performance.now();
    let writes = 0;
    while (performance.now() - began < 2000) runs.annotate(run!.id, { note: String((writes += 1)) });
    return writes / ((performance.now() - began) / 1000);
  } finally {
    await app.close();
    remove();
  }
}

/** Seconds from its slot to its first update, of real runs on the native runtime one after the other. */
const realStarts = (): Promise<number[]> =>
  withSampleCorpus(async (app, dataSetId) => {
    const { studies, control, devices } = app.context;
    if (!devices.list().some(({ id }) => id === 'cpu')) throw new Error('the native runtime is not there');
    const seconds: number[] = [];
    for (let turn = 0; turn < STARTS; turn += 1) {
      const starts = startWatch();
      let asked = false;
      await follow(
        app,
        (run) => {
          starts.see(run);
          if (run.step > 0 && !asked) {
            asked = true;
            control.stop(run.id, false);
          }
          return asked && !isLive(run);
        },
        () =>
          studies.create({
            dataSetId,
            methodIds: ['vae'],
            size: 'quick',
            seeds: 1,
            options: {},
            pinnedTo: 'cpu',
          }),
      );
      seconds.push(...starts.seconds());
    }
    return seconds;
  });

/** Seconds from queueing the small runs to the end of the last one, in one slot of the processor and in two. */
const sweeps = (): Promise<{ slots: number; seconds: number }[]> =>
  withSampleCorpus(async (app, dataSetId) => {
    const { studies, devices } = app.context;
    const { methodIds, seeds, options } = SWEEP;
    const measured: { slots: number; seconds: number }[] = [];
    for (const slots of [1, 2]) {
      devices.configure('cpu', { slots });
      const waiting = new Set<string>();
      const failed: string[] = [];
      const began = performance.now();
      await follow(
        app,
        (run) => {
          if (run.endedAt !== null && waiting.delete(run.id) && run.status !== 'finished')
            failed.push(run.name);
          return waiting.size === 0;
        },
        () => {
          const { runs } = studies.create({
            dataSetId,
            methodIds: [...methodIds],
            size: 'quick',
            seeds,
            options: Object.fromEntries(methodIds.map((id) => [id, options])),
            pinnedTo: 'cpu',
          });
          for (const { id } of runs) waiting.add(id);
        },
      );
      if (failed.length > 0) throw new Error(`did not finish: ${failed.join(', ')}`);
      measured.push({ slots, seconds: (performance.now() - began) / 1000 });
    }
    return measured;
  });

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, 'no-real': { type: 'boolean', default: false } },
  });
  const load = loadavg()[0]!;
  const queue = await hundredRuns();
  const store = await storeSpeed();
  const starts = values['no-real'] ? [] : await realStarts();
  const swept = values['no-real'] ? [] : await sweeps();
  const loadAtEnd = loadavg()[0]!;
  if (values.json) {
    console.log(
      JSON.stringify(
        { load, loadAtEnd, cores: availableParallelism(), queue, store, starts, swept },
        null,
        2,
      ),
    );
    return;
  }
  const row = (what: string, value: number, unit: string): void =>
    console.log(`${what.padEnd(62)} ${value.toFixed(value < 100 ? 2 : 0).padStart(9)} ${unit}`);
  console.log(`${RUNS} runs of ${STEPS} updates over ${CARDS} cards, worker that only counts`);
  row('  putting them into the queue', queue.enqueueSeconds, 's');
  row('  from then to the last end', queue.seconds, 's');
  row('  the same if starting and ending cost nothing', queue.leastSeconds, 's');
  row('  most at a time', queue.most, 'runs');
  row('  from a slot to the first update, median', queue.startSeconds.p50, 's');
  row('  from a slot to the first update, 99 of 100', queue.startSeconds.p99, 's');
  row('  event loop of the main process late by, median', queue.delay.p50, 'ms');
  row('  event loop of the main process late by, 99 of 100', queue.delay.p99, 'ms');
  row('  event loop of the main process late by, most', queue.delay.max, 'ms');
  row('  rows of runs written meanwhile', queue.writesPerSecond, 'a second');
  row('  rows of runs that the store takes with nothing else to do', store, 'a second');
  if (starts.length > 0) {
    console.log('\nReal runs (vae, quick look, sample corpus, native runtime)');
    row('  from a slot to the first update, median', median(starts), 's');
    row('  from a slot to the first update, slowest', Math.max(...starts), 's');
  }
  if (swept.length > 0) {
    console.log(
      `\n${SWEEP.methodIds.length * SWEEP.seeds} small real runs (${SWEEP.methodIds.join(', ')}), on the processor`,
    );
    for (const { slots, seconds } of swept)
      row(`  until the last has ended, ${slots === 1 ? 'one slot' : `${slots} slots`}`, seconds, 's');
  }
  console.log(
    `\n${availableParallelism()} cores, load average ${load.toFixed(1)} to ${loadAtEnd.toFixed(1)}`,
  );
}

if (import.meta.main) await run(process.argv.slice(2));
