import { mkdirSync, rmSync } from 'node:fs';
import type { TrainJob } from '../../contract/worker.ts';
import { breather } from '../measure/breathe.ts';
import { judging, testing } from './foresee/measuring.ts';
import { furtherBytes } from './foresee/memory.ts';
import type { Drive } from './foresee/pieces.ts';
import { sampling, scoring } from './foresee/samples.ts';
import { training } from './foresee/training.ts';
import { openRun } from './open.ts';

/**
 * How long a run will take and how much memory it will hold, foreseen from a few real pieces of it: 20 updates, and
 * some of the evaluation, testing, sampling and scoring, on the machine and with the sizes of the run. Every shape of
 * a batch is a graph of its own that costs once, so each piece is done twice: the second time is what repeats. The
 * largest piece of a kind comes first and untimed: the process then holds what the run's largest batch takes.
 */
export async function foresee(
  job: TrainJob,
  now = () => performance.now() / 1000,
): Promise<{ seconds: number; bytes: number }> {
  mkdirSync(job.runFolder, { recursive: true });
  const run = await openRun(job);
  const preparing = now();
  const drive: Drive = { job, run, breathe: breather(() => {}), now, graphs: [] };
  try {
    const parts = [
      preparing,
      await training(drive),
      await judging(drive),
      await testing(drive),
      await sampling(drive),
      await scoring(drive),
    ];
    return {
      seconds: parts.reduce((sum, part) => sum + part, 0),
      bytes: process.resourceUsage().maxRSS * 1024 + furtherBytes(drive.graphs),
    };
  } finally {
    run.engine.dispose();
    rmSync(job.runFolder, { recursive: true, force: true });
  }
}
