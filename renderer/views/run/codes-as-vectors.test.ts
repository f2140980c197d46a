import { afterEach, expect, test } from 'vitest';
import { fake, fullState } from '../../testing/fake.ts';
import { run } from '../../testing/fixtures.ts';
import { byName, mountView, settle } from '../../testing/mount.ts';
import { useToasts } from '../../stores/toasts.ts';
import RunView from '../RunView.vue';

let leave = () => {};
afterEach(() => leave());
const body = document.body;
const panel = () => byName(body, 'section', 'Codes as sentence vectors');
const text = () => panel().textContent.replace(/\s+/g, ' ');
const said = () => useToasts().shown.map(({ title }) => title);

async function open(id: string, state = fullState(), delay?: number) {
  const mounted = await mountView(RunView, { props: { id }, services: fake(state, delay) });
  leave = mounted.leave;
  return mounted.services;
}

test('the codes of a finished run become vectors of its data set, with progress, and are listed', async () => {
  const { state } = await open('run-vae-1', fullState(), 100);
  byName(body, 'button', 'Keep codes as vectors').click();
  await expect
    .poll(text)
    .toContain(
      'Computing the vectors of «WordNet definitions» with «Variational autoencoder, seed 1» · computing',
    );
  await expect
    .poll(text, { timeout: 30_000 })
    .toContain('«WordNet definitions» has vectors of 8 numbers from this run, for');
  await settle();
  expect(state.vectors['data-sample']!.map(({ encoderId }) => encoderId)).toEqual(['run-run-vae-1']);
  expect(said()).toEqual(['The vectors of «WordNet definitions» are ready.']);
  // Once is enough.
  expect(panel().querySelector('button')).toBeNull();
});

test('it is cancelled without a trace', async () => {
  const { state } = await open('run-vae-1', fullState(), 400);
  byName(body, 'button', 'Keep codes as vectors').click();
  await expect.poll(text).toContain('computing');
  byName(panel(), 'button', 'Cancel').click();
  await expect.poll(said, { timeout: 30_000 }).toEqual(['No vectors were computed. Nothing was kept.']);
  await settle();
  expect(state.vectors['data-sample']).toBeUndefined();
  byName(panel(), 'button', 'Keep codes as vectors');
});

test('a run whose codes cannot be vectors says why, on its own page only', async () => {
  const state = fullState();
  const { results } = state.runs.find(({ id }) => id === 'run-vae-1')!;
  state.runs.push(run({ id: 'run-fair', methodId: 'vfae', results }));
  await open('run-fair', state);
  byName(body, 'button', 'Keep codes as vectors').click();
  await settle();
  const alert = panel().querySelector('[role=alert]')!;
  expect(alert.textContent).toContain('it leaves sentences without a label out');
  expect(alert.textContent).toContain('by a method that reads no labels');
});

test('it is not offered where a run has no code, or none yet', async () => {
  for (const id of ['run-lm-1', 'run-live']) {
    await open(id);
    expect(body.textContent).not.toContain('Codes as sentence vectors');
    leave();
  }
});
