import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, putDataSet, until } from '../main/testing/fixtures.ts';
import { openSitting, type Sitting } from './workbench.ts';

/** What an ordinary study shows in a window of 1280 pixels. */
let sitting: Sitting | undefined;
let page: Page;
let goTo: Sitting['goTo'];
let studyId: string;

beforeAll(async () => {
  sitting = await openSitting(async (home) => {
    putDataSet(home, {}, { steps: 4 });
    const app = await openTestApp(home);
    const request = { dataSetId: 'tiny', size: 'quick', options: {}, pinnedTo: null, seeds: 3 } as const;
    const { study, runs } = app.context.studies.create({ ...request, methodIds: ['vae', 'lagging'] });
    for (const { id } of runs) await until(() => app.context.runs.get(id).status === 'finished');
    studyId = study.id;
    await app.close();
  });
  ({ page, goTo } = sitting);
});
afterAll(() => sitting?.end());

/** Without sideways scrolling: the head ends within the frame that its table scrolls in. */
async function seen(table: Locator, name: string): Promise<void> {
  const head = table.getByRole('columnheader', { name });
  await head.waitFor();
  const [inner, outer] = await Promise.all([head.boundingBox(), table.boundingBox()]);
  expect(inner!.x + inner!.width, name).toBeLessThanOrEqual(outer!.x + outer!.width);
}

test('FPPL and RPPL of both tables of a study are in sight, columns without a value are not there', async () => {
  await goTo(`/studies/${studyId}`);
  for (const table of [
    page.getByRole('group', { name: 'Results', exact: true }),
    page.getByRole('group', { name: 'Runs and their results' }),
  ]) {
    await seen(table, 'FPPL');
    await seen(table, 'RPPL');
    expect(await table.getByRole('columnheader', { name: /label/i }).count()).toBe(0);
  }
});

test('so are those of the list of all runs, seeds folded', async () => {
  await goTo('/runs');
  const table = page.getByRole('group', { name: 'Runs and their results' });
  await seen(table, 'FPPL');
  await seen(table, 'RPPL');
});
