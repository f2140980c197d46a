import { afterEach, describe, expect, test } from 'vitest';
import { methodById } from '../../../contract/methods/index.ts';
import { carrying } from '../../../contract/methods/own.ts';
import { fake, fullState } from '../../testing/fake.ts';
import { run } from '../../testing/fixtures.ts';
import { byName, mountView, settle } from '../../testing/mount.ts';
import NewStudyView from '../NewStudyView.vue';
import RunView from '../RunView.vue';

let leave = () => {};
afterEach(() => leave());
const body = document.body;
const text = () => (body.textContent ?? '').replace(/\s+/g, ' ');

async function openForm() {
  const mounted = await mountView(NewStudyView, { path: '/new' });
  leave = mounted.leave;
  byName(body, 'button', 'Combine blocks').click();
  await settle();
  return mounted;
}
const form = () => body.querySelector('form[aria-label="Combine blocks"]')!;
/** The name of a select is the words before it in its label. */
const selectOf = (label: string) =>
  [...form().querySelectorAll('select')].find(
    (select) => select.closest('label')!.firstElementChild!.textContent.trim() === label,
  )!;
async function choose(label: string, value: string): Promise<void> {
  const select = selectOf(label);
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
}
async function name(value: string): Promise<void> {
  const input = byName(form() as HTMLElement, 'input', 'Name') as HTMLInputElement;
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}
const save = () => byName(form() as HTMLElement, 'button', 'Save') as HTMLButtonElement;

test('the run of a combination says its blocks, as that run has them', async () => {
  const vae = methodById('vae');
  const preset = vae.preset('quick', 'text');
  const { blocks } = vae.configure(preset);
  const own = {
    ...{ name: 'Priced VAE', basis: 'vae' },
    blocks: { ...blocks, klWeight: { kind: 'constant' as const, value: 0.25 } },
  };
  const state = fullState();
  const common = { methodId: 'own:1', name: 'Priced VAE', options: carrying(preset, own) };
  state.runs.push(run({ ...common, id: 'run-own' }));
  const shown = () =>
    [...body.querySelectorAll('li')].map((li) => li.textContent.replace(/\s+/g, ' ').trim());
  ({ leave } = await mountView(RunView, { props: { id: 'run-own' }, services: fake(state) }));
  expect(shown()).toContain(`KL weight (differs) always 0.25`);
  leave();
  ({ leave } = await mountView(RunView, { props: { id: 'run-vae-1' }, services: fake(state) }));
  expect(text()).not.toContain('Building blocks');
});

describe('blocks combined by hand', () => {
  test('say what does not fit until they do; saved they are a card that is chosen', async () => {
    const { services } = await openForm();
    expect(save().disabled).toBe(true);
    await name('Priced VAE');
    expect(save().disabled).toBe(false);
    await choose('Adversary', 'jensenShannon');
    expect(text()).toContain('An adversary learns only in turn with the model');
    expect(save().disabled).toBe(true);
    await choose('Order of updates', 'alternating');
    expect(text()).toContain('The blocks fit together.');
    await choose('Add a term', 'bagOfWords');
    save().click();
    await settle(300);
    const [own] = services.state.combinations;
    expect(own).toMatchObject({
      name: 'Priced VAE',
      basis: 'vae',
      blocks: {
        adversary: { kind: 'jensenShannon' },
        procedure: { kind: 'alternating' },
        regularizers: [{ kind: 'bagOfWords' }],
      },
    });
    const card = byName(body, 'input[type=checkbox]', 'Priced VAE') as HTMLInputElement;
    expect(card.checked).toBe(true);
  });

  test('a number out of its range is said under its field and keeps it from being saved', async () => {
    await openForm();
    await name('Wrong');
    const weight = byName(form() as HTMLElement, 'input', 'Weight') as HTMLInputElement;
    weight.value = '-3';
    weight.dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    expect(weight.getAttribute('aria-invalid')).toBe('true');
    expect(text()).toContain('between 0 and 100000');
    expect(save().disabled).toBe(true);
  });

  test('another method to begin with brings its blocks', async () => {
    await openForm();
    await choose('Begin with', 'fader');
    expect(selectOf('Adversary').value).toBe('labelAdversary');
    await choose('Told beside the code', 'none');
    expect(text()).toContain('The blocks fit together.');
    await choose('Prior', 'sphere');
    expect(text()).toContain('The prior does not belong to this kind of code');
  });
});
