import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './setup/places.mjs';

/**
 * `npm ci` refuses a lock file that lacks an optional package of any platform, and a registry that carries only
 * some platforms makes `npm install` write exactly such a file. This adds what is missing, so that the lock file
 * serves every platform: run it after `npm install` (`node scripts/complete-lock.mjs`).
 */

/**
 * @typedef {object} Locked
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/**
 * The platform that a package's name tells, as its own package.json would say it.
 * @param {string} name such as `@scope/thing-linux-arm64-musl`
 */
function platformOf(name) {
  const parts = name.replace(/^.*\//, '').split(/[-.]/);
  const cpu =
    processors.find((known) => parts.includes(known)) ?? (parts.includes('arm64ec') ? 'arm64' : undefined);
  const os = systems.find((known) => parts.includes(known));
  const libc = parts.includes('musl') ? 'musl' : parts.includes('gnu') ? 'glibc' : undefined;
  return {
    ...(cpu && { cpu: [cpu] }),
    ...(os === 'linux' && libc && { libc: [libc] }),
    ...(os && { os: [os] }),
  };
}

/**
 * The optional packages that some package asks for and the lock file does not have.
 * @param {Record<string, Locked>} packages
 */
export function missingOptional(packages) {
  const missing = /** @type {Map<string, string>} */ (new Map());
  for (const [place, { optionalDependencies = {} }] of Object.entries(packages))
    for (const [name, version] of Object.entries(optionalDependencies)) {
      // Where Node would look for it: inside the asking package, then in every folder above.
      let folder = place;
      let found = packages[`${folder && `${folder}/`}node_modules/${name}`];
      while (!found && folder) {
        folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1));
        found = packages[`${folder && `${folder}/`}node_modules/${name}`];
      }
      if (!found) missing.set(name, version);
    }
  return missing;
}

/** Fills a lock file's packages in place; returns the names that were added. @param {Record<string, Locked>} packages */
export function complete(packages) {
  const missing = missingOptional(packages);
  for (const [name, version] of missing) {
    if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version))
      throw new Error(`${name} is asked for as ${version}, no exact version`);
    const platform = platformOf(name);
    if (!platform.cpu && !platform.os) throw new Error(`the name ${name} tells no platform`);
    packages[`node_modules/${name}`] = { version, ...platform, optional: true };
  }
  return [...missing.keys()];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = path.join(projectRoot, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = complete(lock.packages);
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added.length} packages of other platforms added`);
}
