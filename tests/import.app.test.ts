import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessibilityProblems,
  dropFile,
  openBrowser,
  startWorkbench,
  temporaryHome,
  type Workbench,
} from './workbench.ts';

let place: { home: string; remove(): Promise<void> };
let workbench: Workbench;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  place = await temporaryHome();
  workbench = await startWorkbench(place.home);
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(workbench.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await workbench?.end('SIGTERM');
  await place?.remove();
});

test('a dropped file of labels and sentences becomes a data set', async () => {
  const lines = Array.from(
    { length: 300 },
    (_, i) => `${i % 2}\tthe cat number ${i} sat on mat ${(i * 7) % 31}`,
  );
  await dropFile(page, 'cats.tsv', [...lines, lines[0]!, ''].join('\r\n'));
  await page.getByText('301 lines read, 300 sentences usable').waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  const next = page.getByRole('button', { name: 'Next', exact: true });
  await next.click();
  await page.getByText('As the model will see it').waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await next.click();
  await page.getByText('1 sentence repeats an earlier one.').waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await next.click();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { name: 'cats', level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'Label «label»' }).waitFor();
});
