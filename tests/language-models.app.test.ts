import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, putDataSet, until } from '../main/testing/fixtures.ts';
import { openNgram } from '../workers/ngram/index.ts';
import { accessibilityProblems, openSitting, root, showTheme, type Sitting } from './workbench.ts';

/** A person trains one language model, brings another, and reads samples by it; each test goes on from the one before. */
const reference = path.join(root, 'workers', 'ngram', 'testdata');
const arpa = path.join(reference, 'tiny12.o3.arpa');

let sitting: Sitting | undefined;
let page: Page;
let goTo: Sitting['goTo'];
let runId: string;

/** A run that has ended, with its sentences, from the fake training worker. */
async function putRun(home: string): Promise<string> {
  putDataSet(home, {}, { steps: 4 });
  const app = await openTestApp(home);
  const request = { dataSetId: 'tiny', size: 'quick', options: {}, pinnedTo: null, seeds: 1 } as const;
  const [run] = app.context.studies.create({ ...request, methodIds: ['vae'] }).runs;
  await until(() => app.context.runs.get(run!.id).status === 'finished');
  await app.close();
  return run!.id;
}

beforeAll(async () => {
  sitting = await openSitting(async (home) => {
    runId = await putRun(home);
  });
  ({ page, goTo } = sitting);
});
afterAll(() => sitting?.end());

const models = () => page.getByRole('region', { name: 'Language models' });

async function clean(what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await showTheme(page, colorScheme);
    expect(await accessibilityProblems(page), `${what}, ${colorScheme}`).toEqual([]);
  }
  await showTheme(page, 'light');
}

test('a language model is trained by keyboard, and what is missing is said first', async () => {
  await goTo('/settings');
  await models().getByRole('button', { name: 'Train a language model' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Train', exact: true }).press('Enter');
  await dialog.getByText('Choose a text file first.').waitFor();
  await clean('training dialog');
  await dialog.locator('input[type=file]').setInputFiles(path.join(reference, 'wn5k.train.txt'));
  await dialog.getByLabel('Name').fill('Definitions');
  await dialog.getByLabel('Leave out rare n-grams').fill('0 0 1');
  await dialog.getByLabel('Name').press('Enter');
  const row = models().getByRole('row', { name: /^Definitions/ });
  await row.waitFor();
  // The words and n-grams of KenLM for this text; those of three words and more that occur once are left out.
  const cells = await row.getByRole('cell').allInnerTexts();
  expect(cells.slice(0, 3)).toEqual(['Your own', '5', '5,000']);
  const [ngrams, whole] = [Number(cells[3]!.replaceAll(',', '')), 10624 + 36621 + 46659 + 45278 + 41380];
  expect(ngrams).toBeGreaterThan(10624 + 36621);
  expect(ngrams).toBeLessThan(whole / 3);
  await clean('list of language models');
});

test('a model of another program is brought in; a text is refused by its own name', async () => {
  const input = models().locator('input[type=file]');
  await input.setInputFiles(arpa);
  await models()
    .getByRole('row', { name: /^tiny12\.o3/ })
    .waitFor();
  await input.setInputFiles(path.join(reference, 'tiny12.txt'));
  await models().getByRole('alert').getByText('tiny12.txt is neither a language model').waitFor();
});

test('samples are judged by it, and each word shows its bits and the order that matched', async () => {
  await goTo(`/samples/${runId}`);
  await page.getByRole('combobox', { name: 'Judged by' }).selectOption({ label: 'tiny12.o3' });
  await page.getByText('under tiny12.o3').waitFor();
  await page.getByRole('switch', { name: 'Surprisal by word' }).check();
  await page.getByRole('button', { name: 'Look into sentence 1', exact: true }).press('Enter');
  const words = page.getByRole('list', { name: 'Word by word' }).getByRole('button');
  await words.first().waitFor();
  const scored = openNgram(arpa).scoreSentence('the cat sat .').words;
  expect(new Set(scored.map(({ order }) => order)).size).toBeGreaterThan(1);
  for (const [i, { order, log10 }] of scored.entries()) {
    await words.nth(i).focus();
    const bits = (-log10 / Math.log10(2)).toFixed(1);
    const before = ['without the words before it', 'by 1 word before it', 'by 2 words before it'][order - 1]!;
    const facts = `${bits} bits, judged ${before}`;
    await page.getByText(facts).filter({ visible: true }).first().waitFor();
    if (order === 3) await page.screenshot({ path: path.join(root, '.cache', 'surprisal.png') });
  }
  // An open tip lies outside of every landmark.
  await page.keyboard.press('Escape');
  await clean('surprisal by word');
});

test('it is deleted after a question, and samples can no longer be judged by it', async () => {
  await goTo('/settings');
  await models().getByRole('button', { name: 'Delete «tiny12.o3»' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).press('Enter');
  await models()
    .getByRole('row', { name: /^tiny12/ })
    .waitFor({ state: 'detached' });
  await goTo(`/samples/${runId}`);
  const choice = page.getByRole('combobox', { name: 'Judged by' });
  await choice.waitFor();
  expect(await choice.getByRole('option').allInnerTexts()).toContain('Definitions');
  expect(await choice.getByRole('option').allInnerTexts()).not.toContain('tiny12.o3');
});
