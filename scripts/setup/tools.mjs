import { spawn } from 'node:child_process';
import { accessSync, appendFileSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * The first of the named programs that PATH holds. Returns its full path.
 * @param {string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findTool(names, env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names)
    for (const folder of folders)
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        try {
          accessSync(file, constants.X_OK);
          if (statSync(file).isFile()) return file;
        } catch {
          // Not in this folder.
        }
      }
  return undefined;
}

/**
 * @typedef {object} Outcome
 * @property {number | null} code null when a signal ended it or it could not be started
 * @property {string} output the end of both streams
 * @property {string} out the end of standard output
 */

const keptCharacters = 20_000;

/**
 * Runs a program without a shell, so that spaces in paths are no matter, and keeps what it said in the log.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd?: string, log?: string, seconds?: number }} options
 * @returns {Promise<Outcome>}
 */
export function run(program, args, options) {
  return new Promise((resolve) => {
    let output = '';
    let out = '';
    const say = (/** @type {string} */ text) => {
      output = (output + text).slice(-keptCharacters);
      if (!options.log) return;
      mkdirSync(path.dirname(options.log), { recursive: true });
      appendFileSync(options.log, text);
    };
    say(`\n$ ${[program, ...args].map((a) => (/\s/.test(a) ? JSON.stringify(a) : a)).join(' ')}\n`);
    const child = spawn(program, args, {
      env: options.env,
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const timer = options.seconds && setTimeout(() => child.kill('SIGKILL'), options.seconds * 1000);
    child.stdout.on('data', (/** @type {Buffer} */ part) => {
      out = (out + part.toString()).slice(-keptCharacters);
      say(part.toString());
    });
    child.stderr.on('data', (/** @type {Buffer} */ part) => say(part.toString()));
    /** @param {number | null} code */
    const end = (code) => {
      clearTimeout(timer || undefined);
      resolve({ code, output, out });
    };
    child.on('error', (error) => {
      say(`${error.message}\n`);
      end(null);
    });
    child.on('close', end);
  });
}

/**
 * The line of a program's output that says why it ended, for a reason in one sentence: the line of an error where
 * there is one, otherwise the last line.
 * @param {string} output
 * @param {RegExp} [telling] what such a line looks like for this program
 */
export function complaintIn(output, telling = /^(?:\w*Error\b|✘ \[ERROR\])/) {
  const lines = output
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('$ '));
  const line = lines.find((l) => telling.test(l)) ?? lines.at(-1) ?? 'it said nothing';
  return line.slice(0, 300).replace(/\.$/, '');
}

/**
 * What npm tells its scripts would mislead an npm that they start.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutNpm(env) {
  const misleading =
    /^npm_(lifecycle|package|command|node_execpath|config_(local_prefix|prefix|global_prefix|node_gyp))/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !misleading.test(name)));
}
