import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../db/store.ts';
import { openFeed } from '../rpc/feed.ts';
import { fakeNvidiaSmi, temporaryHome, writeSetUp } from '../testing/fixtures.ts';
import { workerFile } from '../project.ts';
import type { Adapter } from '../../contract/worker.ts';
import { queryAdapters } from './adapters.ts';
import { describeDevices, usualSlots, type Machine } from './describe.ts';
import { devicesRoom, type DevicesRoom } from './devices.ts';
import { parseGpus, queryGpus } from './nvidia-smi.ts';
import { readSetUp, tensorRuntime } from './set-up-status.ts';

const mebi = 1024 * 1024;
const twoCards = [
  'GPU-aaaa, NVIDIA H200, 143771, 1024, 41',
  'GPU-bbbb, Card, with a comma, 8192, [N/A], [N/A]',
].join('\n');

describe('what the driver says', () => {
  test('is read card by card, with nothing where it says nothing', () => {
    expect(parseGpus(`${twoCards}\n`)).toEqual([
      {
        uuid: 'GPU-aaaa',
        name: 'NVIDIA H200',
        memoryTotal: 143771 * mebi,
        memoryUsed: 1024 * mebi,
        temperature: 41,
      },
      {
        uuid: 'GPU-bbbb',
        name: 'Card, with a comma',
        memoryTotal: 8192 * mebi,
        memoryUsed: null,
        temperature: null,
      },
    ]);
  });

  test('is nothing when it complains instead', () => {
    expect(
      parseGpus('NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.\n'),
    ).toEqual([]);
  });

  test('is no answer where there is no driver', async () => {
    expect(await queryGpus({ PATH: '/nowhere' })).toBeNull();
  });

  test.each([
    ['no card is left', 'No devices were found', 6, []],
    ['one of two has fallen off the bus', twoCards.split('\n')[0]!, 15, ['GPU-aaaa']],
    ['it cannot speak to the driver', 'NVIDIA-SMI has failed.', 9, null],
  ])('is told from its silence: %s', async (_, says, code, expected) => {
    const { home, remove } = temporaryHome();
    fakeNvidiaSmi(home, says, code);
    const found = await queryGpus({ PATH: home });
    expect(found && found.map(({ uuid }) => uuid)).toEqual(expected);
    remove();
  });
});

const machine = (change: Partial<Machine> = {}): Machine => ({
  ...{
    cores: 8,
    processor: 'A processor',
    memoryTotal: 100,
    memoryFree: 60,
    gpus: parseGpus(twoCards),
    lost: [],
    adapters: [],
  },
  runtime: { native: true, cuda: true },
  ...change,
});
const described = (change: Partial<Machine> = {}) => describeDevices(machine(change), new Map(), () => []);

describe('devices', () => {
  test('are the cards, by stable id, and then the processor', () => {
    expect(described().map(({ id, backend, enabled, remark }) => [id, backend, enabled, remark])).toEqual([
      ['GPU-aaaa', 'cuda', true, 'none'],
      ['GPU-bbbb', 'cuda', true, 'none'],
      ['cpu', 'cpu', true, 'none'],
    ]);
  });

  test('say that there is no card', () => {
    expect(described({ gpus: [] })).toMatchObject([
      { id: 'cpu', memoryTotal: 100, memoryUsed: 40, remark: 'no-gpu' },
    ]);
  });

  test('that the installed library cannot use stay off, whatever the user chose', () => {
    const settings = new Map([['GPU-aaaa', { enabled: true }]]);
    const [card] = describeDevices(machine({ runtime: { native: true, cuda: false } }), settings, () => []);
    expect(card).toMatchObject({ enabled: false, remark: 'unavailable' });
  });

  test('are WebAssembly, and said to be slow, where the native library is not there', () => {
    const devices = described({ gpus: [], runtime: { native: false, cuda: false } });
    expect(devices).toMatchObject([{ id: 'wasm', backend: 'wasm', enabled: true, remark: 'wasm-slow' }]);
  });

  describe('through WebGPU', () => {
    const adapter = (name: string, software = false) => ({
      ...{ name, vendor: 'v', architecture: 'a', software, largestBuffer: 1e9 },
    });

    test('come before the processor and are said to be untried', () => {
      const adapters = [adapter('Radeon'), adapter('SwiftShader', true)];
      expect(described({ gpus: [], adapters })).toMatchObject([
        {
          id: 'webgpu:Radeon',
          backend: 'webgpu',
          name: 'Radeon',
          largestTensor: 1e9,
          remark: 'webgpu-untried',
        },
        { id: 'webgpu:SwiftShader', remark: 'webgpu-software', enabled: true },
        { id: 'cpu' },
      ]);
    });

    test('are left out where TensorFlow computes on the same card', () => {
      const adapters = [adapter('NVIDIA H200')];
      const ids = (cuda: boolean) =>
        described({ adapters, runtime: { native: true, cuda } }).map(({ id }) => id);
      expect(ids(true)).toEqual(['GPU-aaaa', 'GPU-bbbb', 'cpu']);
      expect(ids(false)).toEqual(['GPU-aaaa', 'GPU-bbbb', 'webgpu:NVIDIA H200', 'cpu']);
    });
  });

  test('have two slots from four cores on', () => {
    expect([1, 2, 3, 4, 64].map(usualSlots)).toEqual([1, 1, 1, 2, 2]);
  });
});

describe('the process that looks for adapters', () => {
  let home: string;
  let remove: () => void;
  beforeEach(() => ({ home, remove } = temporaryHome()));
  afterEach(() => remove());
  const saying = (code: string): string => {
    const file = path.join(home, 'gpu.mjs');
    writeFileSync(file, code);
    return file;
  };
  const said = (adapters: unknown) =>
    saying(`process.send(${JSON.stringify({ kind: 'adapters', adapters })})`);
  const card = { name: 'Card', vendor: 'v', architecture: 'a', software: false, largestBuffer: 1e9 };
  const software = { ...card, name: 'Software', software: true };

  test('is believed; adapters on the processor count only where the environment asks for them', async () => {
    const file = said([card, software]);
    expect(await queryAdapters(file, {})).toEqual([card]);
    expect(await queryAdapters(file, { LATENT_WORKBENCH_WEBGPU_SOFTWARE: '1' })).toEqual([card, software]);
  });

  test.each([
    ['crashes', 'process.abort()'],
    ['says what nobody understands', "process.send({ kind: 'adapters', adapters: [1] })"],
    ['does not answer', 'setInterval(() => {}, 1000)'],
  ])('that %s means no adapter', async (_, code) => {
    expect(await queryAdapters(saying(code), {}, { milliseconds: 1500 })).toEqual([]);
  });

  test('that nobody waits for any more is ended', async () => {
    const ending = new AbortController();
    const found = queryAdapters(saying('setInterval(() => {}, 1000)'), {}, { signal: ending.signal });
    ending.abort();
    expect(await found).toEqual([]);
    expect(await queryAdapters(said([card]), {}, { signal: ending.signal })).toEqual([]);
  });

  test('answers on this machine, whatever it has', async () => {
    for (const { name } of await queryAdapters(workerFile('gpu'), {}, { milliseconds: 60_000 }))
      expect(name).not.toBe('');
  });
});

describe('the set-up', () => {
  let home: string;
  let remove: () => void;
  beforeEach(() => ({ home, remove } = temporaryHome()));
  afterEach(() => remove());

  test.each([
    ['CPU', { native: true, cuda: false }],
    ['GPU', { native: true, cuda: true }],
    ['missing', { native: false, cuda: false }],
  ] as const)('that wrote down %s for the tensor runtime', (tensor, expected) => {
    writeSetUp(home, tensor);
    expect(tensorRuntime(readSetUp(home))).toEqual(expected);
  });

  test('that has not run brought nothing', () => {
    expect(readSetUp(home)).toEqual([]);
    expect(tensorRuntime([])).toEqual({ native: false, cuda: false });
  });
});

describe('the room', () => {
  let home: string;
  let remove: () => void;
  let store: Store;
  let room: DevicesRoom | undefined;
  beforeEach(() => {
    ({ home, remove } = temporaryHome());
    store = openStore(path.join(home, 'workbench.sqlite'));
    writeSetUp(home, 'GPU');
    fakeNvidiaSmi(path.join(home, 'bin'), twoCards);
  });
  afterEach(async () => {
    await room?.close();
    store.close();
    remove();
  });
  const open = async () => {
    const env = { PATH: path.join(home, 'bin') };
    return (room = await devicesRoom({ store, feed: openFeed(), runtime: home, env }));
  };

  test('asks nvidia-smi, and keeps what the user switches', async () => {
    await open();
    room!.configure('GPU-bbbb', { enabled: false });
    room!.configure('cpu', { slots: 3 });
    await room!.close();
    await open();
    expect(room!.list().map(({ id, enabled, slots }) => [id, enabled, slots])).toEqual([
      ['GPU-aaaa', true, 1],
      ['GPU-bbbb', false, 1],
      ['cpu', true, 3],
    ]);
  });

  test('tells the queue and every window when something is switched', async () => {
    const feed = openFeed();
    room = await devicesRoom({ store, feed, runtime: home, env: { PATH: path.join(home, 'bin') } });
    let changes = 0;
    room.connect({ runningOn: (id) => (id === 'cpu' ? ['run'] : []), changed: () => (changes += 1) });
    const events = feed.follow();
    room.configure('cpu', { enabled: false });
    expect(changes).toBe(1);
    const { value } = await events.next();
    expect(value).toMatchObject({ event: { kind: 'devices' } });
    expect(room.get('cpu')).toMatchObject({ enabled: false, running: ['run'] });
  });

  test('keeps a card that is no longer listed in sight, and takes it back', async () => {
    await open();
    let changes = 0;
    room!.connect({ runningOn: () => [], changed: () => (changes += 1) });
    room!.configure('GPU-aaaa', { slots: 3 });
    const seen = async (csv: string, code = 0) => {
      fakeNvidiaSmi(path.join(home, 'bin'), csv, code);
      await room!.refresh();
      return room!.list().map(({ id, enabled, slots, remark }) => `${id} ${enabled} ${slots} ${remark}`);
    };
    const [first, second] = twoCards.split('\n') as [string, string];
    const both = [
      'GPU-aaaa true 3 none',
      'GPU-bbbb true 1 none',
      `cpu true ${usualSlots(os.availableParallelism())} none`,
    ];
    expect(await seen(second)).toEqual([both[1], 'GPU-aaaa false 3 missing', both[2]]);
    expect(room!.get('GPU-aaaa')).toMatchObject({ name: 'NVIDIA H200', memoryUsed: null, temperature: null });
    expect(await seen('NVIDIA-SMI has failed.', 9)).toEqual([both[1], 'GPU-aaaa false 3 missing', both[2]]);
    expect(await seen('No devices were found', 6)).toHaveLength(3);
    expect(await seen(`${first}\n${second}`)).toEqual(both);
    expect(changes).toBe(5);
  });

  describe('while graphics adapters are looked for', () => {
    const card = { name: 'Card', vendor: 'v', architecture: 'a', software: false, largestBuffer: 1e9 };
    const ids = () => room!.list().map(({ id }) => id);
    const openLooking = async (adapters: (signal: AbortSignal) => Promise<Adapter[]>) => {
      const feed = openFeed();
      const env = { PATH: path.join(home, 'bin') };
      room = await devicesRoom({ store, feed, runtime: home, env, adapters });
      return feed;
    };

    test('the others are there, and everyone is told when it is known', async () => {
      let answer: (adapters: Adapter[]) => void = () => {};
      const feed = await openLooking(() => new Promise((resolve) => (answer = resolve)));
      let changes = 0;
      room!.connect({ runningOn: () => [], changed: () => (changes += 1) });
      expect(ids()).toEqual(['GPU-aaaa', 'GPU-bbbb', 'cpu']);
      const events = feed.follow();
      answer([card]);
      await room!.known();
      expect(ids()).toEqual(['GPU-aaaa', 'GPU-bbbb', 'webgpu:Card', 'cpu']);
      expect(changes).toBe(1);
      const { value } = await events.next();
      expect(value).toMatchObject({ event: { kind: 'devices' } });
    });

    test('a workbench that closes ends the look-up and hears nothing of it', async () => {
      await openLooking(
        (signal) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve([card]), { once: true })),
      );
      let changes = 0;
      room!.connect({ runningOn: () => [], changed: () => (changes += 1) });
      await room!.close();
      expect(changes).toBe(0);
      expect(ids()).not.toContain('webgpu:Card');
    });
  });

  test('knows its devices only', async () => {
    await open();
    expect(() => room!.configure('GPU-cccc', { enabled: true })).toThrow(
      expect.objectContaining({
        code: 'devices.not-found',
        facts: { id: 'GPU-cccc', known: ['GPU-aaaa', 'GPU-bbbb', 'cpu'] },
      }),
    );
  });
});
