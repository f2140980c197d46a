import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { engineCases } from './engine.cases.ts';
import { availableBackends, openEngine, tf } from './index.ts';
import { graphsShareVariables, openNative } from './native-runtime.ts';
import { programsOf } from './programs.ts';
import type { StepContext } from './step.ts';
import { tinyVae, tokens } from './tiny.ts';
import type { BackendId, OptimizerSpec } from './types.ts';

const installed = availableBackends().find(({ backend }) => backend === 'cpu')!.available;

describe.skipIf(!installed)('on TensorFlow (skipped where its runtime is not installed)', () => {
  engineCases('cpu');

  const run = async (backend: BackendId, capture: boolean, rule: OptimizerSpec, steps: number) => {
    const engine = await openEngine({ backend, seed: 5, capture });
    const program = tinyVae(engine, rule);
    const out = Array.from({ length: steps }, (_, counter) =>
      program.run({ tokens: tokens(counter), rate: 0.05 }, { counter }),
    );
    const result = { steps: out, values: engine.snapshot(), captures: engine.captures };
    engine.dispose();
    return result;
  };
  const rules: [string, OptimizerSpec][] = [
    ['plain descent', { kind: 'sgd' }],
    ['momentum with decay', { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 }],
    ['Adam', { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
    ['RMSprop', { kind: 'rmsprop', decay: 0.9, momentum: 0.5, epsilon: 1e-6 }],
  ];
  const far = (a: number, b: number) => Math.abs(a - b) / Math.max(1, Math.abs(a));

  test.each(rules)('captured and eager steps give the same numbers (%s)', async (_, rule) => {
    const eager = await run('cpu', false, rule, 30);
    const captured = await run('cpu', true, rule, 30);
    expect(captured.captures).toMatchObject([{ program: 'tiny', state: 'graph' }]);
    expect(eager.captures).toEqual([]);
    captured.steps.forEach((step, k) => {
      for (const name of ['loss', 'norm', 'nll', 'mean'] as const) {
        step[name].forEach((x, i) => expect(far(x, eager.steps[k]![name][i]!), name).toBeLessThan(1e-5));
      }
    });
    for (const [name, { data }] of captured.values) {
      data.forEach((x, i) => expect(far(x, eager.values.get(name)!.data[i]!), name).toBeLessThan(1e-4));
    }
  });

  test.each(rules)('WebAssembly agrees with TensorFlow over 20 steps to 1e-4 (%s)', async (_, rule) => {
    const native = await run('cpu', true, rule, 20);
    const wasm = await run('wasm', true, rule, 20);
    wasm.steps.forEach((step, k) => expect(far(step.loss[0]!, native.steps[k]!.loss[0]!)).toBeLessThan(1e-4));
  });

  test('each shape of feeds is a graph of its own; all update the same parameters', async () => {
    const engine = await openEngine({ backend: 'cpu', seed: 5 });
    const w = engine.parameter({
      name: 'w',
      group: 'prior',
      shape: [],
      init: { kind: 'constant', value: 0 },
    });
    const descend = engine.program({
      name: 'descend',
      feeds: { x: { dtype: 'float32' } },
      body: ({ x }, step) => ({
        loss: step.minimise(() => ({ loss: tf.mul(tf.sum(x), step.read(w)), also: {} }), {
          groups: ['prior'],
          optimizer: 'main',
          rule: { kind: 'sgd' },
          learningRate: 1,
        }).loss,
      }),
    });
    const read = engine.program({ name: 'read', feeds: {}, body: (_, step) => ({ w: step.read(w) }) });
    let expected = 0;
    for (let counter = 0; counter < 12; counter++) {
      const length = 1 + (counter % 3);
      descend.run({ x: { data: new Float32Array(length).fill(1), shape: [length] } }, { counter });
      expected -= length;
      expect(read.run({}, { counter }).w[0]).toBe(expected);
    }
    expect(engine.captures.map(({ program, shapes, state }) => `${program} ${shapes} ${state}`)).toEqual([
      'descend [1] graph',
      'descend [2] graph',
      'descend [3] graph',
      'read  graph',
    ]);
    engine.dispose();
  });

  test('a read before an update gives the old value, a read after it the new one, in a graph too', async () => {
    const engine = await openEngine({ backend: 'cpu', seed: 5 });
    const w = engine.parameter({
      name: 'w',
      group: 'prior',
      shape: [2],
      init: { kind: 'constant', value: 0 },
    });
    const program = engine.program({
      name: 'order',
      feeds: {},
      body: (_, step) => {
        const before = step.read(w);
        for (let k = 0; k < 2; k++) {
          step.minimise(() => ({ loss: tf.sum(step.read(w)), also: {} }), {
            groups: ['prior'],
            optimizer: 'main',
            rule: { kind: 'sgd' },
            learningRate: 1,
          });
        }
        return { before, after: step.read(w) };
      },
    });
    for (let k = 0; k < 5; k++) {
      const { before, after } = program.run({}, { counter: k });
      expect([...before, ...after]).toEqual([-2 * k, -2 * k, -2 * k - 2, -2 * k - 2].map((x) => x + 0));
    }
    engine.dispose();
  });

  test('a body that reads values back, or whose sizes depend on data, runs eagerly and says why', async () => {
    const engine = await openEngine({ backend: 'cpu', seed: 5 });
    const reading = engine.program({
      name: 'reading',
      feeds: { x: { dtype: 'float32' } },
      body: ({ x }) => ({ y: tf.scalar(tf.add(x, 1).dataSync()[0]!) }),
    });
    const unique = engine.program({
      name: 'unique',
      feeds: { x: { dtype: 'float32' } },
      body: ({ x }) => ({ y: tf.unique(x).values }),
    });
    for (const [x, n] of [
      [1, 2],
      [5, 6],
    ] as const) {
      expect(reading.run({ x }, { counter: 0 }).y[0]).toBe(n);
      const data = Float32Array.of(x, x, 5);
      expect([...unique.run({ x: { data, shape: [3] } }, { counter: 0 }).y]).toEqual([...new Set(data)]);
    }
    expect(engine.captures).toMatchObject([
      { state: 'eager', reason: 'it reads a value back' },
      { state: 'eager', reason: expect.stringContaining('depends on the data') as string },
    ]);
    engine.dispose();
  });

  test('one tensor may be two outputs, or a feed', async () => {
    for (const capture of [true, false]) {
      const engine = await openEngine({ backend: 'cpu', seed: 5, capture });
      const program = engine.program({
        name: 'twice',
        feeds: { x: { dtype: 'float32' } },
        body: ({ x }) => {
          const y = tf.add(x, 1);
          return { x, y, z: y };
        },
      });
      for (let k = 0; k < 2; k++) {
        const { x, y, z } = program.run({ x: k }, { counter: k });
        expect([x[0], y[0], z[0]]).toEqual([k, k + 1, k + 1]);
      }
      engine.dispose();
    }
  });

  test('graphs that were not used for long are let go and made again', () => {
    const runtime = openNative('cpu');
    const context: StepContext = {
      runtime,
      seed: 1,
      variable: () => {
        throw new Error('none');
      },
      slot: () => {
        throw new Error('none');
      },
    };
    const programs = programsOf(context, () => void tf.setBackend('tensorflow'), true, 20);
    const program = programs.create({
      name: 'sum',
      feeds: { x: { dtype: 'float32' } },
      body: ({ x }) => ({ y: tf.sum(tf.mul(x, 2)) }),
    });
    const run = (length: number) =>
      program.run({ x: { data: new Float32Array(length).fill(1), shape: [length] } }, { counter: 0 }).y[0];
    const held = () => programs.captures().map(({ shapes }) => shapes);
    expect([1, 2, 1, 3].map(run)).toEqual([2, 4, 2, 6]);
    expect(held()).toEqual(['[1]', '[3]']);
    expect(run(2)).toBe(4);
    expect(held()).toEqual(['[3]', '[2]']);
    programs.dispose();
    expect(held()).toEqual([]);
  });

  test('graphs leave no files behind', () => {
    // Of this process: others on the machine may be loading theirs.
    const ours = `latent-workbench-graph-${process.pid}-`;
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(ours))).toEqual([]);
  });

  test('the trial that decides about graphs on a card succeeds on the CPU', () => {
    const before = tf.memory().numTensors;
    expect(graphsShareVariables()).toBe(true);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a card that is not there is refused in words', async () => {
    await expect(openEngine({ backend: 'cuda', seed: 1 })).rejects.toMatchObject({
      code: 'tensor.backend-missing',
      facts: { backend: 'cuda' },
    });
  });
});
