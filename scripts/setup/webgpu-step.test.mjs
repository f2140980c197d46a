import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placesOf, projectRoot } from './places.mjs';
import { webgpuStep } from './webgpu-step.mjs';

/** @type {string} */
let root;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'webgpu step '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const situation = (/** @type {string} */ folder) => ({
  places: { ...placesOf(folder), log: path.join(root, 'log') },
  env: process.env,
  say: () => {},
});

test('the installed package loads', async () => {
  const here = situation(projectRoot);
  expect(webgpuStep.present(here)).toBe(true);
  expect(await webgpuStep.make(here)).toMatch(/^Dawn, package \d/);
});

test('a system that the package has no binary for is said, and set-up goes on', async () => {
  expect(webgpuStep.needed).toBe(false);
  expect(webgpuStep.present(situation(root))).toBe(false);
  await expect(webgpuStep.make(situation(root))).rejects.toMatchObject({
    state: 'missing',
    reason: expect.stringContaining('no binary for this kind of machine'),
  });
});

test('a binary that does not load is said with what the system says of it', async () => {
  const system = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  const folder = path.join(root, 'node_modules', 'webgpu', 'dist', system);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'dawn.node'), 'not a library');
  const places = { ...placesOf(root), nodeFolder: placesOf(projectRoot).nodeFolder };
  await expect(webgpuStep.make({ ...situation(root), places })).rejects.toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(/^The WebGPU library does not load here: Error: /),
  });
});
