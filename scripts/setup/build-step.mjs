import { existsSync } from 'node:fs';
import path from 'node:path';
import { hashOfFiles } from './hash.mjs';
import { nodeBinary } from './node-step.mjs';
import { Problem } from './problem.mjs';
import { complaintIn, run } from './tools.mjs';

/** All that ends up in `dist`. */
const sources = [
  'assets',
  'contract',
  'db',
  'main',
  'renderer',
  'workers',
  'scripts/build.mjs',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
];

/** @type {import('./set-up.mjs').Step} */
export const buildStep = {
  id: 'build',
  title: 'Program',
  needed: true,
  stamp: ({ places }) =>
    hashOfFiles(places.root, sources, (file) => !/\.test\.(ts|mjs)$|[\\/]testdata[\\/]/.test(file)),
  present: ({ places }) =>
    ['server.mjs', 'cli.mjs', 'renderer/index.html'].every((f) => existsSync(path.join(places.built, f))),
  async make({ places, env, say }) {
    say('building window, server and workers');
    const script = path.join(places.root, 'scripts', 'build.mjs');
    const result = await run(nodeBinary(places), [script], {
      env,
      cwd: places.root,
      log: places.log,
      seconds: 900,
    });
    if (result.code !== 0)
      throw new Problem(
        `The program could not be built: ${complaintIn(result.output)}.`,
        `All that was said is in ${places.log}.`,
      );
    return result.out.trim().split('\n').at(-1) ?? '';
  },
};
