import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OptionValues } from '../../contract/methods/index.ts';
import { foresee } from './foresee.ts';
import { spread } from './foresee/pieces.ts';
import { tinyData, tinyJob } from './testing.ts';

test('pieces come from all parts of a list, and its beginning is spread as well', () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  const pieces = spread(items, 10);
  expect(pieces.toSorted((a, b) => a - b)).toEqual([5, 15, 25, 35, 45, 55, 65, 75, 85, 95]);
  const first = pieces.slice(0, 4);
  expect(Math.min(...first)).toBeLessThan(35);
  expect(Math.max(...first)).toBeGreaterThan(65);
  expect(spread(['a', 'b'], 10).toSorted()).toEqual(['a', 'b']);
  expect(spread([], 10)).toEqual([]);
});

let folder: string;
let dataSetFolder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'foresee '));
  dataSetFolder = await tinyData(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const foreseen = (methodId: string, options = {}) =>
  foresee(tinyJob({ methodId, dataSetFolder, runFolder: path.join(folder, methodId), options }));

// A language model, inner loops, a second player.
test.each(['lstm-lm', 'lagging', 'wae-gan'])(
  'a run of %s is foreseen from pieces of it, of which nothing is kept',
  async (methodId) => {
    const { seconds, bytes } = await foreseen(methodId);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(Infinity);
    expect(bytes).toBeGreaterThan(20e6);
    expect(existsSync(path.join(folder, methodId))).toBe(false);
  },
);

describe('by a clock on which every piece takes a second', () => {
  const by = async (options: OptionValues, methodId = 'vae'): Promise<number> => {
    let ticks = 0;
    const job = tinyJob({ methodId, dataSetFolder, runFolder: path.join(folder, 'run'), options });
    const { seconds } = await foresee(job, () => (ticks += 1));
    return seconds;
  };

  test('an update is a second', async () => {
    const [five, seven] = [await by({ updatesPerEpoch: 5 }), await by({ updatesPerEpoch: 7 })];
    expect(seven - five).toBeCloseTo(3 * 2, 9);
  });

  test('an update with an inner loop is the steps of that loop as well', async () => {
    const [five, seven] = [
      await by({ updatesPerEpoch: 5, maxInner: 4 }, 'lagging'),
      await by({ updatesPerEpoch: 7, maxInner: 4 }, 'lagging'),
    ];
    expect(seven - five).toBeCloseTo(3 * 2 * (3 + 1), 9);
  });

  test('an epoch is its updates, an evaluation and a save and a half', async () => {
    const [three, four, nine] = [
      await by({ updatesPerEpoch: 5 }),
      await by({ updatesPerEpoch: 5, epochs: 4 }),
      await by({ updatesPerEpoch: 5, epochs: 9 }),
    ];
    expect(nine - three).toBeCloseTo(6 * (four - three), 9);
    expect(four - three).toBeGreaterThan(5 + 1.5);
  });

  test('ten times as many samples to write and to score take nine of them more', async () => {
    const [one, ten, nineteen] = [
      await by({ samples: 10 }),
      await by({ samples: 100 }),
      await by({ samples: 190 }),
    ];
    expect(nineteen - ten).toBeCloseTo(ten - one, 9);
    expect(ten).toBeGreaterThan(one);
  });
});
