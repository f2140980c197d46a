import { existsSync } from 'node:fs';
import path from 'node:path';
import { hashOfFiles, hashOf } from './hash.mjs';
import { nodeBinary } from './node-step.mjs';
import { Problem } from './problem.mjs';
import { complaintIn, run } from './tools.mjs';

/** @typedef {import('./places.mjs').Places} Places */

/** The package carries a binary for each system that it knows. @param {Places} places */
function binary({ packages }) {
  const system = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  return path.join(packages, 'webgpu', 'dist', system, 'dawn.node');
}

/**
 * Nothing is fetched: the binary comes with the packages. The step finds out whether there is one for this system and
 * whether it loads, in a process of its own.
 * @type {import('./set-up.mjs').Step}
 */
export const webgpuStep = {
  id: 'webgpu',
  title: 'WebGPU',
  needed: false,
  stamp: ({ places }) =>
    hashOf(process.platform, process.arch, hashOfFiles(places.packages, ['webgpu/package.json'])),
  present: ({ places }) => existsSync(binary(places)),
  async make({ places, env }) {
    const file = binary(places);
    const goOn = 'Cards are not offered through WebGPU; everything else works.';
    if (!existsSync(file))
      throw new Problem(
        `The WebGPU package has no binary for this kind of machine (${process.platform} ${process.arch}).`,
        goOn,
        'missing',
      );
    const script = `require(${JSON.stringify(file)}); console.log(require(${JSON.stringify(
      path.join(places.packages, 'webgpu', 'package.json'),
    )}).version)`;
    const result = await run(nodeBinary(places), ['-e', script], { env, log: places.log, seconds: 60 });
    const version = result.out.trim();
    if (result.code !== 0 || !/^\d+\.\d+\.\d+$/.test(version))
      throw new Problem(
        `The WebGPU library does not load here: ${complaintIn(result.output)}.`,
        `What it said is in ${places.log}. ${goOn}`,
      );
    return `Dawn, package ${version}`;
  },
};
