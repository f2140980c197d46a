import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putDataSet } from '../main/testing/fixtures.ts';
import { writeTinyNetwork } from '../main/testing/tiny-network.ts';
import { accessibilityProblems, openSitting, root, showTheme, type Sitting } from './workbench.ts';

/** A person brings an encoder, computes vectors with it and deletes it; each test goes on from the one before. */
let sitting: Sitting | undefined;
let home: string;
let page: Page;
let goTo: Sitting['goTo'];
let folder: string;

beforeAll(async () => {
  sitting = await openSitting((at) => {
    putDataSet(at);
    folder = writeTinyNetwork(path.join(at, 'tiny bert'));
  });
  ({ home, page, goTo } = sitting);
});
afterAll(() => sitting?.end());

const encoders = () => page.getByRole('region', { name: 'Pretrained encoders' });

/** Lets go of a folder over the window, as the browser reports a real one: a page cannot make such a drop up. */
async function dropFolder(files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  await session.detach();
}

async function clean(what: string): Promise<void> {
  for (const [colorScheme, width, height] of [
    ['light', 1280, 800],
    ['dark', 1024, 700],
  ] as const) {
    await page.setViewportSize({ width, height });
    await showTheme(page, colorScheme);
    expect(await accessibilityProblems(page), `${what}, ${colorScheme}`).toEqual([]);
    await encoders().scrollIntoViewIfNeeded();
    await page.screenshot({ path: path.join(root, '.cache', `encoders-${what}-${colorScheme}.png`) });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await showTheme(page, 'light');
}

test('the download is offered with its size and licence, and nothing is fetched before it is wanted', async () => {
  await goTo('/settings');
  await encoders().getByText('Licence: apache-2.0.').waitFor();
  await encoders().getByRole('button', { name: 'Download (84 MB)' }).waitFor();
  await encoders().getByText('There is no encoder yet.').waitFor();
  await clean('offered');
});

test('a chosen folder becomes an encoder; one that is none is refused by its own reason', async () => {
  const input = encoders().locator('input[type=file]');
  await input.setInputFiles(writeTinyNetwork(path.join(home, 'odd'), { model_type: 'mpnet' }));
  await encoders().getByRole('alert').getByText('its model_type is «mpnet»').waitFor();
  await input.setInputFiles(folder);
  const row = encoders().getByRole('row', { name: /^tiny bert/ });
  await row.waitFor();
  expect((await row.getByRole('cell').allInnerTexts()).slice(0, 2)).toEqual(['4', '1']);
  await encoders().getByRole('alert').waitFor({ state: 'detached' });
});

test('its vectors are computed for a data set, by keyboard', async () => {
  await encoders().getByRole('button', { name: 'Compute vectors with «tiny bert»' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Data set' }).selectOption({ label: 'Tiny (8 sentences)' });
  await dialog.getByRole('button', { name: 'Compute', exact: true }).press('Enter');
  await encoders()
    .getByRole('row', { name: /^tiny bert.*Tiny/ })
    .waitFor();
  await clean('listed');
  const made = path.join(home, 'datasets', 'tiny', 'representations');
  const kept = readdirSync(made);
  expect(kept).toHaveLength(1);
  // 4 training sentences of 4 float32 numbers.
  expect(readFileSync(path.join(made, kept[0]!, 'train.f32'))).toHaveLength(64);
});

test('it is deleted after a question, and brought again by dropping its folder anywhere', async () => {
  await encoders().getByRole('button', { name: 'Delete «tiny bert»' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).press('Enter');
  await encoders().getByText('There is no encoder yet.').waitFor();
  await goTo('/data');
  await dropFolder([folder]);
  // The vectors were kept with the data set.
  await encoders()
    .getByRole('row', { name: /^tiny bert.*Tiny/ })
    .waitFor();
  await goTo('/data');
  await dropFolder([path.join(home, 'datasets')]);
  await page.getByText('«datasets» is a folder.').waitFor();
});
