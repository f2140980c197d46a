import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { representationFiles } from '../../contract/encoders.ts';
import type { Run } from '../../contract/entities.ts';
import { methodById } from '../../contract/methods/index.ts';
import type { StudyRequest } from '../../contract/rpc.ts';
import type { App } from '../app.ts';
import { aDataSet, openTestApp, putDataSet, temporaryHome, until } from '../testing/fixtures.ts';
import { measuredRun } from '../testing/measured-run.ts';
import { largestTensor } from './largest-tensor.ts';
import { studyName } from './name.ts';
import { optionsOf } from './studies.ts';

const data = aDataSet({
  sentences: { train: 10_000, validation: 1000, test: 1000, evaluator: 1000 },
  ...{ vocabulary: 10_000, meanLength: 15, lengths: [{ length: 15, count: 10_000 }] },
});

describe('the room', () => {
  let home: string;
  let remove: () => void;
  let app: App;
  beforeEach(async () => {
    ({ home, remove } = temporaryHome());
    putDataSet(home, { id: 'big', name: 'Big', sentences: data.sentences, vocabulary: 10_000 }, { steps: 3 });
    app = await openTestApp(home);
  });
  afterEach(async () => {
    await app.close();
    remove();
  });
  const request = (change: Partial<StudyRequest> = {}): StudyRequest => ({
    ...{
      dataSetId: 'big',
      methodIds: ['vae', 'lagging'],
      size: 'quick',
      seeds: 2,
      options: {},
      pinnedTo: null,
    },
    ...change,
  });

  test('queues method after method in the order of the cards, each seed once, however they were chosen', () => {
    const { devices, studies, runs: room } = app.context;
    devices.configure('cpu', { slots: 1 });
    const { study, runs } = studies.create(request({ methodIds: ['lagging', 'vae', 'lagging'], seeds: 3 }));
    expect(study).toMatchObject({ methodIds: ['vae', 'lagging'], seeds: 3 });
    expect(runs.map(({ methodId, seed }) => `${methodId} ${seed}`)).toEqual([
      ...['vae 1', 'vae 2', 'vae 3', 'lagging 1', 'lagging 2', 'lagging 3'],
    ]);
    expect(runs.every(({ estimate }) => estimate !== null)).toBe(true);
    // The costly method is not begun first: the one slot has the first seed of the baseline.
    const started = room.list().filter(({ status }) => status !== 'queued');
    expect(started.map(({ methodId, seed }) => `${methodId} ${seed}`)).toEqual(['vae 1']);
    const positions = runs.slice(1).map(({ position }) => position!);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  test('runs are computed in the order of the queue', async () => {
    const { devices, studies, runs: room } = app.context;
    devices.configure('cpu', { slots: 1 });
    const { runs } = studies.create(request({ methodIds: ['lagging', 'vae'], seeds: 2 }));
    await until(() => runs.every(({ id }) => room.get(id).status === 'finished'));
    const order = runs.map(({ id }) => room.get(id)).toSorted((a, b) => a.startedAt! - b.startedAt!);
    expect(order.map(({ methodId, seed }) => `${methodId} ${seed}`)).toEqual([
      ...['vae 1', 'vae 2', 'lagging 1', 'lagging 2'],
    ]);
  });

  test('a study without a name is called after its methods, as people read them, and its data', () => {
    const nameOf = (...methodIds: string[]) => app.context.studies.create(request({ methodIds })).study.name;
    expect(nameOf('lagging', 'vae')).toBe('Variational autoencoder, Aggressive encoder training on Big');
    expect(nameOf('lagging', 'lstm-lm', 'beta-vae', 'vae')).toBe('LSTM language model and 3 more on Big');
    expect(studyName(['vae'], 'x'.repeat(300))).toMatch(/^Variational autoencoder on x+…$/);
    expect(studyName(['vae'], 'x'.repeat(300))).toHaveLength(200);
  });

  test('options are complete from the size, changed ones are kept, and a bad one stops the whole study', () => {
    const { studies } = app.context;
    const { runs } = studies.create(request({ options: { vae: { latent: 5 } } }));
    expect(runs.find(({ methodId }) => methodId === 'vae')!.options).toMatchObject({
      latent: 5,
      epochs: 8,
      clip: 5,
    });
    const bad = request({ options: { lagging: { window: 1 } } });
    expect(() => studies.create(bad)).toThrow(expect.objectContaining({ code: 'methods.option' }));
    expect(studies.list()).toHaveLength(1);
  });

  describe('a card that holds little in one piece', () => {
    const card = { name: 'Card', vendor: 'v', architecture: 'a', software: false, largestBuffer: 2 ** 20 };
    // 4 bytes x 10,000 words x batch 16 x (5 words and the end)
    const needed = 4 * 10_000 * 16 * 6;
    beforeEach(async () => {
      await app.close();
      app = await openTestApp(home, { adapters: async () => [card], idle: true });
      await app.context.devices.known();
    });
    const refusal = () =>
      expect.objectContaining({
        code: 'devices.tensor-too-large',
        facts: expect.objectContaining({
          ...{ device: 'Card', data: 'Big', most: '1 MiB' },
          needed: `${Math.ceil(needed / 2 ** 20)} MiB`,
        }),
      });

    test('is refused before the start, when it is estimated, made or pinned', () => {
      const { studies, queue } = app.context;
      expect(largestTensor('vae', { ...methodById('vae').preset('standard', 'text'), batch: 16 }, data)).toBe(
        4 * 10_000 * 16 * 16,
      );
      const pinned = request({
        methodIds: ['vae'],
        pinnedTo: 'webgpu:Card',
        options: { vae: { batch: 16 } },
      });
      expect(() => studies.estimate(pinned)).toThrow(refusal());
      expect(() => studies.create(pinned)).toThrow(refusal());
      expect(studies.list()).toEqual([]);
      const { runs } = studies.create({ ...pinned, pinnedTo: null });
      expect(() => queue.pin(runs[0]!.id, 'webgpu:Card')).toThrow(refusal());
    });

    test('takes no run that nobody gave to it', () => {
      const { studies, devices } = app.context;
      expect(studies.estimate(request()).deviceId).toBe('cpu');
      devices.configure('cpu', { enabled: false });
      expect(() => studies.create(request())).toThrow(
        expect.objectContaining({ code: 'devices.none-enabled' }),
      );
    });
  });

  test('a method that reads labels is refused for a data set without them, by name', () => {
    expect(() => app.context.studies.create(request({ methodIds: ['vae', 'vfae'] }))).toThrow(
      expect.objectContaining({
        code: 'methods.labels',
        facts: { method: 'Fair VAE', column: 1, data: 'Big', has: '0 columns' },
      }),
    );
    expect(app.context.studies.list()).toHaveLength(0);
  });

  describe('vectors that lie with the data set', () => {
    const asked = (vectors = '') =>
      request({
        methodIds: ['neural-outlines'],
        options: { 'neural-outlines': { representation: 'given', vectors } },
      });
    const put = (encoderId: string, width: number): void => {
      const folder = path.join(home, 'datasets', request().dataSetId, representationFiles.folder(encoderId));
      mkdirSync(folder, { recursive: true });
      const made = { encoderId, width, sentences: { train: 1, validation: 1, test: 1 } };
      writeFileSync(path.join(folder, representationFiles.description), JSON.stringify(made));
    };
    const [one, two] = ['bert-0123456789abcdef', 'vectors-0123456789abcdef'] as const;
    const refusal = (body: () => unknown): unknown => {
      try {
        body();
      } catch (error) {
        return error;
      }
      throw new Error('nothing was refused');
    };

    test('none, several without a name, and a name that is not there are said before the start', () => {
      const { studies } = app.context;
      const missing = (reason: string, known: unknown) => ({
        code: 'methods.vectors-missing',
        facts: { method: 'Neural outlines', data: 'Big', reason, known },
      });
      expect(refusal(() => studies.create(asked()))).toMatchObject(missing('there are none', 'none'));
      put(one, 384);
      expect(refusal(() => studies.create(asked(two)))).toMatchObject(
        missing(`«${two}» are not there`, [one]),
      );
      put(two, 12);
      expect(refusal(() => studies.estimate(asked()))).toMatchObject(
        missing('there are several, and none is named', [one, two]),
      );
      expect(studies.list()).toHaveLength(0);
    });

    test('the only ones need no name; a run is told which they are and how wide', () => {
      put(two, 12);
      const { runs } = app.context.studies.create(asked());
      expect(runs[0]!.options).toMatchObject({ vectors: two, latent: 12 });
    });
  });

  test('a run begins only with a finished language model of the same data and widths', () => {
    const values = methodById('lstm-lm').preset('quick', 'text');
    const finished = { ...measuredRun('lstm-lm', 70), dataSetId: 'big', options: values };
    const runs: Record<string, Run> = {
      fine: finished,
      open: { ...finished, results: null },
      elsewhere: { ...finished, dataSetId: 'other' },
      wide: { ...finished, options: { ...values, hidden: 999 } },
      latent: { ...finished, methodId: 'vae' },
      trashed: { ...finished, trashedAt: 5 },
    };
    const { combinations, dataSets } = app.context;
    const begun = (init: string) =>
      optionsOf(request({ methodIds: ['cnn-vae'], options: { 'cnn-vae': { init } } }), dataSets.get('big'), {
        offered: combinations.offered,
        vectors: () => [],
        runOf: (id) => runs[id],
      });
    expect(begun('fine').get('cnn-vae')).toMatchObject({ init: 'fine' });
    expect(begun('').get('cnn-vae')).toMatchObject({ init: '' });
    for (const [init, reason] of [
      ['gone', 'it must be a run of «LSTM language model»'],
      ['latent', 'it must be a run of «LSTM language model»'],
      ['trashed', 'it must be a run of «LSTM language model»'],
      ['open', 'it must be a run that has finished'],
      ['elsewhere', 'it must be a run on the data set «Big»'],
      ['wide', 'its «LSTM units» is 999, here it is 64'],
    ] as const)
      expect(() => begun(init), init).toThrow(
        expect.objectContaining({
          code: 'methods.option',
          facts: { method: methodById('cnn-vae').title, option: 'init', value: init, reason },
        }),
      );
  });

  test('options of a method that is not in the study are refused', () => {
    expect(() => app.context.studies.estimate(request({ options: { 'beta-vae': { beta: 1 } } }))).toThrow(
      expect.objectContaining({
        code: 'methods.unknown',
        facts: { id: 'beta-vae', known: ['vae', 'lagging'] },
      }),
    );
  });

  test('an estimate counts the runs and takes the seeds and slots into account', () => {
    const { studies, devices } = app.context;
    devices.configure('cpu', { slots: 1 });
    const [one, three] = [studies.estimate(request({ seeds: 1 })), studies.estimate(request({ seeds: 3 }))];
    expect([one.runs, three.runs]).toEqual([2, 6]);
    expect(three.seconds.high).toBeCloseTo(3 * one.seconds.high, 5);
    expect(one).toMatchObject({ deviceId: 'cpu', perMethod: [{ methodId: 'vae' }, { methodId: 'lagging' }] });
    expect(one.memoryFree).toBeGreaterThan(0);
  });

  test('a finished run calibrates the next estimate', async () => {
    const { studies, runs } = app.context;
    const [first] = studies.create(request({ methodIds: ['vae'], seeds: 1 })).runs;
    expect(first!.estimate!.basis).toBe('formula');
    await until(() => runs.get(first!.id).status === 'finished');
    const { estimate } = studies.estimate(request({ methodIds: ['vae'], seeds: 1 })).perMethod[0]!;
    expect(estimate.basis).toBe('measured');
    // The fake worker is done in no time: the estimate has learnt it.
    expect(estimate.seconds.high).toBeLessThan(first!.estimate!.seconds.low);
  });

  describe('a test drive', () => {
    const behave = (behaviour: object) =>
      writeFileSync(path.join(home, 'datasets', 'big', 'behaviour.json'), JSON.stringify(behaviour));
    const never = new AbortController().signal;
    const idle = () => app.context.devices.list()[0]!.running.length === 0;

    test('measures every method of the study, until a run like it has finished', async () => {
      const { studies, runs, devices } = app.context;
      devices.configure('cpu', { slots: 1 });
      const asked = request({ seeds: 1 });
      const { perMethod } = await studies.measure(asked, never);
      expect(perMethod.map(({ methodId }) => methodId)).toEqual(['vae', 'lagging']);
      for (const { estimate } of perMethod) {
        expect(estimate).toMatchObject({ basis: 'measured', bytes: expect.closeTo(600_000_000, 0) });
        // What the fake worker foresees, whatever the method.
        expect(Math.sqrt(estimate.seconds.low * estimate.seconds.high)).toBeCloseTo(1234, 5);
      }
      // Another seed is the same work; it needs no other measurement.
      expect(studies.estimate(request({ seeds: 3 })).perMethod[0]!.estimate.seconds).toEqual(
        perMethod[0]!.estimate.seconds,
      );
      const [run] = studies.create(request({ methodIds: ['vae'], seeds: 1 })).runs;
      await until(() => runs.get(run!.id).status === 'finished');
      expect(studies.estimate(asked).perMethod[0]!.estimate.seconds.high).toBeLessThan(100);
      expect(readdirSync(path.join(home, 'datasets', '.incoming'))).toEqual([]);
    });

    test('needs a free slot, and takes it: a run waits until it is over', async () => {
      const { studies, runs, devices } = app.context;
      devices.configure('cpu', { slots: 1 });
      behave({ steps: 100_000 });
      const measured = studies.measure(request(), never);
      const [run] = studies.create(request({ methodIds: ['vae'], seeds: 1 })).runs;
      expect(runs.get(run!.id).status).toBe('queued');
      // Between its two methods the run that waits is served first.
      await expect(measured).rejects.toThrow(
        expect.objectContaining({ code: 'estimates.busy', facts: { device: devices.get('cpu').name } }),
      );
      expect(runs.get(run!.id).status).not.toBe('queued');
    });

    test('that ends without a word says so and leaves the slot', async () => {
      behave({ steps: 3, failsToForesee: true });
      const { studies, runs } = app.context;
      await expect(studies.measure(request(), never)).rejects.toThrow(
        expect.objectContaining({
          code: 'estimates.failed',
          facts: { reason: expect.stringContaining('ended with code 1') as string },
        }),
      );
      expect(idle()).toBe(true);
      expect(studies.estimate(request()).perMethod[0]!.estimate.basis).toBe('formula');
      const [run] = studies.create(request({ methodIds: ['vae'], seeds: 1 })).runs;
      await until(() => runs.get(run!.id).status === 'finished');
    });

    test('is cancelled by who asked for it, and by the end of the workbench', async () => {
      const { studies } = app.context;
      const asking = new AbortController();
      const cancelled = studies.measure(request(), asking.signal);
      asking.abort();
      await expect(cancelled).rejects.toThrow(expect.objectContaining({ code: 'estimates.cancelled' }));
      const closed = studies.measure(request(), never);
      void studies.close();
      await expect(closed).rejects.toThrow(expect.objectContaining({ code: 'estimates.cancelled' }));
    });
  });

  test('a study is renamed, and one that is not there says so', () => {
    const { studies } = app.context;
    const { study } = studies.create(request());
    expect(studies.rename(study.id, 'Chapter 3').name).toBe('Chapter 3');
    expect(() => studies.get('none')).toThrow(expect.objectContaining({ code: 'studies.not-found' }));
  });
});
