import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { hashOfFiles } from './hash.mjs';
import { nodeBinary } from './node-step.mjs';
import { npmProgram } from './npm.mjs';
import { Problem } from './problem.mjs';
import { complaintIn, run, withoutNpm } from './tools.mjs';

/**
 * Whether what npm noted as installed is what the lock file asks for. Optional packages may be absent: they are
 * those of other platforms.
 * @param {string} root
 */
export function fitsLockFile(root) {
  const read = (/** @type {string} */ file) =>
    JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  /** @type {Record<string, { version?: string, optional?: boolean }>} */
  let wanted;
  /** @type {Record<string, { version?: string }>} */
  let installed;
  try {
    wanted = read('package-lock.json');
    installed = read('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  return Object.entries(wanted).every(
    ([place, { version, optional }]) =>
      place === '' || (installed[place] ? installed[place].version === version : optional === true) === true,
  );
}

/** npm ends with the place of its log and its usage; the reason stands above them. */
const npmComplaint = /^npm error (?!A complete log|code |errno |path |$)/;

/** @type {import('./set-up.mjs').Step} */
export const packagesStep = {
  id: 'packages',
  title: 'Packages',
  needed: true,
  stamp: ({ places }) => hashOfFiles(places.root, ['package-lock.json']),
  present: ({ places }) => existsSync(path.join(places.packages, '.package-lock.json')),
  found: ({ places }) => (fitsLockFile(places.root) ? 'as in the lock file' : undefined),
  async make({ places, env, say }) {
    say('npm ci, as in the lock file, running no install scripts');
    const result = await run(
      nodeBinary(places),
      [npmProgram(env), 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
      { env: withoutNpm(env), cwd: places.root, log: places.log, seconds: 1800 },
    );
    if (result.code !== 0)
      throw new Problem(
        `The packages could not be installed: ${complaintIn(result.output, npmComplaint)}.`,
        `Check the network and the free space, then start again. All that npm said is in ${places.log}.`,
      );
    return 'as in the lock file';
  },
};
