import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AppError } from '../../contract/errors.ts';

const holder = z.object({
  pid: z.number().int(),
  /** Tells a process from a later one with the same number, as after a restart of a container. */
  started: z.string().nullable(),
});

/**
 * Keeps a second workbench off the same data folder. Answers the function that lets it go.
 * Throws `home.locked`. The lock of a process that is gone is taken over.
 */
export function lockHome(folder: string): () => void {
  const file = path.join(folder, 'lock');
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const other = read(file);
      if (other && alive(other)) throw new AppError('home.locked', { home: folder, pid: other.pid });
      rmSync(file, { force: true });
    }
  }
}

function read(file: string): z.infer<typeof holder> | undefined {
  try {
    return holder.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Gone meanwhile, or cut off by a power failure: nobody holds it.
    return undefined;
  }
}

function alive({ pid, started }: z.infer<typeof holder>): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, only it belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === null || startOf(pid) === started;
}

/** When a process started, in the system's own ticks; null where the system does not tell. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold blanks; the start is the 22nd field.
    const [state, ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that has ended keeps its number until somebody asks for its exit code.
    return state === 'Z' ? null : (others[18] ?? null);
  } catch {
    return null;
  }
}
