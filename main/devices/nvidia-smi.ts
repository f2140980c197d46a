import { execFile } from 'node:child_process';

/** A card as its driver describes it. */
export interface Gpu {
  readonly uuid: string;
  readonly name: string;
  /** Bytes; null where the driver does not say. */
  readonly memoryTotal: number | null;
  readonly memoryUsed: number | null;
  /** Degrees Celsius. */
  readonly temperature: number | null;
}

const columns = ['uuid', 'name', 'memory.total', 'memory.used', 'temperature.gpu'];
const mebi = 1024 * 1024;

/** Exit code of `nvidia-smi` when it looked and found no card. */
const foundNothing = 6;

/**
 * Asks the driver which cards there are. Null when nobody answers: no driver, or none within five seconds. A card
 * that has fallen off the bus makes `nvidia-smi` complain, and still list the others.
 */
export function queryGpus(env: NodeJS.ProcessEnv = process.env): Promise<Gpu[] | null> {
  return new Promise((resolve) => {
    execFile(
      'nvidia-smi',
      [`--query-gpu=${columns.join(',')}`, '--format=csv,noheader,nounits'],
      { env, timeout: 5000, windowsHide: true },
      (error, stdout) => {
        const gpus = parseGpus(stdout);
        if (!error || error.code === foundNothing) return resolve(gpus);
        // What was cut off by the time limit may lack cards that are there.
        resolve(error.killed || gpus.length === 0 ? null : gpus);
      },
    );
  });
}

/** One card a line. `[N/A]` and the like stand where a card does not know something. */
export function parseGpus(csv: string): Gpu[] {
  return csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter(([uuid]) => uuid?.startsWith('GPU-'))
    .map((cells) => {
      // The name comes second and may hold commas itself; the three numbers close the line.
      const [memoryTotal, memoryUsed, temperature] = cells.slice(-3).map(numberOrNull);
      return {
        uuid: cells[0]!,
        name: cells.slice(1, -3).join(', '),
        memoryTotal: bytes(memoryTotal),
        memoryUsed: bytes(memoryUsed),
        temperature: temperature ?? null,
      };
    });
}

function numberOrNull(cell: string): number | null {
  return /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : null;
}

const bytes = (mebibytes: number | null | undefined) => (mebibytes == null ? null : mebibytes * mebi);
