import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.mjs';
import { findTool } from './tools.mjs';

/**
 * npm's own program file, so that it can be run by the Node we choose: npm under an old Node picks old packages.
 * @param {NodeJS.ProcessEnv} env
 */
export function npmProgram(env) {
  const beside = path.dirname(process.execPath);
  const inPath = findTool(['npm'], env);
  const candidates = [
    env['npm_execpath'],
    // Where a distribution's or an installer's npm lies, seen from `npm` in PATH and from the running Node.
    inPath && realpathSync(inPath),
    inPath && path.join(path.dirname(inPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const found = candidates.find((file) => file && file.endsWith('npm-cli.js') && existsSync(file));
  if (!found)
    throw new Problem(
      'npm was not found beside Node.',
      'Install npm (Debian: apt install npm) and start again with npm start.',
      'missing',
    );
  return found;
}
