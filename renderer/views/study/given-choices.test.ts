import { afterEach, describe, expect, test, vi } from 'vitest';
import { vectorsOfRun } from '../../../contract/vectors-id.ts';
import { fake, fullState } from '../../testing/fake.ts';
import { byName, mountView, settle } from '../../testing/mount.ts';
import NewStudyView from '../NewStudyView.vue';

/** Options that name what is there already: vectors of the data set, a run to begin with. */
let leave = () => {};
afterEach(() => leave());
const body = document.body;
const sentences = { train: 4, validation: 2, test: 2 };

async function open(query: string, state = fullState()) {
  const mounted = await mountView(NewStudyView, { path: `/new?${query}`, services: fake(state) });
  leave = mounted.leave;
  byName(body, 'button', 'Advanced settings').click();
  await settle();
  return mounted;
}
const select = (label: RegExp) => byName(body, 'select', label) as HTMLSelectElement;
const titles = (label: RegExp) => [...select(label).options].map((option) => option.text);
async function choose(label: RegExp, title: string): Promise<void> {
  select(label).value = [...select(label).options].find((option) => option.text === title)!.value;
  select(label).dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
}
/** Starts the study and answers what its run was given. */
async function started({ services, router }: Awaited<ReturnType<typeof open>>) {
  byName(body, 'button', 'Start').click();
  await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/queue'), 20_000);
  return services.state.runs.at(-1)!.options;
}

describe('vectors that lie with the data set', () => {
  const label = /^Vectors of the data set/;

  test('are named by their encoder or the run whose codes they are; the chosen ones go into the run', async () => {
    const state = fullState();
    const vectors = { encoderId: state.encoders[0]!.id, width: 50, sentences };
    const run = {
      ...state.runs.find(({ id }) => id === 'run-vae-1')!,
      id: '5d3c1f9e-7b1a-4c1e-9b61-2f0c8a7e4d13',
    };
    state.runs.push(run);
    state.vectors['data-sample'] = [vectors, { encoderId: vectorsOfRun(run.id), width: 8, sentences }];
    const mounted = await open('data=data-sample&methods=neural-outlines', state);
    expect(titles(label)).toEqual([
      'The only ones there are',
      'Definitions by hand, 50 numbers a sentence',
      'Variational autoencoder, seed 1, 8 numbers a sentence',
    ]);
    await choose(label, 'Variational autoencoder, seed 1, 8 numbers a sentence');
    expect(await started(mounted)).toMatchObject({ vectors: vectorsOfRun(run.id) });
  });

  test('are those of the data set that is shown, also where nobody chose one', async () => {
    const state = fullState();
    const [newest] = state.dataSets.toSorted((a, b) => b.createdAt - a.createdAt);
    state.vectors[newest!.id] = [{ encoderId: state.encoders[0]!.id, width: 50, sentences }];
    await open('methods=neural-outlines', state);
    expect(titles(label)).toContain('Definitions by hand, 50 numbers a sentence');
  });

  test('where none lie, the list says so', async () => {
    await open('data=data-2&methods=neural-outlines');
    expect(titles(label)).toEqual(['None lie with this data set']);
  });
});

describe('a run to begin with', () => {
  const label = /^Language model that the encoder begins with/;

  test('is a measured language model of the same data set; the chosen one goes into the run', async () => {
    const mounted = await open('data=data-sample&methods=cnn-vae');
    const [measured] = mounted.services.state.runs.filter(({ id }) => id === 'run-lm-1');
    expect(titles(label)).toEqual(['None', measured!.name]);
    await choose(label, measured!.name);
    expect(await started(mounted)).toMatchObject({ init: 'run-lm-1' });
  });

  test('of another data set is not offered', async () => {
    await open('data=data-2&methods=cnn-vae');
    expect(titles(label)).toEqual(['None']);
  });
});
