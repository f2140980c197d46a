import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a program in the place of this one: its input and output, its signals, its end. With `channel` it also
 * learns when this process is gone without having said so; with `print`, that is given what it writes.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, channel?: boolean,
 *   print?: (chunk: Uint8Array) => void }} [options]
 * @returns {Promise<number>} the exit code, 128 + the signal's number where a signal ended it
 */
export function handOn(program, args, { env = process.env, cwd, channel = false, print } = {}) {
  return new Promise((resolve, reject) => {
    const written = print ? 'pipe' : 'inherit';
    const child = spawn(program, args, {
      env,
      cwd,
      stdio: ['inherit', written, written, ...(channel ? /** @type {const} */ (['ipc']) : [])],
    });
    if (print) for (const stream of [child.stdout, child.stderr]) stream?.on('data', print);
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    // A terminal sends Ctrl-C to both; a second one from here would cut the child's orderly end short.
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, forward);
    // npm passes a signal on to the shell between us and then both are gone, without a word to this process.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (env['npm_lifecycle_event'] && process.ppid !== parent) child.kill('SIGTERM');
    }, 500);
    child.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
