import { defineComponent, h } from 'vue';
import { afterEach, describe, expect, test } from 'vitest';
import { emptyState, fake, fullState } from '../testing/fake.ts';
import * as fixtures from '../testing/fixtures.ts';
import { byName, mountView, settle } from '../testing/mount.ts';
import { useImportDraft } from '../stores/import-draft.ts';
import DataSetView from './DataSetView.vue';
import DataView from './DataView.vue';
import ImportView from './ImportView.vue';
import QueueView from './QueueView.vue';
import RunsView from './RunsView.vue';
import RunView from './RunView.vue';
import SamplesView from './SamplesView.vue';
import StudyView from './StudyView.vue';
import WelcomeView from './WelcomeView.vue';

let leave = () => {};
afterEach(() => leave());
const body = document.body;
const text = () => (body.textContent ?? '').replace(/\s+/g, ' ');

/** Only runs that have been measured. */
function measuredOnly() {
  const state = fullState();
  state.runs = state.runs.filter(({ results }) => results);
  return state;
}

async function open(...args: Parameters<typeof mountView>) {
  const mounted = await mountView(...args);
  leave = mounted.leave;
  return mounted;
}

async function openWizard(file: string): Promise<void> {
  const WithFile = defineComponent({
    setup() {
      void useImportDraft().begin([new File(['x'], file)]);
      return () => h(ImportView);
    },
  });
  await open(WithFile);
  await settle();
}

describe('data', () => {
  test('an empty list has the button that fills it', async () => {
    const { services, router } = await open(DataView, { services: fake(emptyState()) });
    expect(text()).toContain('No data set yet');
    byName(body, 'button', 'Use the sample corpus').click();
    await settle(300);
    expect(services.state.dataSets).toHaveLength(1);
    expect(router.currentRoute.value.path).toBe('/data/data-sample');
  });

  test('a data set that runs were made with cannot be deleted', async () => {
    await open(DataSetView, { props: { id: 'data-sample' } });
    byName(body, 'button', 'Delete data set').click();
    await settle();
    expect(text()).toContain('6 runs were made with it');
    expect((byName(body, 'button', 'Delete') as HTMLButtonElement).disabled).toBe(true);
  });

  test('a data set lists the vectors of its sentences by who made them', async () => {
    await open(DataSetView, { props: { id: 'data-sample' } });
    await settle();
    expect(text()).toContain('Vectors of its sentencesNone yet.');
    leave();
    const state = fullState();
    state.vectors['data-sample'] = [
      { encoderId: 'gone', width: 384, sentences: { train: 1, validation: 1, test: 1 } },
    ];
    await open(DataSetView, { props: { id: 'data-sample' }, services: fake(state) });
    await settle();
    expect(text()).toContain('gone384 numbers a sentence');
  });

  test('the wizard says what was looked at and which sentences stand in two splits', async () => {
    await openWizard('tales.tsv');
    expect(text()).toContain('12,004 lines read, 11,885 sentences usable. The whole text was looked at.');
    leave();
    await openWizard('huge-leaky.tsv');
    expect(text()).not.toContain('The whole text was looked at.');
    expect(text()).toContain('come from its first 12,004 lines. The import reads all of it.');
    byName(body, 'button', 'Next').click();
    await settle();
    byName(body, 'button', 'Next').click();
    await settle();
    expect(text()).toContain('12 sentences stand in more than one split. Each is kept once');
    byName(body, 'button[role=checkbox]', 'Keep one of each').click();
    await settle(300);
    expect(text()).toContain('The models would be tested on what they were trained on');
    expect(text()).not.toContain('Each is kept once');
  });

  test('the wizard waits for exactly one text column and for shares that add up', async () => {
    await openWizard('tales.tsv');
    byName(body, 'button', 'Next').click();
    await settle();
    const role = byName(body, 'select', /^Role of the column «sentence»/) as HTMLSelectElement;
    role.value = 'label';
    role.dispatchEvent(new Event('change', { bubbles: true }));
    await settle(300);
    expect(text()).toContain('Choose exactly one column as the text.');
    expect((byName(body, 'button', 'Next') as HTMLButtonElement).disabled).toBe(true);
  });
});

describe('queue', () => {
  test('a waiting run is moved with its button, and that is spoken', async () => {
    const { services } = await open(QueueView);
    byName(body, 'button', 'Move «VAE with KL annealing, seed 3» up').click();
    await settle();
    const waiting = services.state.runs.filter((r) => r.status === 'queued');
    expect(waiting.toSorted((a, b) => a.position! - b.position!).map((r) => r.seed)).toEqual([3, 2]);
    expect(text()).toContain('«VAE with KL annealing, seed 3» is now number 1 of 2.');
  });

  test('a run that is bound to a device that is gone or switched off says so', async () => {
    const state = fullState();
    const [first, second] = state.runs.filter((r) => r.status === 'queued');
    state.devices = state.devices.map((d) =>
      d.id === fixtures.gpu.id ? { ...d, enabled: false, remark: 'missing' } : { ...d, enabled: false },
    );
    state.runs = state.runs.map((r) =>
      r.id === first!.id
        ? { ...r, pinnedTo: fixtures.gpu.id }
        : r.id === second!.id
          ? { ...r, pinnedTo: 'cpu' }
          : r,
    );
    await open(QueueView, { services: fake(state) });
    expect(text()).toContain('waits for NVIDIA RTX 4070, which is not there: choose another device, or any');
    expect(text()).toContain('waits for CPU, 8 cores, which is switched off');
    expect(text()).toContain('its driver does not list it any more');
    const use = byName(body, 'button[role=switch]', 'Use NVIDIA RTX 4070 for training') as HTMLButtonElement;
    expect(use.disabled).toBe(true);
  });

  test('stopping asks whether to keep the model', async () => {
    const { services } = await open(QueueView);
    byName(body, 'button', 'Stop').click();
    await settle();
    byName(body, 'button', 'Stop and keep the model').click();
    await settle();
    expect(services.state.runs.find((r) => r.id === 'run-live')!.status).toBe('stopped');
  });
});

describe('runs', () => {
  test('seeds are folded to mean and standard deviation, a failed one is counted out', async () => {
    await open(RunsView);
    // NLLs 60.01, 60.22, 60.43: mean 60.22, standard deviation 0.21
    expect(text()).toContain('60.22 (0.21)');
    expect(text()).toContain('2 of 3 measured');
    expect(text()).toContain('59.25 (n = 2)');
  });

  test('columns that would be empty are left out; one that was asked for says why it is', async () => {
    const heads = () => [...body.querySelectorAll('thead th')].map((th) => th.textContent.trim());
    const { services } = await open(RunsView, { services: fake(measuredOnly()) });
    expect(heads()).toEqual([
      ...['', 'Run', 'Status', 'NLL', 'KL', 'MI', 'Active units', 'FPPL', 'RPPL', 'Time', 'Queued'],
    ]);
    byName(body, 'button', 'Columns').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }),
    );
    await settle();
    byName(body, '[role=menuitemcheckbox]', 'MMD').click();
    await settle();
    expect(heads()).toContain('MMD');
    expect(text()).toContain('Not measured in this run.');
    leave();
    // What was asked for is kept, and nothing else.
    expect(localStorage.getItem('latent-workbench:runs-columns')).toBe('{"mmd":true}');
    expect(services.state.runs.every(({ results }) => results)).toBe(true);
  });

  test('a run that vanished says so, with the step it can go on from', async () => {
    const { services } = await open(RunView, { props: { id: 'run-lagging-3' } });
    expect(text()).toContain('The run stopped unexpectedly at step 700; its last save is step 600.');
    byName(body, 'button', 'Continue from step 600').click();
    await settle();
    expect(services.state.runs.find((r) => r.id === 'run-lagging-3')!.status).toBe('queued');
  });

  test('a new point reaches the charts while they are open', async () => {
    const { services } = await open(RunView, { props: { id: 'run-live' } });
    expect(text()).not.toContain('12.34');
    services.send({
      kind: 'points',
      runId: 'run-live',
      points: [{ step: 650, epoch: 4.3, values: { loss: 12.34 } }],
    });
    await settle();
    expect(text()).toContain('12.34');
  });

  test('a collapsed run names the step and offers methods against it', async () => {
    await open(RunView, { props: { id: 'run-vae-1' } });
    expect(text()).toContain('The code is being ignored (posterior collapse) since step 450.');
    expect(byName(body, 'a', 'New run with β-VAE').getAttribute('href')).toContain('methods=beta-vae');
  });

  test('a finished run shows what it took beside what was estimated', async () => {
    await open(RunView, { props: { id: 'run-vae-1' } });
    expect(text()).toContain('2 min (estimated 2 min – 3 min)');
    expect(text()).toContain('612 MB (estimated 700 MB)');
  });

  test('the arrow keys move one cross-hair through all charts, and its values are spoken', async () => {
    await open(RunView, { props: { id: 'run-vae-1' } });
    const kl = byName(body, '[role=group]', /^KL: 2.77 at step 10/);
    kl.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
    await settle(20);
    kl.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await settle();
    expect(text()).toContain('Step 20: Loss');
  });
});

test('the table of a study marks the best of a column', async () => {
  await open(StudyView, { props: { id: 'study-1' } });
  const table = byName(body, 'table', /Results/);
  const best = [...table.querySelectorAll('td.font-bold')].map((cell) =>
    cell.textContent!.replace(/\s+/g, ' ').trim(),
  );
  expect(best).toContain('best 59.02');
  expect(best).toContain('best 2.31 (n = 2)');
});

test('a place without a number says why', async () => {
  await open(StudyView, { props: { id: 'study-1' } });
  const rowOf = (method: string) =>
    [...byName(body, 'table', /Results/).querySelectorAll('tr')].find((tr) =>
      tr.textContent!.includes(method),
    )!;
  const words = (method: string) => rowOf(method).textContent!.replace(/\s+/g, ' ');
  expect(words('LSTM language model')).toContain('Not defined: this method has no code.');
  expect(words('VAE with KL annealing')).toContain('Not measured yet.');
  expect(words('Aggressive encoder training')).not.toContain('Not');
  const empty = rowOf('LSTM language model').querySelector('td [tabindex="0"]')!;
  expect(empty.textContent!.trim()).toBe('Not defined: this method has no code.');
});

test('sentences are searched, and a broken pattern says why', async () => {
  await open(SamplesView, { props: {} });
  await settle(300);
  expect(text()).toContain('1,000 sentences');
  const search = byName(body, 'input', 'Search sentences') as HTMLInputElement;
  byName(body, 'button[role=switch]', 'Pattern').click();
  search.value = '(';
  search.dispatchEvent(new Event('input', { bubbles: true }));
  await settle(400);
  expect(text()).toContain('The search pattern is not valid');
});

test('a set without a prior says that its codes are those of training sentences', async () => {
  const state = fullState();
  state.runs.push(fixtures.run({ id: 'run-q', methodId: 'info-dropout', results: state.runs[0]!.results }));
  state.sets.push(fixtures.sampleSet({ id: 'set-q', runId: 'run-q', drawnFrom: 'sentences' }));
  await open(SamplesView, { props: { runId: 'run-q' }, services: fake(state) });
  await settle(300);
  expect(text()).toContain('From codes of training sentences · Drawn at temperature 1.0');
  expect(text()).toContain('This method has no prior to draw from.');
  leave();
  await open(SamplesView, { props: { runId: 'run-lagging-1' } });
  await settle(300);
  expect(text()).not.toContain('This method has no prior to draw from.');
});

test('the first steps lead from no data to two runs', async () => {
  const { services } = await open(WelcomeView, { services: fake(emptyState()) });
  expect((byName(body, 'button', 'Take a quick look') as HTMLButtonElement).disabled).toBe(true);
  byName(body, 'button', 'Use the sample corpus').click();
  await settle(300);
  byName(body, 'button', 'Take a quick look').click();
  await settle(300);
  expect(services.state.runs.map((r) => r.methodId)).toEqual(['vae', 'lagging']);
  expect(text()).toContain('2 runs under way');
});

describe('a method that is told a label', () => {
  const withFairVae = () => {
    const state = fullState();
    const probe = { probeAccuracy: 0.71, probeCommonest: 0.66, probeLabel: 'part of speech' };
    const results = { ...state.runs[0]!.results!, ...probe };
    state.runs.push(fixtures.run({ id: 'run-fair', methodId: 'vfae', results }));
    state.sets.push(fixtures.sampleSet({ id: 'set-fair', runId: 'run-fair' }));
    return fake(state);
  };

  test('rewrites a sentence with the labels that are ticked, and says which one it was read with', async () => {
    await open(SamplesView, { props: { runId: 'run-fair' }, services: withFairVae() });
    await settle(300);
    byName(body, '[role=tab]', 'Rewrite with another label').dispatchEvent(
      new MouseEvent('mousedown', { bubbles: true }),
    );
    await settle(300);
    const panel = [...body.querySelectorAll('section')].find((section) =>
      section.textContent.includes('Its own label'),
    )!;
    expect(panel.textContent).toContain('from the code of 71.0% of the test sentences');
    const sentence = panel.querySelector('textarea')!;
    sentence.value = 'a small bird that lives near the water';
    sentence.dispatchEvent(new Event('input', { bubbles: true }));
    byName(panel, 'input[type=checkbox]', 'adverb').click();
    await settle();
    byName(panel, 'button', 'Rewrite').click();
    await settle(300);
    const answer = panel.querySelector('[role=status]')!.textContent.replace(/\s+/g, ' ');
    expect(answer).toContain('Read as «noun», the commonest label in the training split.');
    expect(answer).toMatch(/verb .*to .*carry bird that lives near the water/);
    expect(answer).not.toContain('in a slow way');
    expect(answer).toMatch(/Self-BLEU ?0\.60/);
  });

  test('is asked for a label before it reconstructs or interpolates; others are not', async () => {
    await open(SamplesView, { props: { runId: 'run-fair' }, services: withFairVae() });
    await settle(300);
    expect(text()).toContain('Label of the sentence (part of speech)');
    leave();
    await open(SamplesView, { props: { runId: 'run-lagging-1' }, services: withFairVae() });
    await settle(300);
    expect(text()).not.toContain('Label of the sentence');
    expect(text()).not.toContain('Rewrite with another label');
  });
});
