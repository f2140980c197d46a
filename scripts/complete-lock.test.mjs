import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { complete, missingOptional } from './complete-lock.mjs';
import { projectRoot } from './setup/places.mjs';

const lock = JSON.parse(readFileSync(path.join(projectRoot, 'package-lock.json'), 'utf8'));

test('the lock file knows the packages of every platform, so that npm ci takes it', () => {
  expect([...missingOptional(lock.packages).keys()]).toEqual([]);
});

test('the lock file records no download address', () => {
  expect(JSON.stringify(lock)).not.toContain('"resolved"');
});

test('a missing optional package is added with the platform that its name tells, and only once', () => {
  /** @type {Parameters<typeof complete>[0]} */
  const packages = {
    '': {},
    'node_modules/a': {
      version: '1.0.0',
      optionalDependencies: { '@a/linux-x64-gnu': '1.0.0', '@a/wasm32-wasi': '1.0.0' },
    },
    'node_modules/b/node_modules/a': {
      version: '2.0.0',
      optionalDependencies: { inside: '1.0.0', '@a/linux-x64-gnu': '1.0.0' },
    },
    'node_modules/b/node_modules/inside': { version: '1.0.0' },
  };
  expect(complete(packages)).toEqual(['@a/linux-x64-gnu', '@a/wasm32-wasi']);
  expect(packages['node_modules/@a/linux-x64-gnu']).toEqual({
    version: '1.0.0',
    cpu: ['x64'],
    libc: ['glibc'],
    os: ['linux'],
    optional: true,
  });
  expect(packages['node_modules/@a/wasm32-wasi']).toEqual({
    version: '1.0.0',
    cpu: ['wasm32'],
    optional: true,
  });
  expect(complete(packages)).toEqual([]);
});

test('a package of no platform is not made up', () => {
  expect(() => complete({ '': { optionalDependencies: { colours: '1.0.0' } } })).toThrow('tells no platform');
  expect(() => complete({ '': { optionalDependencies: { 'a-linux-x64': '^1.0.0' } } })).toThrow(
    'no exact version',
  );
});
