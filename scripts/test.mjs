import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { countByMethod, countVitest } from './count-tests.mjs';
import { handOn } from './hand-on.mjs';
import { nodeBinary } from './setup/node-step.mjs';
import { placesOf, projectRoot } from './setup/places.mjs';
import { setUpOrSay } from './setup/set-up.mjs';
import { readStatus } from './setup/status.mjs';
import { findTool, run } from './setup/tools.mjs';
import { sideBySide } from './side-by-side.mjs';
import { softwareGpu } from './software-gpu.mjs';

/**
 * `npm test` runs everything; `npm test -- unit` one suite; `npm test -- unit workers/ngram` a part of one.
 * @typedef {import('./count-tests.mjs').Count} Count
 * @typedef {(chunk: string | Uint8Array) => void} Print
 */
const places = placesOf(projectRoot);
const reports = path.join(projectRoot, '.cache', 'test');
const program = (/** @type {string} */ file) => path.join(places.packages, file);
/** Tests start hundreds of processes from the same sources: compiled once, each starts in a third of the time. */
const compiled = { NODE_COMPILE_CACHE: path.join(projectRoot, '.cache', 'compiled') };
/** @param {string[]} args @param {{ env?: NodeJS.ProcessEnv, print?: Print }} [options] */
const node = (args, { env = {}, print } = {}) =>
  handOn(nodeBinary(places), args, { cwd: projectRoot, env: { ...process.env, ...compiled, ...env }, print });

/**
 * Runs commands one after the other; together they are one check.
 * @param {Print} print @param {string[][]} commands @returns {Promise<Count>}
 */
async function check(print, ...commands) {
  let good = true;
  for (const command of commands) good = (await node(command, { print })) === 0 && good;
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
}

/** @param {string} suite @param {string[]} parts @param {NodeJS.ProcessEnv} [env] @returns {Promise<Count>} */
async function vitest(suite, parts, env = {}) {
  mkdirSync(reports, { recursive: true });
  const report = path.join(reports, `${suite}.json`);
  rmSync(report, { force: true });
  const mode = suite === 'unit' ? [] : ['--mode', suite];
  const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await node([program('vitest/vitest.mjs'), 'run', ...mode, ...output, ...parts], { env });
  return countVitest(report, code);
}

/**
 * Installs by Debian's package manager.
 * @param {string[]} wanted @param {string} why
 */
async function install(wanted, why) {
  const apt = findTool(['apt-get'], process.env);
  if (!apt) return;
  console.log(`Installing ${wanted.join(', ')}, ${why} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, log: places.log, seconds: 1200 };
  await run(apt, ['update'], options);
  const done = await run(apt, ['install', '-y', '--no-install-recommends', ...wanted], options);
  if (done.code !== 0) console.log(done.output.split('\n').slice(-8).join('\n'));
}

/**
 * The browser of the whole-app tests, installed where it is missing.
 * @returns {Promise<string | undefined>}
 */
async function chromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const asked = process.env['CHROMIUM'];
  if (asked && existsSync(asked)) return asked;
  const found = findTool(names, process.env);
  if (found) return found;
  await install(['chromium', 'fonts-dejavu-core', 'fonts-noto-core'], 'which the whole-app tests drive');
  return findTool(names, process.env);
}

/** @type {Record<string, (parts: string[], print: Print) => Promise<Count>>} */
const suites = {
  types: (_, print) =>
    check(
      print,
      [program('typescript/bin/tsc'), '-p', 'tsconfig.json'],
      [program('typescript/bin/tsc'), '-p', 'tsconfig.scripts.json'],
      [program('typescript/bin/tsc'), '-p', 'tsconfig.tests.json'],
      [program('vue-tsc/bin/vue-tsc.js'), '-p', 'tsconfig.renderer.json'],
    ),
  lint: (_, print) => check(print, [program('eslint/bin/eslint.js'), '--max-warnings', '0', '.']),
  format: (_, print) =>
    check(print, [program('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']),
  unit: (parts) => vitest('unit', parts),
  native: async (parts) => {
    const tensor = readStatus(places.status).find((step) => step.id === 'tensor');
    if (tensor?.state === 'ready') return vitest('native', parts);
    console.log(`Native-runtime tests are skipped: ${tensor?.reason ?? 'the tensor runtime is not there.'}`);
    return { passed: 0, failed: 0, skipped: 1 };
  },
  webgpu: async (parts) => {
    if (!softwareGpu()) {
      const wanted = ['libvulkan1', 'chromium', 'fonts-dejavu-core', 'fonts-noto-core'];
      await install(wanted, 'whose SwiftShader the WebGPU tests compute on');
    }
    const adapter = softwareGpu();
    if (adapter) return vitest('webgpu', parts, adapter);
    console.log('WebGPU tests are skipped: they need Chromium with its SwiftShader, and libvulkan1.');
    return { passed: 0, failed: 0, skipped: 1 };
  },
  app: async (parts) => {
    const browser = await chromium();
    if (browser) return vitest('app', parts, { CHROMIUM: browser });
    console.log('The whole-app tests need Chromium, which is not here and could not be installed.');
    return { passed: 0, failed: 1, skipped: 0 };
  },
};

/** Suites of one thread, which stand beside each other on two cores; the others fill the machine by themselves. */
const oneThread = ['types', 'lint', 'format'];

/** @param {string[]} args @returns {Promise<number>} exit code */
async function test(args) {
  const [suite, ...parts] = args;
  if (suite !== undefined && !(suite in suites)) {
    console.error(`npm test -- [SUITE [FILE...]], where SUITE is one of: ${Object.keys(suites).join(', ')}`);
    return 2;
  }
  if (!(await setUpOrSay())) {
    console.log('0 passed, 1 failed');
    return 1;
  }
  /** @type {Count} */
  const total = { passed: 0, failed: 0, skipped: 0 };
  const asked = Object.keys(suites).filter((name) => suite === undefined || suite === name);
  const beside = asked.filter((name) => oneThread.includes(name));
  const after = asked.filter((name) => !oneThread.includes(name));
  /** @type {string[]} */
  const lines = [];
  for (const names of [beside, ...after.map((name) => [name])]) {
    const jobs = names.map((name) => (/** @type {Print} */ print) => one(name, parts, print));
    for (const { line, count } of await sideBySide(jobs, 2, (chunk) => process.stdout.write(chunk))) {
      lines.push(line);
      for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) total[key] += count[key];
    }
  }
  const methods = after.length > 0 ? `\n${byMethod(after)}\n` : '';
  console.log(`\n${lines.join('\n')}\n${methods}\n${say(total)}`);
  return total.failed === 0 ? 0 : 1;
}

/** How many tests of these suites are named after each method; its page says which methods there are. @param {string[]} names */
function byMethod(names) {
  const ids = readdirSync(path.join(projectRoot, 'docs', 'methods'))
    .filter((page) => page.endsWith('.md') && page !== 'README.md')
    .map((page) => page.slice(0, -'.md'.length));
  const counts = countByMethod(
    names.map((name) => path.join(reports, `${name}.json`)),
    ids,
  );
  return `Passed by method: ${[...counts].map(([id, count]) => `${id} ${count}`).join(', ')}`;
}

/** Runs one suite. @param {string} name @param {string[]} parts @param {Print} print */
async function one(name, parts, print) {
  print(`\n== ${name}\n`);
  const began = Date.now();
  const count = await suites[name]?.(parts, print);
  if (!count) throw new Error(`There is no suite ${name}.`);
  const seconds = Math.round((Date.now() - began) / 1000);
  return { count, line: `${name.padEnd(8)}${say(count)} (${seconds} s)` };
}

/** @param {Count} count */
function say({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}

process.exit(await test(process.argv.slice(2)));
