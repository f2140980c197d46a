import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
// The packer's own reader and schema: what they take, the packer takes.
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from './setup/places.mjs';

/** @type {import('app-builder-lib').Configuration} */
let config;
beforeAll(async () => {
  config = await getConfig(projectRoot, 'electron-builder.yml', null);
});

const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
const build = readFileSync(path.join(projectRoot, 'scripts', 'build.mjs'), 'utf8');
const built = existsSync(path.join(projectRoot, 'dist', 'electron.mjs'));

test('the packer takes the configuration', async () => {
  await validateConfiguration(config, new DebugLogger(false));
});

test('it packs for three systems', () => {
  expect([config.linux?.target, config.mac?.target, config.win?.target]).toEqual([
    ['AppImage', 'deb'],
    ['dmg', 'zip'],
    ['nsis'],
  ]);
});

test('the program cannot be used as a Node, be debugged from outside or load other code', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('what the manifest and the shell name as entries is what the build writes', () => {
  expect(manifest.main).toBe('dist/electron.mjs');
  expect(build).toContain("{ in: 'main/electron/main.ts', out: 'electron' }");
  const preload = readFileSync(path.join(projectRoot, 'main', 'electron', 'main.ts'), 'utf8');
  expect(preload).toContain("'preload.cjs'");
  expect(build).toContain("{ in: 'main/electron/preload.ts', out: 'preload' }");
});

test('every package that the build leaves outside is taken along', () => {
  const outside = /const outside = \[([^\]]+)\]/.exec(build)?.[1] ?? '';
  const names = [...outside.matchAll(/'([^']+)'/g)]
    .map((m) => m[1] ?? '')
    .filter((name) => name !== 'electron');
  expect(names.length).toBeGreaterThan(0);
  const taken = Object.keys(manifest.dependencies);
  for (const name of names)
    expect(
      taken.some((one) => (name.endsWith('/*') ? one.startsWith(name.slice(0, -1)) : one === name)),
    ).toBe(true);
});

test('icons exist', () => {
  for (const icon of [config.linux?.icon, config.mac?.icon, config.win?.icon])
    expect(existsSync(path.join(projectRoot, String(icon)))).toBe(true);
});

/** A fresh clone has no `dist` and no `.runtime` before `npm start` or `npm test` made them. */
describe.runIf(built)('every pattern names something that is there (after the build)', () => {
  /**
   * Patterns as they stand, or as the packer's reader gathers them.
   * @param {unknown} value
   * @returns {string[]}
   */
  const patterns = (value) =>
    [value].flat(2).flatMap((one) => (typeof one === 'string' ? one : patterns(Object(one).filter ?? [])));
  const here = (/** @type {string} */ pattern) =>
    globSync(pattern.replace(/^!/, ''), { cwd: projectRoot }).length > 0;
  // Not every machine can make these; the packer goes on without them.
  const optional = /^!?\.runtime\/(tensorflow|models)\//;

  test('files and what is laid out beside the archive', () => {
    const all = [...patterns(config.files), ...patterns(config.asarUnpack)].filter((p) => !optional.test(p));
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter((pattern) => !here(pattern))).toEqual([]);
  });

  test('the Node of the workers, where the shell looks for it', () => {
    const [resources] = /** @type {{ from: string, to: string, filter: string[] }[]} */ (
      config.extraResources
    );
    expect(resources?.to).toBe('node');
    // A machine whose own Node is new enough brings another only when it packs.
    if (existsSync(path.join(projectRoot, '.runtime', 'node-24')))
      expect(globSync(`${resources?.from}/${resources?.filter[0]}`, { cwd: projectRoot })).toHaveLength(1);
  });
});

test("the licence of the language model's text lies beside the model, which is packed with its folder", () => {
  const models = path.join(projectRoot, '.runtime', 'models');
  expect(JSON.stringify(config.files)).toContain('".runtime/models/**"');
  if (existsSync(path.join(models, 'general-english.kn')))
    expect(readFileSync(path.join(models, 'LICENSE-WordNet.txt'), 'utf8')).toMatch(/Princeton University/);
});
