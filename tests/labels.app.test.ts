import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityProblems, dropFile, openSitting, root, showTheme, type Sitting } from './workbench.ts';

/** A text with a label, from its file to rewritten sentences; each test goes on from the one before. */
let sitting: Sitting | undefined;
let page: Page;
let goTo: Sitting['goTo'];

beforeAll(async () => {
  sitting = await openSitting(() => {});
  ({ page, goTo } = sitting);
});
afterAll(() => sitting?.end());

/** Checks the view at both sizes and keeps a picture of each. */
async function clean(what: string): Promise<void> {
  for (const [theme, width, height] of [
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 1024, 700],
    ['dark', 1024, 700],
  ] as const) {
    await page.setViewportSize({ width, height });
    await showTheme(page, theme);
    expect(await accessibilityProblems(page), `${what}, ${theme}, ${width}`).toEqual([]);
    await page.screenshot({ path: path.join(root, '.cache', `${what}-${theme}-${width}.png`) });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await showTheme(page, 'light');
}

test('the wizard takes one column as the text and another as the label', async () => {
  const [good, bad] = [
    ['lovely', 'fine', 'warm', 'friendly'],
    ['awful', 'cold', 'rude', 'stale'],
  ];
  const things = ['soup', 'bread', 'staff', 'room', 'tea', 'garden', 'music', 'table'];
  const lines = Array.from({ length: 640 }, (_, i) => {
    const words = i % 2 === 0 ? good! : bad!;
    const thing = things[(i >> 1) % 8]!;
    return `the ${thing} was ${words[(i >> 4) % 4]!} on day ${i >> 6} of week ${(i >> 5) % 7}\t${i % 2 === 0 ? 'praise' : 'complaint'}`;
  });
  await dropFile(page, 'reviews.tsv', ['sentence\ttone', ...lines, ''].join('\n'));
  const next = page.getByRole('button', { name: 'Next', exact: true });
  await next.click();
  const role = page.getByRole('combobox', { name: 'Role of the column «tone»' });
  await role.selectOption({ label: 'Label' });
  await next.click();
  await next.click();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { name: 'Label «tone»' }).waitFor();
});

test('methods that need more labels are not offered, and say why', async () => {
  await goTo('/new');
  const lacking = page.getByRole('checkbox', { name: 'Factor batches (DC-IGN)' });
  expect(await lacking.isDisabled()).toBe(true);
  await page.getByText('Needs a data set with 2 label columns; this one has fewer.').waitFor();
  await page.getByRole('checkbox', { name: 'Variational autoencoder', exact: true }).uncheck();
  await page.getByRole('checkbox', { name: /^Fader/ }).check();
  await page.getByRole('radio', { name: 'Quick look' }).check();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('heading', { name: 'Queue', level: 1 }).waitFor();
});

test('the run ends with a probe of its code, and says why it has no likelihood', async () => {
  await goTo('/runs');
  const row = page.getByRole('row').filter({ hasText: 'Fader' });
  await row.filter({ hasText: 'Finished' }).waitFor({ timeout: 240_000 });
  await row.getByRole('link', { name: /^Fader/ }).click();
  await page.getByText(/label «tone»; always guessing the commonest one: 0\.\d+/).waitFor();
  await page.getByText('each code of this method is a single point, which has no density').waitFor();
});

test('its codes become vectors of the data set', async () => {
  const panel = page.getByRole('region', { name: 'Codes as sentence vectors' });
  await panel.scrollIntoViewIfNeeded();
  await clean('vectors-offered');
  await panel.getByRole('button', { name: 'Keep codes as vectors' }).press('Enter');
  await panel.getByText(/«reviews» has vectors of 8 numbers from this run, for \d+ training/).waitFor();
  await panel.scrollIntoViewIfNeeded();
  await clean('vectors-kept');
});

test('a sentence is rewritten with the other label', async () => {
  await page.getByRole('link', { name: 'Read its samples' }).click();
  await page.getByRole('tab', { name: 'Rewrite with another label' }).click();
  await page.getByText(/Probe accuracy.*of the sentences/).waitFor();
  const panel = page.getByRole('tabpanel', { name: 'Rewrite with another label' });
  await panel.getByRole('textbox').fill('the soup was awful on day 3 of week 2');
  await panel.getByRole('combobox').selectOption({ label: 'complaint' });
  await panel.getByRole('button', { name: 'Rewrite', exact: true }).click();
  await panel.getByRole('status').getByText('praise', { exact: true }).waitFor();
  const written = await panel.getByRole('status').locator('dd').allInnerTexts();
  expect(written.filter((text) => text.trim() !== '').length).toBeGreaterThan(3);
  await panel.getByRole('status').scrollIntoViewIfNeeded();
  await clean('rewritten');
});
