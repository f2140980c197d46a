import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from './setup/places.mjs';

/** @param {string} script @param {string[]} args */
const start = (script, ...args) =>
  spawnSync(process.execPath, [path.join(projectRoot, 'scripts', script), ...args], { encoding: 'utf8' });

test('help is given before anything is set up', () => {
  const { status, stdout } = start('start.mjs', '--help');
  expect(status).toBe(0);
  for (const flag of ['--server', '--port', '--home', '--no-open', '--repair'])
    expect(stdout).toContain(flag);
});

test.each([
  [['--port', 'many'], '--port wants a number from 0 to 65535, not many'],
  [['--port', '70000'], '--port wants a number from 0 to 65535, not 70000'],
  [['--colour'], "Unknown option '--colour'"],
  [['file.txt'], 'Unexpected argument'],
])('%j is refused with the usage, before anything is set up', (args, complaint) => {
  const { status, stdout, stderr } = start('start.mjs', ...args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(complaint);
  expect(stderr).toContain('npm start -- [options]');
});

test('an unknown suite and an unknown measurement are refused with the known ones', () => {
  const suite = start('test.mjs', 'everything');
  expect([suite.status, suite.stderr]).toEqual([
    2,
    expect.stringContaining('types, lint, format, unit, native, webgpu, app'),
  ]);
  const measurement = start('bench.mjs', '../scripts/start');
  expect([measurement.status, measurement.stderr]).toEqual([2, expect.stringContaining('NAME is one of')]);
});
