import { expect, test } from 'vitest';
import { defaultSettings, type Device } from '../../contract/entities.ts';
import { methodById } from '../../contract/methods/index.ts';
import { trainJob } from '../../contract/worker.ts';
import { openHome } from '../home/home.ts';
import { aDataSet, aRun, temporaryHome } from '../testing/fixtures.ts';
import { environmentOf, jobOf } from './job.ts';
import { levelOf } from './printed.ts';

const cpu: Device = {
  ...{
    id: 'cpu',
    backend: 'cpu' as const,
    name: 'A processor',
    memoryTotal: 1,
    memoryUsed: 0,
    temperature: null,
    largestTensor: null,
  },
  ...{ enabled: true, slots: 2, running: [], remark: 'none' as const },
};
const card: Device = { ...cpu, id: 'GPU-aaaa', backend: 'cuda', slots: 1 };

function job(device: Device, cores: number) {
  const { home, remove } = temporaryHome();
  const parts = {
    run: aRun(),
    dataSet: aDataSet(),
    settings: defaultSettings,
    home: openHome(home),
    resume: false,
  };
  remove();
  return jobOf({ ...parts, device, cores });
}

test('a job is what the contract says', () => {
  expect(trainJob.parse(job(cpu, 8))).toMatchObject({
    runId: 'run',
    backend: 'cpu',
    collapse: { kl: 0.1, steps: 1000 },
  });
});

test('a run that begins with another one is told its folder', () => {
  const { home, remove } = temporaryHome();
  const opened = openHome(home);
  const options = (init: string) => ({ ...methodById('cnn-vae').preset('quick', 'text'), init });
  const jobWith = (init: string) =>
    jobOf({
      run: aRun({ methodId: 'cnn-vae', options: options(init) }),
      ...{
        dataSet: aDataSet(),
        settings: defaultSettings,
        home: opened,
        resume: false,
        device: cpu,
        cores: 2,
      },
    });
  expect(trainJob.parse(jobWith('lm-run')).beginsWith).toEqual({
    runId: 'lm-run',
    runFolder: opened.run('lm-run'),
  });
  expect(jobWith('').beginsWith).toBeUndefined();
  remove();
});

test('slots share the cores of the processor; a card leaves most of them alone', () => {
  expect(job(cpu, 8).threads).toBe(4);
  expect(job({ ...cpu, slots: 3 }, 8).threads).toBe(2);
  expect(job({ ...cpu, slots: 4 }, 2).threads).toBe(1);
  expect(job(card, 64).threads).toBe(4);
});

test('a run sees the card it was given and no other, and none when it runs on the processor', () => {
  expect(environmentOf(card, 4)).toMatchObject({
    CUDA_VISIBLE_DEVICES: 'GPU-aaaa',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  });
  expect(environmentOf(cpu, 2)).toMatchObject({ CUDA_VISIBLE_DEVICES: '-1', TF_NUM_INTRAOP_THREADS: '2' });
});

test('a run through WebGPU is told its adapter by name, and other runs of none', () => {
  const environment = environmentOf({ backend: 'webgpu', id: 'webgpu:Intel(R) Arc: A770' }, 4);
  expect(environment).toMatchObject({
    LATENT_WORKBENCH_WEBGPU_ADAPTER: 'Intel(R) Arc: A770',
    CUDA_VISIBLE_DEVICES: '-1',
  });
  expect(environmentOf(cpu, 2)).not.toHaveProperty('LATENT_WORKBENCH_WEBGPU_ADAPTER');
});

test.each([
  ['I0000 00:00:1795374829.338077   31233 port.cc:153] oneDNN custom operations are on.', 'info'],
  ['WARNING: All log messages before absl::InitializeLog() is called are written to STDERR', 'info'],
  ['W0000 00:00:1795374829.338077   31233 gpu.cc:1] cannot dlopen some GPU libraries', 'warn'],
  ['E0000 00:00:1795374829.338077   31233 cuda.cc:1] failed call to cuInit', 'error'],
  ['report m1abc: TypeError: undefined is not a function', 'error'],
  ['terminate called after throwing an instance of std::bad_alloc', 'warn'],
])('«%s» is %s', (line, level) => expect(levelOf(line)).toBe(level));
