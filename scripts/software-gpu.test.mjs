import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { softwareGpu } from './software-gpu.mjs';

/** @type {string} */
let root;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'software gpu '));
  for (const folder of ['chromium', 'lib']) mkdirSync(path.join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a software adapter needs its driver and the loader', () => {
  const driver = path.join(root, 'chromium', 'vk_swiftshader_icd.json');
  const look = () =>
    softwareGpu([path.join(root, 'elsewhere'), path.join(root, 'chromium')], [path.join(root, 'lib')]);
  expect(look()).toBeUndefined();
  writeFileSync(driver, '{}');
  expect(look()).toBeUndefined();
  writeFileSync(path.join(root, 'lib', 'libvulkan.so.1'), '');
  expect(look()).toEqual({ VK_DRIVER_FILES: driver, LATENT_WORKBENCH_WEBGPU_SOFTWARE: '1' });
});
