import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Comparisons in one run: fresh processes of both sides take turns. */

const root = join(import.meta.dirname, '..', '..');
export const THREADS = 2;

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Most memory that this process has held, bytes. */
export const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

function lastLine(command: string, args: readonly string[]): unknown {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** Python with PyTorch in a folder of its own, made on first use (PyPI's build also brings its CUDA libraries). */
export function peerPython(): string {
  const folder = join(root, '.runtime', 'bench-venv');
  const python = join(folder, 'bin', 'python');
  if (!existsSync(join(folder, 'complete'))) {
    console.error('Installing PyTorch for the comparison into .runtime/bench-venv (once, about 5 GB) ...');
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(python, ['-m', 'pip', 'install', '-q', 'torch==2.15.0', 'numpy'], { stdio: 'inherit' });
    execFileSync('touch', [join(folder, 'complete')]);
  }
  return python;
}

/** What each process printed as its last line, ours and the peer's, which took turns. */
export interface Turns<M> {
  readonly ours: readonly M[];
  /** Empty without a peer. */
  readonly peer: readonly M[];
}

/**
 * @param ours a module and its arguments
 * @param peer a script of `bench/peers` and its arguments; null leaves it out
 */
export function takeTurns<M>(
  repeats: number,
  ours: readonly [file: string, ...args: string[]],
  peer: readonly [script: string, ...args: string[]] | null,
): Turns<M> {
  const python = peer && peerPython();
  const turns = { ours: [] as M[], peer: [] as M[] };
  for (let i = 0; i < repeats; i++) {
    turns.ours.push(lastLine(process.execPath, ours) as M);
    if (!python) continue;
    const [script, ...args] = peer;
    const file = join(import.meta.dirname, script);
    turns.peer.push(lastLine(python, [file, ...args, '--threads', String(THREADS)]) as M);
  }
  return turns;
}
