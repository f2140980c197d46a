import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Estimate, Run } from '../contract/entities.ts';
import type { OptionValues } from '../contract/methods/index.ts';
import type { App } from '../main/app.ts';
import { isLive } from '../main/runs/state.ts';
import { withSampleCorpus } from './sample-app.ts';

/**
 * Estimates against what runs take: each method is estimated by formula, then after 20 real updates, and then run.
 * Every method has a data folder of its own, so that no run corrects the estimate of the next one.
 */
const METHODS = ['vae', 'lagging', 'wd-lstm', 'sa-vae', 'cnn-vae'];

interface Compared {
  readonly method: string;
  readonly formulaSeconds: number;
  readonly driveSeconds: number;
  readonly foreseenSeconds: number;
  readonly seconds: number;
  readonly foreseenBytes: number;
  readonly bytes: number;
  /** Load averages before the test drive and after the run. */
  readonly load: readonly [number, number];
}

/** Between the two ends of a range, at the same distance from both as a factor. */
const middle = ({ seconds: { low, high } }: Estimate): number => Math.sqrt(low * high);

async function ended({ context }: App, id: string): Promise<Run> {
  for await (const { event } of context.feed.follow())
    if (event.kind === 'run' && event.run.id === id && !isLive(event.run)) return event.run;
  throw new Error('the feed ended before the run');
}

const compare = (method: string, options: OptionValues): Promise<Compared> =>
  withSampleCorpus(async (app, dataSetId) => {
    const { studies } = app.context;
    const request = {
      ...{ dataSetId, methodIds: [method], size: 'quick' as const, seeds: 1, pinnedTo: null },
      options: { [method]: options },
    };
    const load = loadavg()[0]!;
    const formula = studies.estimate(request).perMethod[0]!.estimate;
    const began = performance.now();
    const { perMethod } = await studies.measure(request, new AbortController().signal);
    const driveSeconds = (performance.now() - began) / 1000;
    const foreseen = perMethod[0]!.estimate;
    const [queued] = studies.create(request).runs;
    const run = await ended(app, queued!.id);
    if (run.status !== 'finished')
      throw new Error(`the run of ${method} is ${run.status}: ${run.error?.code}`);
    return {
      method,
      formulaSeconds: middle(formula),
      driveSeconds,
      foreseenSeconds: middle(foreseen),
      seconds: run.seconds,
      foreseenBytes: foreseen.bytes,
      bytes: run.peakBytes!,
      load: [load, loadavg()[0]!],
    };
  });

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      method: { type: 'string', multiple: true },
      epochs: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const heads = ['method', 'formula', 'after 20', 'real', 'off by', 'drive', 'MB est.', 'MB real', 'load'];
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(10))).join('');
  if (!values.json) console.log(line(heads));
  // Runs of inner loops take many minutes; fewer epochs are measured with the same code.
  const options: OptionValues = values.epochs === undefined ? {} : { epochs: Number(values.epochs) };
  const results: Compared[] = [];
  for (const method of values.method ?? METHODS) {
    const r = await compare(method, options);
    results.push(r);
    if (values.json) continue;
    const off = 100 * (r.foreseenSeconds / r.seconds - 1);
    const s = (seconds: number): string => `${seconds.toFixed(1)} s`;
    console.log(
      line([
        ...[r.method, s(r.formulaSeconds), s(r.foreseenSeconds), s(r.seconds)],
        ...[`${off > 0 ? '+' : ''}${off.toFixed(0)} %`, s(r.driveSeconds)],
        ...[r.foreseenBytes, r.bytes].map((bytes) => (bytes / 1e6).toFixed(0)),
        r.load.map((each) => each.toFixed(1)).join('-'),
      ]),
    );
  }
  if (values.json) console.log(JSON.stringify({ cores: availableParallelism(), results }, null, 2));
  else console.log(`${availableParallelism()} cores`);
}

if (import.meta.main) await run(process.argv.slice(2));
