import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { measureNames } from '../../contract/methods/defined.ts';
import { methods, type Family, type Measure } from '../../contract/methods/index.ts';
import { methodPages } from './methods.ts';
import { runCli } from './run.ts';

const folder = path.join(import.meta.dirname, '../../docs/methods');

test('docs/methods holds what the method files say: write them anew with `npm run -s cli -- methods --pages docs/methods`', () => {
  const pages = methodPages();
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) expect(readFileSync(path.join(folder, name), 'utf8')).toBe(text);
});

test('methods --json says of every method its family, the labels it needs, what is measured and where it runs', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  expect(await runCli(['methods', '--json'])).toBe(0);
  const listed = JSON.parse(String(print.mock.calls[0]![0])) as {
    id: string;
    family: Family;
    needs: { labels: number };
    measures: Measure[];
    backends: string[];
  }[];
  print.mockRestore();
  expect(listed.map(({ id }) => id)).toEqual(methods.map(({ id }) => id));
  for (const { id, family, measures, backends } of listed) {
    expect(family, id).not.toBe('own');
    expect(measures.length, id).toBeGreaterThan(1);
    expect(measureNames, id).toEqual(expect.arrayContaining(measures));
    expect(backends, id).toEqual(['cpu', 'cuda', 'webgpu', 'wasm']);
  }
  const needing = listed.filter(({ needs }) => needs.labels > 0).map(({ id, needs }) => [id, needs.labels]);
  expect(Object.fromEntries(needing)).toEqual({ vib: 1, vfae: 1, fader: 1, 'dc-ign': 2 });
  expect(listed.find(({ id }) => id === 'lstm-lm')!.measures).toEqual(['nll', 'fppl', 'rppl']);
});
