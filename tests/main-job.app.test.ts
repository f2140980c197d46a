import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  accessibilityProblems,
  atRest,
  openBrowser,
  root,
  showTheme,
  startWorkbench,
  temporaryHome,
  type Workbench,
} from './workbench.ts';

/**
 * The main job as a person does it, in one sitting and in this order: each test goes on from the one before.
 * On the way every view is checked with axe-core, and pictures are taken for the README.
 */
const sample = 'Sample corpus (WordNet definitions)';
const plain = 'Variational autoencoder';
const aggressive = 'Aggressive encoder training';
const minutes = 60_000;

let place: { home: string; remove(): Promise<void> };
let workbench: Workbench;
let browser: Browser;
let page: Page;
const pageErrors: string[] = [];
const foreignRequests: string[] = [];

async function openPage(): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(workbench.url).origin) && !request.url().startsWith('data:'))
      foreignRequests.push(request.url());
  });
  await page.goto(workbench.url);
}

const goTo = (room: string) =>
  page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: room }).click();

const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 });

/** Waits for a row of the table of runs to say that it ended well. */
const finished = (run: string) =>
  page.getByRole('row').filter({ hasText: run }).filter({ hasText: 'Finished' }).first();

const pictures = path.join(root, 'docs', 'screenshots');

/** Checks the view in both themes and at the small size, and keeps its pictures. */
async function look(name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await showTheme(page, theme);
    expect(await accessibilityProblems(page), `${name}, ${theme}`).toEqual([]);
    await page.screenshot({ path: path.join(pictures, `${name}-${theme}.png`) });
  }
  await page.setViewportSize({ width: 1024, height: 700 });
  await atRest(page);
  const sideways: number = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(sideways, `${name} is cut off at 1024 pixels`).toBe(0);
  await page.setViewportSize({ width: 1280, height: 800 });
  await showTheme(page, 'light');
}

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  place = await temporaryHome();
  workbench = await startWorkbench(place.home);
  browser = await openBrowser();
  await openPage();
});

afterAll(async () => {
  await browser?.close();
  await workbench?.end('SIGTERM');
  await place?.remove();
});

/** What a person would have seen where a test failed. */
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  console.log(
    `${task.name}: ${page.url()}\n${await page.locator('body').innerText()}\n${workbench.output()}`,
  );
});

test('an empty home greets with three steps, and every empty view says what it would hold', async () => {
  await heading('Welcome to the Latent Workbench').waitFor();
  await look('welcome');
  for (const [room, words] of [
    ['Data', 'No data set yet'],
    ['New study', 'First, a text'],
    ['Queue', 'Nothing is running or waiting'],
    ['Runs', /No runs? yet/],
    ['Samples', 'No samples yet'],
    ['Compare', 'Nothing to compare yet'],
  ] as const) {
    await goTo(room);
    await page.getByText(words).first().waitFor();
    expect(await accessibilityProblems(page), `${room}, empty`).toEqual([]);
  }
});

test('the sample corpus is ready in one click', async () => {
  await goTo('Data');
  await page.getByRole('button', { name: 'Use the sample corpus' }).click();
  await heading(sample).waitFor({ timeout: 2 * minutes });
  await page.getByText('22,500', { exact: true }).waitFor();
  await look('data-set');
  await goTo('Data');
  await page.getByRole('link', { name: sample }).first().waitFor();
  await look('data');
});

test('two methods are chosen from cards, estimated and started', async () => {
  await goTo('New study');
  await page.getByRole('checkbox', { name: plain, exact: true }).check();
  await page.getByRole('checkbox', { name: aggressive, exact: true }).check();
  await page.getByRole('radio', { name: 'Quick look' }).check();
  await page.getByText('2 methods × 1 seed').waitFor();
  await page
    .getByText(/^about .*(sec|min)/)
    .first()
    .waitFor();
  await look('new-study');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await heading('Queue').waitFor();
  await page.getByRole('link', { name: aggressive }).waitFor();
  await look('queue');
});

test('the charts of a running run move', async () => {
  await goTo('Runs');
  await page.getByRole('link', { name: aggressive, exact: true }).first().click();
  await heading(aggressive).waitFor();
  const loss = page.getByRole('group', { name: /^Loss: .* at step \d+, .* at step \d+\.$/ });
  await loss.waitFor({ timeout: 2 * minutes });
  const first = await loss.getAttribute('aria-label');
  await expect.poll(() => loss.getAttribute('aria-label'), { timeout: 2 * minutes }).not.toBe(first);
  // Validation values arrive with the first measurement.
  await page
    .getByRole('group', { name: /^Validation NLL: .* at step \d+/ })
    .waitFor({ timeout: 5 * minutes });
  await look('run-training');
});

test('both runs end, and the table shows what was measured', { timeout: 12 * minutes }, async () => {
  await goTo('Runs');
  await finished(aggressive).waitFor({ timeout: 10 * minutes });
  await finished(plain).waitFor({ timeout: 10 * minutes });
  await look('runs');
  await page.getByRole('link', { name: aggressive, exact: true }).first().click();
  await page.getByRole('group', { name: /^KL: / }).waitFor();
  await look('run');
  await page.getByRole('link', { name: /^Study/ }).click();
  await heading(`${plain}, ${aggressive} on ${sample}`).waitFor();
  const table = page.getByRole('table', { name: 'Results', exact: true });
  for (const measure of ['NLL', 'KL', 'MI', 'Active units', 'FPPL', 'RPPL']) {
    await table.getByRole('columnheader', { name: measure }).first().waitFor();
  }
  await look('study');
});

test('samples are read with their perplexities, word by word', async () => {
  await goTo('Runs');
  await page.getByRole('link', { name: aggressive, exact: true }).first().click();
  await page.getByRole('link', { name: 'Read its samples' }).click();
  await heading('Samples').waitFor();
  await page.getByText('FPPL', { exact: true }).first().waitFor();
  await page.getByText('n = 1,000').first().waitFor();
  const rows = page.getByRole('table', { name: 'Sentences of the sample set' }).getByRole('row');
  await expect.poll(() => rows.count()).toBeGreaterThan(10);
  await page.getByRole('textbox', { name: 'Search sentences' }).fill('of the');
  await page.getByText(/\d+ hits?/).waitFor();
  await page.getByRole('textbox', { name: 'Search sentences' }).fill('');
  await look('samples');
  await page.getByRole('switch', { name: 'Surprisal by word' }).check();
  await page.getByRole('button', { name: 'Look into sentence 1', exact: true }).click();
  const words = page.getByRole('list', { name: 'Word by word' }).getByRole('button');
  await words.first().waitFor();
  await words.nth(1).focus();
  await page
    .getByText(/bits, judged/)
    .first()
    .waitFor();
  // An open tip lies outside of every landmark.
  await page.keyboard.press('Escape');
  await look('surprisal');
});

test('two runs stand side by side', async () => {
  await goTo('Compare');
  await page.getByRole('table', { name: 'Sentences side by side' }).waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(10);
  await look('compare');
});

test('settings, help and first steps pass the same checks', async () => {
  await goTo('Settings');
  await heading('Settings').waitFor();
  await look('settings');
  await goTo('Help');
  await heading('Help').waitFor();
  await look('help');
});

test('a killed server loses nothing', async () => {
  await workbench.end('SIGKILL');
  workbench = await startWorkbench(place.home);
  await page.context().close();
  await openPage();
  await goTo('Data');
  await page.getByRole('link', { name: sample }).first().waitFor();
  await goTo('Runs');
  await finished(aggressive).waitFor();
  await finished(plain).waitFor();
  await page.getByRole('link', { name: aggressive, exact: true }).first().click();
  await page.getByRole('group', { name: /^Loss: .* at step \d+/ }).waitFor();
  await page.getByRole('link', { name: 'Read its samples' }).click();
  await page.getByText('n = 1,000').first().waitFor();
});

test('nothing was asked of another host and no script failed', () => {
  expect(foreignRequests).toEqual([]);
  expect(pageErrors).toEqual([]);
});
