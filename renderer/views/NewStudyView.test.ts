import { afterEach, describe, expect, test, vi } from 'vitest';
import { byName, mountView, settle } from '../testing/mount.ts';
import { methods } from '../../contract/methods/index.ts';
import { byFamily, matchingMethods } from '../logic/method-choice.ts';
import NewStudyView from './NewStudyView.vue';

let leave = () => {};
afterEach(() => leave());

async function open() {
  const mounted = await mountView(NewStudyView, { path: '/new' });
  leave = mounted.leave;
  return mounted;
}
function type(input: HTMLElement, value: string): void {
  (input as HTMLInputElement).value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
const body = document.body;

describe('the form of a new study', () => {
  test('a value that cannot be is said under its field, tied to it, and keeps the study from starting', async () => {
    await open();
    byName(body, 'button', 'Advanced settings').click();
    await settle();
    const batch = byName(body, 'input', 'Batch size');
    type(batch, '5000');
    await settle();
    expect(batch.getAttribute('aria-invalid')).toBe('true');
    const reason = batch.getAttribute('aria-describedby')!.split(' ')[0]!;
    expect(document.getElementById(reason)!.textContent).toBe('It must be at most 1024.');
    expect((byName(body, 'button', 'Start') as HTMLButtonElement).disabled).toBe(true);

    byName(body, 'button', 'Batch size: back to 16').click();
    await settle();
    expect((batch as HTMLInputElement).value).toBe('16');
    expect((byName(body, 'button', 'Start') as HTMLButtonElement).disabled).toBe(false);
  });

  test('a measurement on this machine corrects the estimate', async () => {
    await open();
    await settle(300);
    const text = () => body.textContent!.replace(/\s+/g, ' ');
    expect(text()).toContain('Calculated from the settings.');
    byName(body, 'button', 'Measure on this machine').click();
    await settle(300);
    expect(text()).toContain('Measured on this machine.');
    expect(text()).not.toContain('Calculated from the settings.');
    expect(byName(body, 'button', 'Measure on this machine')).toBeDefined();
  });

  test('a search leaves the cards that mention it', async () => {
    await open();
    type(byName(body, 'input', 'Search methods'), 'likelihood');
    await settle();
    const expected = matchingMethods(methods, { search: 'likelihood', family: null, chosen: null });
    expect(expected.length).toBeLessThan(methods.length);
    const titles = [...body.querySelectorAll('input[type=checkbox]')].map((box) =>
      box.getAttribute('aria-labelledby'),
    );
    expect(titles.map((id) => document.getElementById(id!)!.textContent)).toEqual(
      byFamily(expected).flatMap((group) => group.methods.map(({ title }) => title)),
    );
  });

  test('a method that needs more labels than the data set has cannot be chosen, and says why', async () => {
    await open();
    const box = (title: string) => byName(body, 'input[type=checkbox]', title) as HTMLInputElement;
    expect(box('Fair VAE').disabled).toBe(false);
    const lacking = box('Factor batches (DC-IGN)');
    expect(lacking.disabled).toBe(true);
    const reasons = lacking.getAttribute('aria-describedby')!.split(' ');
    expect(reasons.map((id) => document.getElementById(id)!.textContent!.trim())).toContain(
      'Needs a data set with 2 label columns; this one has fewer.',
    );
  });

  test('cards stand under their families; what is chosen stays in sight and can be taken out again', async () => {
    await open();
    const headings = () => [...body.querySelectorAll('h3')].map((h) => h.textContent!.trim());
    expect(headings().slice(0, 3)).toEqual(['Language model', 'Baseline', 'KL weight']);
    byName(body, 'input[type=checkbox]', 'β-VAE').click();
    const family = byName(body, 'select', /^Family/) as HTMLSelectElement;
    family.value = 'schedule';
    family.dispatchEvent(new Event('change', { bubbles: true }));
    await settle();
    expect(headings()).toEqual(['Training schedule']);
    byName(body, 'button', 'Take «β-VAE» out of the study');
    byName(body, 'button[role=switch]', 'Only chosen').click();
    await settle();
    expect(body.textContent).toContain('No method is chosen here.');
    byName(body, 'button', 'Show all methods').click();
    await settle();
    expect(headings().length).toBeGreaterThan(3);
    byName(body, 'button', 'Take «β-VAE» out of the study').click();
    await settle();
    expect((byName(body, 'input[type=checkbox]', 'β-VAE') as HTMLInputElement).checked).toBe(false);
  });

  test('a card tells more when it is asked', async () => {
    await open();
    const more = byName(body, 'button', 'Formula, blocks and warnings of «β-VAE»');
    expect(body.textContent).not.toContain('Watch out:');
    more.click();
    await settle();
    expect(more.getAttribute('aria-expanded')).toBe('true');
    const told = document.getElementById(more.getAttribute('aria-controls')!)!;
    expect(told.querySelector('math')).not.toBeNull();
    expect(told.textContent).toContain('Watch out:');
  });

  test('time and memory stand there before the start', async () => {
    await open();
    expect(body.textContent).toContain('1 run');
    expect(body.textContent).toContain('about 700 MB of 18 GB free');
    type(byName(body, 'input', 'Repeat with how many seeds'), '3');
    await settle(400);
    expect(body.textContent).toContain('3 runs');
  });

  test('starting makes the runs and leads to the queue', async () => {
    const { services, router } = await open();
    const before = services.state.runs.length;
    byName(body, 'input[type=checkbox]', 'VAE with KL annealing').click();
    await settle();
    byName(body, 'button', 'Start').click();
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/queue'), 20_000);
    expect(services.state.runs.length).toBe(before + 2);
    expect(services.state.studies.at(-1)!.methodIds).toEqual(['vae', 'vae-anneal']);
  });
});
