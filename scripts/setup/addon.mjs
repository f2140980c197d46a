import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf, hashOfFiles } from './hash.mjs';
import { Problem } from './problem.mjs';
import { complaintIn, run } from './tools.mjs';

export const addon = 'tfjs_binding.node';
export const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
export const goOn = 'The workbench trains with WebAssembly meanwhile, which is slow.';

/**
 * Loaded from two places: where it was compiled, and where the package looks for it, five folders below the root.
 * Both are said relative to the addon, so that the whole project may be moved.
 */
const searchPath = '$ORIGIN/tensorflow:$ORIGIN/../../../../../.runtime/tensorflow/tensorflow';
const common = ['-std=c++17', '-fPIC'];
const package_ = ['-O2', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];

/** Our own ops: the same source for several sets of instructions, among which the addon chooses when it is loaded. */
const kernelFolder = fileURLToPath(new URL('../../workers/tensor/kernels', import.meta.url));
const kernels = {
  parallel: ['-O2'],
  register: ['-O2'],
  plain: ['-O3'],
  avx2: ['-O3', '-mavx2', '-mfma'],
  avx512: [
    '-O3',
    ...['f', 'dq', 'bw', 'vl'].map((part) => `-mavx512${part}`),
    '-mfma',
    '-mprefer-vector-width=512',
  ],
};

/** Changes when the addon has to be compiled anew. @param {import('./places.mjs').Places} places */
export const addonStamp = (places) =>
  hashOf(
    ...common,
    ...package_,
    ...Object.values(kernels).flat(),
    searchPath,
    hashOfFiles(kernelFolder, ['.']),
    hashOfFiles(places.tensorPackage, ['binding', 'package.json']),
  );

/**
 * Compiles the package's sources and our own ops against the library in `<target>/tensorflow` to `<target>/addon`.
 * @param {import('./set-up.mjs').Situation} s @param {string} compiler @param {string} target
 * @returns {Promise<boolean>} whether our own ops are in it; without them the library's own serve, slower
 * @throws {Problem} when there is no addon
 */
export async function compileAddon({ places, env, say }, compiler, target) {
  say('compiling the addon');
  const options = { env, cwd: target, log: places.log, seconds: 600 };
  const library = path.join(target, 'tensorflow');
  const headers = [
    path.join(places.packages, 'node-api-headers', 'include'),
    places.tensorPackage,
    path.join(library, 'include'),
  ].flatMap((folder) => ['-I', folder]);
  const objects = path.join(target, 'objects');
  mkdirSync(objects, { recursive: true });
  const object = (/** @type {string} */ name) => path.join(objects, `${name}.o`);
  const compile = (/** @type {string} */ source, /** @type {string[]} */ flags, /** @type {string} */ name) =>
    run(compiler, [...common, ...flags, ...headers, '-c', source, '-o', object(name)], options);
  const link = (/** @type {string[]} */ from) =>
    run(
      compiler,
      ['-shared', ...from, '-o', path.join(target, addon), '-pthread']
        .concat(libraries.map((name) => path.join(library, name)))
        // Not -Wl: a comma in it would be taken for a separator.
        .concat(['-Xlinker', '-rpath', '-Xlinker', searchPath]),
      options,
    );

  const ofPackage = ['tfjs_backend', 'tfjs_binding'];
  const binding = path.join(places.tensorPackage, 'binding');
  const base = await Promise.all(
    ofPackage.map((name) => compile(path.join(binding, `${name}.cc`), package_, name)),
  );
  const failed = base.find(({ code }) => code !== 0);
  if (failed) throw notCompiled(failed.output, places.log);
  const own = Object.entries(kernels);
  const ours = await Promise.all(
    own.map(([name, flags]) => compile(path.join(kernelFolder, `${name}.cc`), flags, name)),
  );
  const broken = ours.find(({ code }) => code !== 0);
  if (broken)
    say(
      `our own ops did not compile (${complaintIn(broken.output, /\berror:/)}): the library's serve, more slowly`,
    );
  const linked = await link([...ofPackage, ...(broken ? [] : own.map(([name]) => name))].map(object));
  if (linked.code !== 0) throw notCompiled(linked.output, places.log);
  rmSync(objects, { recursive: true });
  return !broken;
}

/** @param {string} output @param {string} log */
const notCompiled = (output, log) =>
  new Problem(
    `The addon did not compile: ${complaintIn(output, /\berror:/)}.`,
    `What the compiler said is in ${log}. ${goOn}`,
  );
