import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  dropFile,
  newAddress,
  openBrowser,
  startWorkbench,
  temporaryHome,
  type Workbench,
} from './workbench.ts';

/** How long it is waited for, in milliseconds: enough for a busy machine, too short for a page that must be reloaded. */
const soon = 10_000;
const method = 'LSTM language model';

let place: { home: string; remove(): Promise<void> };
let workbench: Workbench;
let browser: Browser;
let one: Page;
let other: Page;
/** Marks both pages: a reload would lose it. */
const mark = "document.documentElement.dataset.same = 'page'";

beforeAll(async () => {
  place = await temporaryHome();
  workbench = await startWorkbench(place.home);
  browser = await openBrowser();
  for (const open of [(page: Page) => (one = page), (page: Page) => (other = page)]) {
    // A browser of its own, with an address of its own.
    const page = open(await (await browser.newContext()).newPage());
    page.setDefaultTimeout(30_000);
    await page.goto(newAddress(workbench));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.evaluate(mark);
  }
});

afterAll(async () => {
  await browser?.close();
  await workbench?.end('SIGTERM');
  await place?.remove();
});

const goTo = (page: Page, room: string) =>
  page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: room }).click();
const row = (page: Page, run: string) => page.getByRole('row').filter({ hasText: run }).first();

test('a data set imported in one window is there in the other', async () => {
  await goTo(other, 'Data');
  await other.getByText('No data set yet').waitFor();
  const lines = Array.from({ length: 300 }, (_, i) => `the cat number ${i} sat on mat ${(i * 7) % 31}`);
  await dropFile(one, 'cats.txt', lines.join('\n'));
  for (let step = 1; step < 4; step += 1)
    await one.getByRole('button', { name: 'Next', exact: true }).click();
  await one.getByRole('button', { name: 'Import', exact: true }).click();
  await one.getByRole('heading', { name: 'cats', level: 1 }).waitFor();
  await other.getByRole('link', { name: 'cats' }).first().waitFor({ timeout: soon });
});

test('a run started in one window is there in the other', async () => {
  await goTo(other, 'Runs');
  await goTo(one, 'New study');
  await one.getByRole('button', { name: 'Start over' }).click();
  await one.getByRole('checkbox', { name: 'Variational autoencoder', exact: true }).uncheck();
  await one.getByRole('checkbox', { name: method, exact: true }).check();
  await one.getByRole('button', { name: 'Start', exact: true }).click();
  await one.getByRole('heading', { name: 'Queue', level: 1 }).waitFor();
  await row(other, method).waitFor({ timeout: soon });
});

test('a run renamed and starred in one window is so in the other', async () => {
  await other.getByRole('link', { name: method, exact: true }).first().click();
  await other.getByRole('heading', { name: method, level: 1 }).waitFor();
  await goTo(one, 'Runs');
  await other.getByRole('button', { name: 'More actions', exact: true }).click();
  await other.getByRole('menuitem', { name: 'Rename' }).click();
  const dialog = other.getByRole('dialog');
  await dialog.getByRole('textbox').fill('The yardstick');
  await dialog.getByRole('button', { name: 'Rename', exact: true }).click();
  await other.getByRole('heading', { name: 'The yardstick', level: 1 }).waitFor();
  await one.getByRole('link', { name: 'The yardstick', exact: true }).waitFor({ timeout: soon });
  expect(await row(one, method).count()).toBe(0);

  await one.getByRole('button', { name: 'Star: The yardstick' }).click();
  await other.locator('button[aria-pressed=true]').first().waitFor({ timeout: soon });
});

test('neither window was loaded again', async () => {
  for (const page of [one, other])
    expect(await page.evaluate('document.documentElement.dataset.same')).toBe('page');
});
