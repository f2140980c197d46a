import { afterEach, describe, expect, test } from 'vitest';
import { emptyState, fake } from '../../testing/fake.ts';
import { byName, mountView, settle } from '../../testing/mount.ts';
import LanguageModels from './LanguageModels.vue';

let leave = () => {};
afterEach(() => leave());
const body = document.body;
const text = () => (body.textContent ?? '').replace(/\s+/g, ' ');

async function open(...args: Parameters<typeof fake>) {
  const mounted = await mountView(LanguageModels, { services: fake(...args) });
  leave = mounted.leave;
  return mounted.services;
}
const rows = () =>
  [...body.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()),
  );

/** Chooses a file in the hidden input that a button of that name opens. */
function choose(button: string, name: string): void {
  const input = byName(body, 'button', button).nextElementSibling as HTMLInputElement;
  Object.defineProperty(input, 'files', { configurable: true, value: [new File(['a b\n'], name)] });
  input.dispatchEvent(new Event('change'));
}
function type(label: string, value: string): void {
  const input = byName(body, 'input', label) as HTMLInputElement;
  input.value = value;
  input.dispatchEvent(new Event('input'));
}

describe('the list', () => {
  test('says of each model what kind it is, its order, sentences, n-grams and size', async () => {
    await open();
    expect(rows().map((row) => row.slice(0, 6))).toEqual([
      ['General English (WordNet)', 'Bundled', '5', '130,000', '3,089,890', '28 MB'],
      ['WordNet definitions, evaluator', 'Of a data set', '5', '4,482', '167,100', '2.1 MB'],
      ['Tales of 1812', 'Your own', '3', 'not said', '119,671', '1.4 MB'],
    ]);
  });

  test('only own models can be deleted, after a question', async () => {
    const { state } = await open();
    expect(body.querySelectorAll('tbody button')).toHaveLength(1);
    byName(body, 'button', 'Delete «Tales of 1812»').click();
    await settle();
    expect(text()).toContain('Sample sets keep the numbers it gave them');
    expect(state.languageModels).toHaveLength(3);
    byName(body, 'button', 'Delete').click();
    await settle();
    expect(state.languageModels.map(({ kind }) => kind)).toEqual(['bundled', 'evaluator']);
    expect(rows()).toHaveLength(2);
  });

  test('a model that cannot be used says why', async () => {
    const state = fake().state;
    const problem = { code: 'ngram.damaged' as const, facts: { file: 'tales.kn', reason: 'it was cut off' } };
    state.languageModels = [{ ...state.languageModels[2]!, problem }];
    await open(state);
    expect(text()).toContain('The language model tales.kn is damaged: it was cut off.');
    byName(body, 'button', 'Delete «Tales of 1812»');
  });

  test('without any it says where the bundled one comes from', async () => {
    await open(emptyState());
    expect(text()).toContain('There is no language model yet');
  });
});

describe('training', () => {
  test('what is missing is said when somebody wants to start, and nothing starts', async () => {
    const { state } = await open();
    byName(body, 'button', 'Train a language model').click();
    await settle();
    expect(text()).not.toContain('Choose a text file first.');
    byName(body, 'button', 'Train').click();
    await settle();
    expect(text()).toContain('Choose a text file first.');
    expect(text()).toContain('Give it a name.');
    type('Leave out rare n-grams', '1');
    await settle();
    expect(text()).toContain('The first number must be 0');
    expect(state.languageModels).toHaveLength(3);
  });

  test('a model is trained with progress, listed, and its warnings are said', async () => {
    const { state } = await open(undefined, 100);
    byName(body, 'button', 'Train a language model').click();
    await settle();
    choose('Choose a text file', 'letters.txt');
    await settle();
    expect((byName(body, 'input', 'Name') as HTMLInputElement).value).toBe('letters');
    byName(body, 'button', 'Train').click();
    await settle();
    expect(text()).toContain('Making the language model «letters»');
    expect(body.querySelector('[role=progressbar]')).not.toBeNull();
    await expect.poll(() => rows().length, { timeout: 30_000 }).toBe(4);
    expect(state.languageModels.at(-1)).toMatchObject({ title: 'letters', order: 5 });
    await settle();
    expect(text()).toContain('the fixed discounts 0.5, 1, 1.5 were used');
    expect(text()).not.toContain('Making the language model');
  });

  test('cancelling says that nothing was kept', async () => {
    const { state } = await open(undefined, 400);
    choose('Import a model file', 'tales.arpa');
    await settle();
    byName(body, 'button', 'Cancel').click();
    await settle(600);
    expect(state.languageModels).toHaveLength(3);
    expect(text()).not.toContain('Making the language model');
  });
});

test('a file that is no model is refused with its remedy, and stays on the page', async () => {
  await open();
  choose('Import a model file', 'broken.arpa');
  await settle();
  expect(text()).toContain('broken.arpa is neither a language model of the workbench nor an ARPA file.');
  expect(byName(body, 'section', 'Language models').querySelector('[role=alert]')).not.toBeNull();
});
