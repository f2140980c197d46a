import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { complaintIn, findTool, run, withoutNpm } from './tools.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tools of set-up '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a tool is a program file in PATH, in the order of the names and then of the folders', () => {
  const [first, second] = [path.join(folder, 'a b'), path.join(folder, 'c')];
  mkdirSync(path.join(first, 'python'), { recursive: true });
  mkdirSync(second);
  for (const name of ['python', 'python3']) {
    writeFileSync(path.join(second, name), '#!/bin/sh\n');
    chmodSync(path.join(second, name), 0o755);
  }
  writeFileSync(path.join(first, 'g++'), 'not a program');
  const env = { PATH: [first, second, ''].join(path.delimiter) };
  expect(findTool(['python3', 'python'], env)).toBe(path.join(second, 'python3'));
  expect(findTool(['python'], env)).toBe(path.join(second, 'python'));
  expect(findTool(['g++'], env)).toBeUndefined();
  expect(findTool(['python'], {})).toBeUndefined();
});

test('a program is run with its arguments as they are, and what it said is kept and logged', async () => {
  const log = path.join(folder, 'logs', 'log');
  const script = 'console.log(process.argv[1]); console.error("aside"); process.exit(3)';
  const result = await run(process.execPath, ['-e', script, 'two words $HOME;'], { env: process.env, log });
  expect(result.code).toBe(3);
  expect(result.out).toBe('two words $HOME;\n');
  expect(result.output).toContain('aside');
  expect(readFileSync(log, 'utf8')).toContain('two words $HOME;\n');
});

test('a program that cannot be started, or that takes too long, is an outcome and no exception', async () => {
  expect((await run(path.join(folder, 'nothing'), [], { env: {} })).code).toBeNull();
  const slow = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env: {}, seconds: 0.3 });
  expect(slow.code).toBeNull();
});

test('the complaint is the line of the error, or the last one', () => {
  const stack =
    'node:internal\n  throw error\n\nTypeError: a is not a function\n    at b\n\nNode.js v24.21.0\n';
  expect(complaintIn(`$ node a\n${stack}`)).toBe('TypeError: a is not a function');
  expect(complaintIn('first\nlast.\n\n')).toBe('last');
  expect(complaintIn('')).toBe('it said nothing');
  expect(complaintIn('a.cc:1: error: no such file\n1 error generated\n', /\berror:/)).toBe(
    'a.cc:1: error: no such file',
  );
});

test('an npm that is started by npm keeps its registry and forgets what it was started for', () => {
  expect(
    withoutNpm({
      PATH: '/bin',
      npm_config_registry: 'r',
      npm_config_local_prefix: '/elsewhere',
      npm_lifecycle_event: 'start',
      npm_package_name: 'p',
      npm_command: 'run-script',
      npm_execpath: '/npm-cli.js',
    }),
  ).toEqual({ PATH: '/bin', npm_config_registry: 'r', npm_execpath: '/npm-cli.js' });
});
