/**
 * A main process made of arrays, behind the real contract: input and output are checked as they are over a pipe.
 * For component tests and for looking at views without a backend; never part of the bundle.
 */
import { createRouterClient } from '@orpc/server';
import { ref } from 'vue';
import { defaultSettings } from '../../contract/entities.ts';
import type { Host } from '../../contract/host.ts';
import type { AppEvent } from '../../contract/rpc.ts';
import type { Services } from '../services.ts';
import { datasetsOf } from './fake/data.ts';
import { runsOf, studiesOf } from './fake/runs.ts';
import { encodersOf } from './fake/encoders.ts';
import { languageModelsOf } from './fake/language-models.ts';
import { combinationsOf } from './fake/combinations.ts';
import { samplesOf } from './fake/samples.ts';
import { fullState, type FakeState } from './fake/state.ts';
import { os } from './fake/world.ts';

export { emptyState, fullState } from './fake/state.ts';

export interface Fake extends Services {
  readonly state: FakeState;
  send(event: AppEvent): void;
}

export function fake(state: FakeState = fullState(), delay = 0): Fake {
  let sequence = 0;
  const listeners = new Set<(event: AppEvent) => void>();
  const send = (event: AppEvent) => listeners.forEach((listen) => listen(event));
  let settings = { ...defaultSettings };
  const ticket = (name: string) => ({ exportId: crypto.randomUUID(), name });
  const world = { state, delay, send };

  const router = os.router({
    events: os.events.handler(async function* ({ signal }) {
      const queue: AppEvent[] = [];
      let wake = () => {};
      const listen = (event: AppEvent) => {
        queue.push(event);
        wake();
      };
      listeners.add(listen);
      signal?.addEventListener('abort', () => wake());
      try {
        while (!signal?.aborted) {
          for (const event of queue.splice(0)) yield { sequence: ++sequence, event };
          await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        listeners.delete(listen);
      }
    }),
    doctor: os.doctor.handler(() => ({
      version: '0.1.0',
      home: '~/.local/share/latent-workbench',
      shell: 'browser',
      steps: [
        {
          id: 'node',
          title: 'Node 24',
          state: 'ready',
          version: '24.21.0',
          reason: null,
          remedy: null,
          seconds: 6,
        },
        {
          id: 'tensor',
          title: 'Tensor runtime',
          state: 'missing',
          version: null,
          reason: 'No compiler was found.',
          remedy: 'Install g++ and start again.',
          seconds: null,
        },
      ],
    })),
    datasets: datasetsOf(world),
    studies: studiesOf(world),
    combinations: combinationsOf(world),
    ...runsOf(world),
    devices: {
      list: os.devices.list.handler(() => state.devices),
      configure: os.devices.configure.handler(({ input: { id, ...part } }) => {
        state.devices = state.devices.map((device) => (device.id === id ? { ...device, ...part } : device));
        return state.devices;
      }),
    },
    samples: samplesOf(world),
    languageModels: languageModelsOf(world),
    encoders: encodersOf(world),
    exports: {
      table: os.exports.table.handler(({ input }) => ticket(`table.${input.format}`)),
      samples: os.exports.samples.handler(({ input }) => ticket(`samples.${input.format}`)),
      model: os.exports.model.handler(() => ticket('model.zip')),
      series: os.exports.series.handler(() => ticket('series.csv')),
    },
    settings: {
      get: os.settings.get.handler(() => settings),
      set: os.settings.set.handler(({ input }) => {
        settings = { ...settings, ...input };
        send({ kind: 'settings', settings });
        return settings;
      }),
    },
    notices: {
      list: os.notices.list.handler(() => state.notices),
      clear: os.notices.clear.handler(() => {
        state.notices = [];
        return {};
      }),
    },
  });

  const host: Host = {
    shell: 'browser',
    handOver: (file) => Promise.resolve({ kind: 'upload', uploadId: crypto.randomUUID(), name: file.name }),
    save: () => Promise.resolve(true),
    notify: () => Promise.resolve(true),
  };
  return {
    state,
    send,
    host,
    connection: { client: createRouterClient(router), state: ref('open'), close: () => {} },
  };
}
