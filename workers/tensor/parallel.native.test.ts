import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const compiler = spawnSync('g++', ['--version']).status === 0;

describe.skipIf(!compiler)('threads of our own ops (skipped without a C++ compiler)', () => {
  let folder = '';
  let program = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parallel '));
    program = join(folder, 'stress');
    const kernels = join(import.meta.dirname, 'kernels');
    const sources = ['parallel-stress.cc', 'parallel.cc'].map((name) => join(kernels, name));
    execFileSync('g++', ['-std=c++17', '-O2', ...sources, '-o', program, '-pthread']);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([1, 2, 5])(
    'with %i threads every part of every call is done once, also for two callers',
    (threads) => {
      const { stdout, stderr, status } = spawnSync(program, {
        env: { TF_NUM_INTRAOP_THREADS: String(threads) },
        encoding: 'utf8',
      });
      expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: 'every part done once\n' });
    },
  );
});
