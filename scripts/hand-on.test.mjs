import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { handOn } from './hand-on.mjs';

const module = new URL('./hand-on.mjs', import.meta.url).href;

/** Runs `handOn` in a process of its own, with a Node that runs the script. @param {string} script @param {object} [options] */
function handingOn(script, options = {}) {
  const outer = `
    const { handOn } = await import(${JSON.stringify(module)});
    process.exit(await handOn(process.execPath, ['-e', ${JSON.stringify(script)}], ${JSON.stringify(options)}));
  `;
  const env = { ...process.env };
  delete env['npm_lifecycle_event'];
  return spawn(process.execPath, ['--input-type=module', '-e', outer], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
}

const waiting = 'console.log(process.pid); setInterval(() => {}, 1000);';

/** The number that the inner program prints. @param {import('node:child_process').ChildProcess} child */
async function printed(child) {
  const [part] = await once(/** @type {NodeJS.ReadableStream} */ (child.stdout), 'data');
  return Number(String(part));
}

/** @param {number} pid */
const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('exit codes and input and output are those of the program', async () => {
  const child = handingOn(
    'process.stdin.on("data", (d) => { console.log(String(d).trim() * 2); process.exit(7); })',
  );
  child.stdin?.write('21\n');
  expect(await printed(child)).toBe(42);
  expect((await once(child, 'close'))[0]).toBe(7);
});

test.each(/** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP']))(
  '%s reaches the program, and its end is ours',
  async (signal) => {
    const child = handingOn(`process.on(${JSON.stringify(signal)}, () => process.exit(9)); ${waiting}`);
    await printed(child);
    child.kill(signal);
    expect((await once(child, 'close'))[0]).toBe(9);
  },
);

test('a program that a signal ended gives the code that shells give', async () => {
  const child = handingOn(waiting);
  process.kill(await printed(child), 'SIGKILL');
  expect((await once(child, 'close'))[0]).toBe(137);
});

test('with a channel, the program learns that we were killed', async () => {
  const child = handingOn(`process.on('disconnect', () => process.exit(0)); ${waiting}`, { channel: true });
  const pid = await printed(child);
  child.kill('SIGKILL');
  await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
});

test.runIf(process.platform !== 'win32')(
  'started by npm, we end when npm and its shell are gone',
  async () => {
    const inner = `
    const { handOn } = await import(${JSON.stringify(module)});
    process.exit(await handOn(process.execPath, ['-e', ${JSON.stringify(waiting)}]));
  `;
    // As npm does it: a shell that stays between, and does not pass signals on.
    const command = '"$NODE" --input-type=module -e "$INNER"; true';
    const env = { ...process.env, npm_lifecycle_event: 'start', NODE: process.execPath, INNER: inner };
    const shell = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'], env });
    const pid = await printed(shell);
    shell.kill('SIGTERM');
    await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
  },
);

test('what a program writes to both of its streams is given where that is asked for', async () => {
  let printed = '';
  const script = 'console.log("one"); console.error("two"); process.exitCode = 3;';
  const print = (/** @type {Uint8Array} */ chunk) => (printed += String(Buffer.from(chunk)));
  expect(await handOn(process.execPath, ['-e', script], { print })).toBe(3);
  expect(printed.split('\n').sort()).toEqual(['', 'one', 'two']);
});
