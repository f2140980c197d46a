import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { addon, addonStamp, compileAddon, goOn, libraries } from './addon.mjs';
import { hashOf } from './hash.mjs';
import { nodeBinary } from './node-step.mjs';
import { Problem } from './problem.mjs';
import { findTool, complaintIn, run } from './tools.mjs';

/**
 * The tensor library's package brings an addon as C++ source and wants to download an old library for it. Set-up
 * takes the library of the same name from the Python wheel instead, which is current and knows current GPUs, and
 * compiles the addon against it. Where any of this is not possible the workbench computes with WebAssembly.
 */
export const tensorflowVersion = '2.21.0';
const wheelPython = '3.12';
const here = path.dirname(fileURLToPath(import.meta.url));

/** The libraries and the headers that the addon's includes reach. */
const wheelParts = [
  ...libraries.map((name) => `tensorflow/${name}`),
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/',
  'tensorflow/include/xla/tsl/',
];
/** A CUDA wheel names the oldest C library that it runs on; the newest of these is the wheel's own. */
const wheelPlatforms = [
  'manylinux_2_27_x86_64',
  'manylinux_2_17_x86_64',
  'manylinux2014_x86_64',
  'manylinux1_x86_64',
];

/** @typedef {import('./set-up.mjs').Situation} Situation */
/** @typedef {{ kind: 'CPU' | 'GPU', python: string, compiler: string }} Plan */

/** @param {Situation} s */
const addonPlace = ({ places }) => path.join(places.tensorPackage, 'lib', 'napi-v8', addon);

/** @param {NodeJS.ProcessEnv} env */
const driver = (env) => findTool(['nvidia-smi'], env);

/** What the stamp says of a finished `.runtime/tensorflow`. @param {Situation} s @returns {{ stamp?: string, library?: string, version?: string }} */
function finished({ places }) {
  try {
    return JSON.parse(readFileSync(path.join(places.tensor, 'complete.json'), 'utf8'));
  } catch {
    return {};
  }
}

/** Changes when the library has to be fetched anew. @param {Situation} s */
export const libraryStamp = ({ env }) => hashOf(tensorflowVersion, driver(env) ? 'driver' : 'no driver');

/** @param {string} folder */
const librariesIn = (folder) => libraries.every((name) => existsSync(path.join(folder, 'tensorflow', name)));

/** Lets a new addon be compiled and tried against libraries that stay where they are. @param {string} from @param {string} to */
function borrow(from, to) {
  for (const name of readdirSync(from))
    if (name !== addon && name !== 'complete.json') symlinkSync(path.join(from, name), path.join(to, name));
}

/** @type {import('./set-up.mjs').Step} */
export const tensorStep = {
  id: 'tensor',
  title: 'Tensor runtime',
  needed: false,
  stamp: ({ places, env }) =>
    hashOf(tensorflowVersion, driver(env) ? 'driver' : 'no driver', addonStamp(places)),
  tools: ({ env }) =>
    ['python3', 'python', 'g++', 'c++', 'nvidia-smi'].map((t) => findTool([t], env) ?? '-').join(),
  found: (s) => (packagesOwn(s) ? `TensorFlow as the package itself brings it` : undefined),
  present: (s) => existsSync(addonPlace(s)) && (packagesOwn(s) || librariesIn(s.places.tensor)),
  async make(s) {
    const stamp = this.stamp(s);
    const before = finished(s);
    // The packages were installed anew: what was compiled for them is still good.
    if (before.stamp === stamp && before.version && existsSync(path.join(s.places.tensor, addon))) {
      place(s);
      return before.version;
    }
    const plan = await planFor(s);
    const partial = `${s.places.tensor}.${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    try {
      const library = libraryStamp(s);
      const kept = before.library === library && librariesIn(s.places.tensor);
      if (kept) borrow(s.places.tensor, partial);
      else await fetchLibrary(s, plan, partial);
      const ownOps = await compileAddon(s, plan.compiler, partial);
      const version = `${await smokeTest(s, path.join(partial, addon), ownOps)} (${plan.kind}${ownOps ? ', own ops' : ''})`;
      writeFileSync(path.join(partial, 'complete.json'), `${JSON.stringify({ stamp, library, version })}\n`);
      if (kept) {
        for (const name of [addon, 'complete.json'])
          renameSync(path.join(partial, name), path.join(s.places.tensor, name));
      } else {
        replaceFolder(s.places.tensor, partial);
      }
      place(s);
      return version;
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  },
};

/** The package's own install script ran, as it does on ordinary networks. @param {Situation} s */
function packagesOwn(s) {
  const own = path.join(s.places.tensorPackage, 'deps', 'lib');
  return existsSync(addonPlace(s)) && existsSync(own) && readdirSync(own).some((f) => /tensorflow\./.test(f));
}

/**
 * Looks at the machine before anything is fetched.
 * @param {Situation} s
 * @returns {Promise<Plan>}
 */
async function planFor({ places, env, say }) {
  const machine = `${process.platform} ${process.arch}`;
  if (machine !== 'linux x64')
    throw new Problem(
      `The native library is prepared for Linux on x64 only, not for ${machine}.`,
      `${goOn} Where @tensorflow/tfjs-node-gpu offers its own binary, "npm rebuild @tensorflow/tfjs-node-gpu" brings it.`,
      'missing',
    );
  // Otherwise the report looks up the names of all network neighbours.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  const [major = 0, minor = 0] = (header.glibcVersionRuntime ?? '').split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 27))
    throw new Problem(
      `TensorFlow needs the GNU C library 2.27 or newer; this system has ${header.glibcVersionRuntime ?? 'another one'}.`,
      goOn,
      'missing',
    );
  const python = findTool(['python3', 'python'], env);
  if (!python)
    throw new Problem(
      'Python 3 is not on this machine, and its package manager brings the native library.',
      `Install it (Debian: apt install python3 python3-pip) and start again. ${goOn}`,
      'missing',
    );
  if ((await run(python, ['-m', 'pip', '--version'], { env, log: places.log, seconds: 60 })).code !== 0)
    throw new Problem(
      'Python is here, but its package manager pip is not.',
      `Install it (Debian: apt install python3-pip) and start again. ${goOn}`,
      'missing',
    );
  const compiler = findTool(['g++', 'c++'], env);
  if (!compiler)
    throw new Problem(
      'There is no C++ compiler on this machine to build the addon with.',
      `Install one (Debian: apt install g++) and start again. ${goOn}`,
      'missing',
    );
  const smi = driver(env);
  const gpu = smi !== undefined && (await run(smi, ['-L'], { env, log: places.log, seconds: 30 })).code === 0;
  if (smi && !gpu) say('an NVIDIA tool is here, but its driver does not answer: taking the CPU library');
  const needed = gpu ? 9 : 2.5;
  mkdirSync(places.runtime, { recursive: true });
  const { bavail, bsize } = statfsSync(places.runtime);
  const free = (bavail * bsize) / 1e9;
  if (free < needed)
    throw new Problem(
      `The native library needs ${needed} GB of free space; there are ${free.toFixed(1)} GB.`,
      `Make room and start again. ${goOn}`,
      'missing',
    );
  return { kind: gpu ? 'GPU' : 'CPU', python, compiler };
}

/**
 * Brings the libraries and headers to `<target>/tensorflow`, on a GPU machine the CUDA libraries to
 * `<target>/nvidia`, where the library looks for them.
 * @param {Situation} s @param {Plan} plan @param {string} target
 */
async function fetchLibrary({ places, env, say }, { kind, python }, target) {
  const project = kind === 'GPU' ? 'tensorflow' : 'tensorflow-cpu';
  const wheels = path.join(target, 'wheels');
  const common = ['--no-deps', '--only-binary=:all:', '--python-version', wheelPython];
  const quick = ['--disable-pip-version-check', '--no-input', '--retries', '2', '--timeout', '30'];
  const options = { env, cwd: target, log: places.log, seconds: 3600 };
  say(`fetching ${project} ${tensorflowVersion} (${kind === 'GPU' ? '570' : '270'} MB)`);
  const fetched = await run(
    python,
    ['-m', 'pip', 'download', ...common, ...quick, '--platform', /** @type {string} */ (wheelPlatforms[0])]
      .concat(['--dest', wheels])
      .concat([`${project}==${tensorflowVersion}`]),
    options,
  );
  const wheel = existsSync(wheels) ? readdirSync(wheels).find((name) => name.endsWith('.whl')) : undefined;
  if (fetched.code !== 0 || !wheel)
    throw new Problem(
      `The native library could not be fetched: ${complaintIn(fetched.output, /^ERROR:/)}.`,
      `Check the network; npm start -- --repair tries again. ${goOn}`,
    );
  const unwheel = path.join(here, 'unwheel.py');
  const file = path.join(wheels, wheel);
  const taken = await run(python, [unwheel, 'extract', file, target, ...wheelParts], options);
  if (taken.code !== 0)
    throw new Problem(
      `The fetched library is damaged: ${complaintIn(taken.output)}.`,
      `npm start -- --repair fetches it again. ${goOn}`,
    );
  if (kind === 'GPU') {
    const asked = await run(python, [unwheel, 'extra', file, 'and-cuda'], options);
    const names = asked.out.split('\n').filter(Boolean);
    say(`fetching the CUDA libraries that belong to it (${names.length} packages, about 3 GB)`);
    const cuda = await run(
      python,
      ['-m', 'pip', 'install', '--target', target, '--no-compile', ...common, ...quick]
        .concat(wheelPlatforms.flatMap((platform) => ['--platform', platform]))
        .concat(names),
      options,
    );
    if (asked.code !== 0 || names.length === 0 || cuda.code !== 0)
      throw new Problem(
        `The CUDA libraries could not be fetched: ${complaintIn(cuda.output, /^ERROR:/)}.`,
        `Check the network and the free space; npm start -- --repair tries again. ${goOn}`,
      );
  }
  rmSync(wheels, { recursive: true, force: true });
}

/** @param {Situation} s @param {string} file @param {boolean} ownOps @returns {Promise<string>} the version of TensorFlow */
async function smokeTest({ places, env, say }, file, ownOps) {
  say('trying it out');
  const result = await run(
    nodeBinary(places),
    [path.join(here, 'tensor-smoke.mjs'), file, ...(ownOps ? ['own'] : [])],
    {
      // Quiet: the library greets with the instruction sets that it knows.
      env: { ...env, TF_CPP_MIN_LOG_LEVEL: '2' },
      log: places.log,
      seconds: 120,
    },
  );
  const version = result.out.trim().split('\n').at(-1) ?? '';
  if (result.code !== 0 || !/^\d+\.\d+/.test(version))
    throw new Problem(
      result.code === null
        ? 'The native library does not run on this processor (it ended without a word).'
        : `The native library does not run here: ${complaintIn(result.output)}.`,
      `What it said is in ${places.log}. ${goOn}`,
    );
  return `TensorFlow ${version}`;
}

/** Puts the addon where the package loads it from; a process that has the old one open keeps it. @param {Situation} s */
function place(s) {
  const target = addonPlace(s);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(path.join(s.places.tensor, addon), `${target}.${process.pid}`);
  renameSync(`${target}.${process.pid}`, target);
}

/** @param {string} target @param {string} fresh */
function replaceFolder(target, fresh) {
  const old = `${target}.old.${process.pid}`;
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}
