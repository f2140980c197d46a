import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { point, probe, type Point, type Probe } from '../../contract/entities.ts';
import { runFiles, type TrainJob } from '../../contract/worker.ts';

const logLine = z.object({ at: z.number(), level: z.enum(['info', 'warn', 'error']), text: z.string() });
/** What is read of the state of the loop; the rest is the worker's own. */
const savedState = z.object({ step: z.number().int() });
export type LogLine = z.infer<typeof logLine>;

/** Reads what the worker of a run writes into its folder, and writes the log beside it. */
export function runFolder(folder: string) {
  const file = (name: string) => path.join(folder, name);
  return {
    folder,
    series: (): Point[] => lines(file(runFiles.series), point),
    probes: (): Probe[] => lines(file(runFiles.probes), probe),
    log: (): LogLine[] => lines(file(runFiles.log), logLine),
    note(line: LogLine): void {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(file(runFiles.log), `${JSON.stringify(line)}\n`);
    },
    /** The settings of the run for whoever opens the folder without the workbench. */
    writeJob(job: TrainJob): void {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(file(`${runFiles.job}.new`), `${JSON.stringify(job, null, 2)}\n`);
      renameSync(file(`${runFiles.job}.new`), file(runFiles.job));
    },
    /** Step of the last whole save; null before the first. */
    savedStep(): number | null {
      const place = file(runFiles.checkpointState);
      if (!existsSync(place) || !existsSync(file(runFiles.checkpoint))) return null;
      return savedState.safeParse(parseOrNothing(readFileSync(place, 'utf8'))).data?.step ?? null;
    },
    has: (name: keyof Omit<typeof runFiles, 'samples'>) => existsSync(file(runFiles[name])),
    samples: (setId: string) => path.join(folder, runFiles.samples, `${setId}.jsonl`),
    /** Bytes on disk. */
    size: () => sizeOf(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Lines that are whole and of the right shape; a line a crash cut off is left out. */
function lines<T>(file: string, schema: z.ZodType<T>): T[] {
  if (!existsSync(file)) return [];
  const found: T[] = [];
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    if (text === '') continue;
    const parsed = schema.safeParse(parseOrNothing(text));
    if (parsed.success) found.push(parsed.data);
  }
  return found;
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sizeOf(place: string): number {
  if (!existsSync(place)) return 0;
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
