import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { chooseShell, electronProgram } from './shells.mjs';

/** @type {Parameters<typeof chooseShell>[0]} */
const desktop = {
  serverAsked: false,
  electron: '/e/electron',
  platform: 'linux',
  env: { DISPLAY: ':0' },
  root: false,
};

test('a window where there are Electron and a display', () => {
  expect(chooseShell(desktop)).toEqual({ shell: 'window' });
  expect(chooseShell({ ...desktop, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toEqual({ shell: 'window' });
  expect(chooseShell({ ...desktop, platform: 'darwin', env: {} })).toEqual({ shell: 'window' });
});

test('otherwise the server, and one sentence why', () => {
  for (const [facts, reason] of /** @type {const} */ ([
    [{ env: {} }, 'no display'],
    [{ electron: undefined }, 'Electron is not installed'],
    [{ root: true }, 'as root'],
  ]))
    expect(chooseShell({ ...desktop, ...facts })).toEqual({
      shell: 'server',
      reason: expect.stringMatching(new RegExp(`${reason}.*\\.$`)),
    });
});

test('whoever asks for the server needs no reason', () => {
  expect(chooseShell({ ...desktop, serverAsked: true })).toEqual({ shell: 'server', reason: undefined });
});

test("Electron's program is found without asking its package, which would download it", () => {
  const packages = mkdtempSync(path.join(tmpdir(), 'packages '));
  const folder = path.join(packages, 'electron');
  mkdirSync(path.join(folder, 'dist'), { recursive: true });
  expect(electronProgram(packages)).toBeUndefined();
  writeFileSync(path.join(folder, 'path.txt'), 'electron\n');
  expect(electronProgram(packages)).toBeUndefined();
  writeFileSync(path.join(folder, 'dist', 'electron'), '');
  expect(electronProgram(packages)).toBe(path.join(folder, 'dist', 'electron'));
  rmSync(packages, { recursive: true });
});
