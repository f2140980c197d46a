import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { packages, refusal, rooms } from './rooms.mjs';

const root = new URL('../..', import.meta.url).pathname;
const eslint = new ESLint({ cwd: decodeURI(root) });

/** @param {string} file @param {string} text */
async function complaints(file, text) {
  const [result] = await eslint.lintText(text, { filePath: file });
  return (result?.messages ?? []).filter((m) => m.ruleId === 'workbench/rooms').map((m) => m.message);
}

describe('an import against the arrows is flagged', () => {
  test.each([
    ['renderer/views/a.ts', "import { openStore } from '../../db/store.ts';\nopenStore();"],
    ['renderer/views/a.ts', "export * from '../../main/app.ts';"],
    ['workers/train/a.ts', "import { app } from '../../main/app.ts';\napp();"],
    ['main/runs/a.ts', "const { loop } = await import('../../workers/train/loop.ts');\nloop();"],
    ['main/runs/a.ts', "import type { Loop } from '../../workers/train/loop.ts';\nexport type A = Loop;"],
    ['main/runs/a.ts', "export type A = import('../../workers/train/loop.ts').Loop;"],
    ['contract/a.ts', "import { openStore } from '../db/store.ts';\nopenStore();"],
    ['contract/a.ts', "import { readFileSync } from 'node:fs';\nreadFileSync('a');"],
    ['contract/a.ts', "import { ref } from 'vue';\nref();"],
    ['main/server/a.ts', "import { app } from 'electron';\napp.quit();"],
    ['workers/train/a.ts', "import * as tf from '@tensorflow/tfjs';\ntf.ones([1]);"],
    ['workers/train/a.test.ts', "import * as tf from '@tensorflow/tfjs';\ntf.ones([1]);"],
    ['renderer/stores/a.ts', "import { RPCLink } from '@orpc/client/websocket';\nnew RPCLink();"],
    ['main/runs/a.ts', "import Database from 'better-sqlite3';\nnew Database('a');"],
    ['scripts/setup/a.mjs', "import { explain } from '../../contract/errors.ts';\nexplain();"],
    ['scripts/setup/a.mjs', "import { build } from 'esbuild';\nawait build({});"],
  ])('%s: %s', async (file, text) => {
    expect(await complaints(file, text)).toHaveLength(1);
  });
});

describe('an import along the arrows is not', () => {
  test.each([
    ['renderer/client.ts', "import { RPCLink } from '@orpc/client/websocket';\nnew RPCLink();"],
    ['main/electron/a.ts', "import { app } from 'electron';\napp.quit();"],
    ['workers/tensor/a.ts', "import * as tf from '@tensorflow/tfjs';\ntf.ones([1]);"],
    [
      'main/runs/a.ts',
      "import { rows } from '../../db/runs.ts';\nimport { b } from '../queue/b.ts';\nb(rows);",
    ],
    ['db/a.ts', "import Database from 'better-sqlite3';\nnew Database('a');"],
    ['contract/a.ts', "import * as z from 'zod';\nz.string();"],
    ['contract/a.test.ts', "import { readFileSync } from 'node:fs';\nreadFileSync('a');"],
    ['main/server/a.test.ts', "import { RPCLink } from '@orpc/client/websocket';\nnew RPCLink();"],
  ])('%s: %s', async (file, text) => {
    expect(await complaints(file, text)).toEqual([]);
  });
});

test('everybody may import the contract, and nobody but main the store', () => {
  for (const room of ['db', 'main', 'scripts', 'renderer', 'workers', 'tests', 'bench'])
    expect(refusal(`${room}/a.ts`, '../contract/errors.ts')).toBeUndefined();
  for (const room of ['renderer', 'workers', 'contract', 'bench'])
    expect(refusal(`${room}/a.ts`, '../db/runs.ts')).toMatch(/does not import db|imports no other room/);
});

test('every room and every place that the table names has its own row', () => {
  const known = Object.keys(rooms);
  for (const targets of Object.values(rooms)) for (const target of targets) expect(known).toContain(target);
  for (const rule of packages) for (const place of rule.in) expect(known).toContain(place.split('/')[0]);
});

test('a visible word in a template is flagged, one from the catalogue is not', async () => {
  const [bare] = await eslint.lintText('<template><p title="Runs">Hello</p></template>\n', {
    filePath: 'renderer/parts/A.vue',
  });
  const [named] = await eslint.lintText("<template><p :title=\"$t('a')\">{{ $t('b') }}</p></template>\n", {
    filePath: 'renderer/parts/A.vue',
  });
  const bareStrings = (/** @type {import('eslint').ESLint.LintResult | undefined} */ r) =>
    (r?.messages ?? []).filter((m) => m.ruleId === 'vue/no-bare-strings-in-template');
  expect(bareStrings(bare)).toHaveLength(2);
  expect(bareStrings(named)).toHaveLength(0);
});
