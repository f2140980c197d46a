import { beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../contract/errors.ts';
import { openEngine, tf } from './index.ts';
import { ops } from './ops.ts';
import { normalAt, streamKey, uniformAt } from './random.ts';
import { tinyVae, tokens } from './tiny.ts';
import type {
  BackendId,
  Engine,
  OptimizerSpec,
  Parameter,
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
} from './types.ts';

const SEED = 11;
const bits = (values: Map<string, { data: Float32Array }>, name: string): number[] => [
  ...new Uint32Array(values.get(name)!.data.slice().buffer),
];
const wave = (n: number, scale = 0.5): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => scale * Math.sin(1.7 * i + 0.3));

/** What holds on every backend. `light`: in fewer steps and smaller sizes, where a step takes part of a second. */
export function engineCases(backend: BackendId, { light = false } = {}): void {
  const open = (capture = true): Promise<Engine> => openEngine({ backend, seed: SEED, capture });
  let shared: Engine;
  beforeAll(async () => {
    shared = await open();
  });

  describe('ops', () => {
    /** methods.md T1: gate rows i1 i2 f1 f2 g1 g2 o1 o2, 2 inputs, 2 units. */
    const kernel = Float32Array.from({ length: 4 * 8 }, (_, at) => {
      const c = Math.floor(at / 8);
      const r = at % 8;
      return c < 2 ? (2 * r + c - 7.5) / 10 : (7.5 - 2 * r - (c - 2)) / 20;
    });
    const bias = Float32Array.from({ length: 8 }, (_, r) => -0.35 + 0.1 * r);
    const given = {
      kernel: { data: kernel, shape: [4, 8] },
      bias: { data: bias, shape: [8] },
      h: { data: Float32Array.of(0.1, 0.2), shape: [1, 2] },
      c: { data: Float32Array.of(-0.2, 0.3), shape: [1, 2] },
    };
    const f = { dtype: 'float32' } as const;

    test('the LSTM of T1 gives its next cell and state, stepwise and as a sequence', () => {
      const program = shared.program({
        name: 'T1',
        feeds: { x: f, kernel: f, bias: f, h: f, c: f },
        body: ({ x, kernel, bias, h, c }) => {
          const weights = { kernel: kernel as Tensor2D, bias: bias as Tensor1D };
          const cell = ops.lstmCell({ ...weights, x: x as Tensor2D, h: h as Tensor2D, c: c as Tensor2D });
          const sequence = ops.lstm({
            ...weights,
            x: tf.expandDims(x, 0) as Tensor3D,
            h0: h as Tensor2D,
            c0: c as Tensor2D,
          });
          return { ...cell, outputs: sequence.outputs, last: sequence.c };
        },
      });
      const x = { data: Float32Array.of(0.5, -1), shape: [1, 2] };
      const { c, h, outputs, last } = program.run({ x, ...given }, { counter: 0 });
      for (const cell of [c!, last!]) {
        expect(cell[0]).toBeCloseTo(-0.145127774, 6);
        expect(cell[1]).toBeCloseTo(0.0844447567, 6);
      }
      for (const state of [h!, outputs!]) {
        expect(state[0]).toBeCloseTo(-0.0665748425, 6);
        expect(state[1]).toBeCloseTo(0.038289275, 6);
      }
    });

    test('the loss of a token is the negative logarithm of its softmax, in chunks too', () => {
      const vocabulary = light ? 500 : 20_000;
      const rows = light ? 20 : 3500; // 70 million logits: more than one chunk
      const program = shared.program({
        name: 'nll',
        feeds: { hidden: f, kernel: f, bias: f, targets: { dtype: 'int32' } },
        body: ({ hidden, kernel, bias, targets }) => ({
          nll: ops.tokenNll({
            hidden: hidden as Tensor2D,
            kernel: kernel as Tensor2D,
            bias: bias as Tensor1D,
            targets: targets as Tensor1D,
          }),
        }),
      });
      const hidden = wave(rows * 2, 2);
      const weights = wave(2 * vocabulary, 1);
      const biases = wave(vocabulary, 0.5);
      const targets = Int32Array.from({ length: rows }, (_, i) => (i * 7919) % vocabulary);
      const { nll } = program.run(
        {
          hidden: { data: hidden, shape: [rows, 2] },
          kernel: { data: weights, shape: [2, vocabulary] },
          bias: { data: biases, shape: [vocabulary] },
          targets: { data: targets, shape: [rows] },
        },
        { counter: 0 },
      );
      for (const row of [0, rows / 2 - 1, rows / 2, rows - 1]) {
        const logits = Array.from(
          biases,
          (b, v) => b + hidden[2 * row]! * weights[v]! + hidden[2 * row + 1]! * weights[vocabulary + v]!,
        );
        const logSum = Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0));
        expect(nll[row]).toBeCloseTo(logSum - logits[targets[row]!]!, 4);
      }
    });

    test.each([3, 1])('gradients over %i steps agree with central differences', (time) => {
      const [batch, width, hidden, vocabulary] = [2, 2, 3, 5];
      const shapes = {
        x: [time, batch, width],
        kernel: [width + hidden, 4 * hidden],
        bias: [4 * hidden],
        h0: [batch, hidden],
        c0: [batch, hidden],
        output: [hidden, vocabulary],
        outputBias: [vocabulary],
      } as const;
      const names = Object.keys(shapes) as (keyof typeof shapes)[];
      const values = names.map((name, i) =>
        wave(
          shapes[name].reduce((a, b) => a * b, 1),
          0.4 + 0.05 * i,
        ),
      );
      const loss = (xs: readonly Tensor[]): Scalar => {
        const [x, kernel, bias, h0, c0, output, outputBias] = xs as [
          Tensor3D,
          Tensor2D,
          Tensor1D,
          Tensor2D,
          Tensor2D,
          Tensor2D,
          Tensor1D,
        ];
        const { outputs, c } = ops.lstm({ x, kernel, bias, h0, c0 });
        const nll = ops.tokenNll({
          hidden: tf.reshape(outputs, [time * batch, hidden]) as Tensor2D,
          kernel: output,
          bias: outputBias,
          targets: tf.tensor1d([0, 1, 2, 3, 4, 0].slice(0, time * batch), 'int32'),
        });
        const weights = tf.tensor1d([1, 0.5, 2, 1, 0.3, 1.5].slice(0, time * batch));
        return tf.add(tf.sum(tf.mul(nll, weights)), tf.sum(tf.square(c))) as Scalar;
      };
      const feeds = Object.fromEntries(names.map((name) => [name, f])) as Record<
        (typeof names)[number],
        typeof f
      >;
      const program = shared.program({
        name: `differences ${time}`,
        feeds,
        body: (fed, step) => {
          const xs = names.map((name) => fed[name]);
          const gradients = step.gradients(() => loss(xs), xs);
          return { loss: loss(xs), ...Object.fromEntries(names.map((name, i) => [name, gradients[i]!])) };
        },
      });
      const run = (at: readonly Float32Array[]) =>
        program.run(
          Object.fromEntries(names.map((name, i) => [name, { data: at[i]!, shape: shapes[name] }])) as never,
          { counter: 0 },
        ) as Record<string, Float32Array>;
      const gradients = run(values);
      const moved = (which: number, at: number, by: number) =>
        run(values.map((v, i) => (i === which ? v.map((x, k) => (k === at ? x + by : x)) : v)))['loss']![0]!;
      names.forEach((name, which) => {
        for (let k = 0; k < Math.min(values[which]!.length, light ? 2 : 10); k++) {
          const at = (k * 13) % values[which]!.length;
          const slope = (moved(which, at, 1e-2) - moved(which, at, -1e-2)) / 2e-2;
          const error = Math.abs(gradients[name]![at]! - slope);
          expect(error, `${name}[${at}]`).toBeLessThan(1e-2 * Math.max(Math.abs(slope), 0.1));
        }
      });
    });
  });

  test('the gradient of tiling adds up the repetitions', () => {
    const program = shared.program({
      name: 'tile',
      feeds: { x: { dtype: 'float32' }, weights: { dtype: 'float32' } },
      body: ({ x, weights }, step) => {
        const [slope] = step.gradients(() => tf.sum(tf.mul(tf.tile(x, [2, 1, 3]), weights)), [x]);
        return { slope: slope! };
      },
    });
    const x = { data: new Float32Array(4), shape: [1, 2, 2] };
    const weights = { data: Float32Array.from({ length: 24 }, (_, i) => i), shape: [2, 2, 6] };
    // e.g. the first: 0 + 2 + 4 in the first copy of the row, 12 + 14 + 16 in the second
    expect([...program.run({ x, weights }, { counter: 0 }).slope]).toEqual([48, 54, 84, 90]);
  });

  test('noise is that of the plain generator, keyed by purpose and counter', () => {
    const program = shared.program({
      name: 'noise',
      feeds: {},
      body: (_, step) => ({ u: step.uniform('u', [3, 7]), n: step.normal('n', [5]) }),
    });
    for (const counter of [0, 7, 2 ** 31, 2 ** 33 + 1]) {
      const { u, n } = program.run({}, { counter });
      expect([...u]).toEqual([...uniformAt(streamKey(SEED, 'u'), counter, 21)]);
      const expected = normalAt(streamKey(SEED, 'n'), counter, 5);
      expected.forEach((x, i) => expect(n[i]).toBeCloseTo(x, 5));
    }
  });

  test('dropout zeroes a share of the rate and keeps the mean; at rate 0 it changes nothing', () => {
    const program = shared.program({
      name: 'dropout',
      feeds: { x: { dtype: 'float32' } },
      body: ({ x }, step) => ({ half: step.dropout(x, 0.3, 'd'), none: step.dropout(x, 0, 'd') }),
    });
    const n = 20_000;
    const x = { data: new Float32Array(n).fill(2), shape: [n] };
    const { half, none } = program.run({ x }, { counter: 1 });
    const zeros = half.filter((v) => v === 0).length;
    expect(Math.abs(zeros - 0.3 * n)).toBeLessThan(5 * Math.sqrt(n * 0.21));
    for (const v of half) expect(v === 0 || Math.abs(v - 2 / 0.7) < 1e-6).toBe(true);
    expect(new Set(none)).toEqual(new Set([2]));
  });

  test('a fresh parameter depends on seed and name alone', async () => {
    const spec = { group: 'encoder', shape: [40], init: { kind: 'uniform', bound: 0.1 } } as const;
    const one = await open();
    one.parameter({ ...spec, name: 'a' });
    one.parameter({ ...spec, name: 'b' });
    const two = await open();
    two.parameter({ ...spec, name: 'b' });
    two.parameter({ ...spec, name: 'a', init: { kind: 'constant', value: 3 } });
    expect(bits(one.snapshot(), 'b')).toEqual(bits(two.snapshot(), 'b'));
    expect(bits(one.snapshot(), 'a')).not.toEqual(bits(one.snapshot(), 'b'));
    for (const x of one.snapshot().get('a')!.data) expect(Math.abs(x)).toBeLessThanOrEqual(0.1);
    expect(new Set(two.snapshot().get('a')!.data)).toEqual(new Set([3]));
    one.dispose();
    two.dispose();
  });

  describe('updates', () => {
    /** Table rows 1, 1, 1, 2 with gradients 1, 2, 3, 4 each: dense gradient 6 and 4. */
    const tableUpdate = (engine: Engine, table: Parameter, rule: OptimizerSpec) =>
      engine.program({
        name: 'table',
        feeds: { ids: { dtype: 'int32' }, weights: { dtype: 'float32' } },
        body: ({ ids, weights }, step) => {
          const { gradientNorm } = step.minimise(
            () => ({ loss: tf.sum(tf.mul(step.embed(table, ids), weights)) as Scalar, also: {} }),
            { groups: ['encoder'], optimizer: 'main', rule, learningRate: 0.5 },
          );
          return { gradientNorm };
        },
      });
    const fed = {
      ids: { data: Int32Array.of(1, 1, 1, 2), shape: [4] },
      weights: { data: Float32Array.of(1, 2, 3, 4), shape: [4, 1] },
    };
    const ones = { kind: 'constant', value: 1 } as const;

    test('gradients of one row that is read several times are added before norm and update', async () => {
      const engine = await open();
      const table = engine.parameter({
        name: 't',
        group: 'encoder',
        shape: [4, 2],
        init: ones,
        sparse: true,
      });
      const program = tableUpdate(engine, table, { kind: 'sgd' });
      for (let k = 1; k <= 3; k++) {
        const { gradientNorm } = program.run(fed, { counter: k });
        expect(gradientNorm[0]).toBeCloseTo(Math.sqrt(2 * (36 + 16)), 5);
        const rows = [...engine.snapshot().get('t')!.data];
        expect(rows).toEqual([1, 1, 1 - 3 * k, 1 - 3 * k, 1 - 2 * k, 1 - 2 * k, 1, 1]);
      }
      engine.dispose();
    });

    test('a bound cuts what moved and nothing else', async () => {
      const engine = await open();
      const of = (name: string, group: 'adversary' | 'encoder', value: number) =>
        engine.parameter({ name, group, shape: [3], init: { kind: 'constant', value } });
      const moved = of('moved', 'adversary', 0.6);
      const still = of('still', 'encoder', 0.6);
      const program = engine.program({
        name: 'bounded',
        feeds: { slopes: { dtype: 'float32' } },
        body: ({ slopes }, step) => {
          const loss = (): Scalar =>
            tf.sum(tf.mul(slopes, tf.add(step.read(moved), step.read(still)))) as Scalar;
          return {
            loss: step.minimise(() => ({ loss: loss(), also: {} }), {
              groups: ['adversary'],
              optimizer: 'bounded',
              rule: { kind: 'sgd' },
              learningRate: 1,
              bound: 0.01,
            }).loss,
          };
        },
      });
      const slopes = (...data: number[]) => ({ slopes: { data: Float32Array.from(data), shape: [3] } });
      // 0.6 - slope: 0.3, 0.595 and -9.4 are all outside.
      program.run(slopes(0.3, 0.005, 10), { counter: 0 });
      const bound = Math.fround(0.01);
      for (const [i, x] of engine.snapshot().get('moved')!.data.entries()) {
        expect(Math.abs(x)).toBeLessThanOrEqual(bound);
        expect(x).toBeCloseTo(i < 2 ? 0.01 : -0.01, 6);
      }
      program.run(slopes(0.004, 0, -0.015), { counter: 1 });
      const [inside, ...rest] = engine.snapshot().get('moved')!.data;
      expect(inside).toBeCloseTo(0.006, 6);
      expect(rest[0]).toBeCloseTo(0.01, 6);
      expect(rest[1]).toBeCloseTo(0.005, 6);
      expect([...engine.snapshot().get('still')!.data]).toEqual(Array(3).fill(Math.fround(0.6)));
      engine.dispose();
    });

    /** One scalar per rule, in doubles, from the papers. */
    const references: [string, OptimizerSpec, (g: number[], rate: number) => number][] = [
      ['plain descent', { kind: 'sgd' }, (g, rate) => g.reduce((w, x) => w - rate * x, 1)],
      [
        'descent with weight decay',
        { kind: 'sgd', weightDecay: 0.1 },
        (g, rate) => g.reduce((w, x) => w - rate * (x + 0.1 * w), 1),
      ],
      [
        'momentum',
        { kind: 'sgd', momentum: 0.9 },
        (g, rate) => {
          let [w, v] = [1, 0];
          for (const x of g) w -= rate * (v = 0.9 * v + x);
          return w;
        },
      ],
      [
        'Adam',
        { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 0.1 },
        (g, rate) => {
          let [w, m, v] = [1, 0, 0];
          g.forEach((x, i) => {
            m = 0.5 * m + 0.5 * x;
            v = 0.9 * v + 0.1 * x * x;
            w -= (rate * (m / (1 - 0.5 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.9 ** (i + 1))) + 0.1);
          });
          return w;
        },
      ],
      [
        'RMSprop',
        { kind: 'rmsprop', decay: 0.9, momentum: 0.5, epsilon: 1e-3 },
        (g, rate) => {
          let [w, s, v] = [1, 0, 0];
          for (const x of g) {
            s = 0.9 * s + 0.1 * x * x;
            w -= v = 0.5 * v + (rate * x) / Math.sqrt(s + 1e-3);
          }
          return w;
        },
      ],
    ];
    test.each(references)(
      '%s follows its formula, on a matrix and on a table',
      async (_, rule, reference) => {
        const engine = await open();
        const dense = engine.parameter({ name: 'w', group: 'encoder', shape: [3], init: ones });
        const table = engine.parameter({
          name: 't',
          group: 'encoder',
          shape: [4, 2],
          init: ones,
          sparse: true,
        });
        const program = engine.program({
          name: 'rule',
          feeds: { g: { dtype: 'float32' }, rate: { dtype: 'float32' } },
          body: ({ g, rate }, step) => {
            const ids = tf.tensor1d([2, 2], 'int32');
            const { loss } = step.minimise(
              () => {
                const read = tf.add(tf.sum(step.read(dense)), tf.mul(0.5, tf.sum(step.embed(table, ids))));
                return { loss: tf.mul(read, g) as Scalar, also: {} };
              },
              { groups: ['encoder'], optimizer: 'main', rule, learningRate: rate as Scalar },
            );
            return { loss };
          },
        });
        const slopes = [1, -2, 0.5, 3];
        slopes.forEach((g, counter) => program.run({ g, rate: 0.1 }, { counter }));
        const { data } = engine.snapshot().get('w')!;
        for (const w of data) expect(w).toBeCloseTo(reference(slopes, 0.1), 5);
        const rows = engine.snapshot().get('t')!.data;
        expect(rows[4]).toBeCloseTo(reference(slopes, 0.1), 5);
        expect(rows[0]).toBeCloseTo(reference([0, 0, 0, 0], 0.1), 5);
        engine.dispose();
      },
    );

    test('the norm is taken over the groups of the clip, and only the updated groups move', async () => {
      const engine = await open();
      const init = { kind: 'constant', value: 1 } as const;
      const a = engine.parameter({ name: 'a', group: 'encoder', shape: [2], init });
      const b = engine.parameter({ name: 'b', group: 'decoder', shape: [2], init });
      const c = engine.parameter({ name: 'c', group: 'adversary', shape: [2], init });
      const program = engine.program({
        name: 'clip',
        feeds: {},
        body: (_, step) => {
          const { gradientNorm } = step.minimise(
            () => {
              const terms = [tf.mul(3, step.read(a)), tf.mul(4, step.read(b)), tf.mul(100, step.read(c))];
              return { loss: tf.sum(tf.stack(terms)) as Scalar, also: {} };
            },
            {
              groups: ['encoder'],
              optimizer: 'main',
              rule: { kind: 'sgd' },
              learningRate: 1,
              clip: { norm: 1, over: ['encoder', 'decoder'] },
            },
          );
          return { gradientNorm };
        },
      });
      const before = engine.snapshot();
      const norm = Math.sqrt(2 * 9 + 2 * 16);
      for (let k = 1; k <= 2; k++) {
        expect(program.run({}, { counter: k }).gradientNorm[0]).toBeCloseTo(norm, 5);
        expect(engine.snapshot().get('a')!.data[0]).toBeCloseTo(1 - (k * 3) / norm, 5);
      }
      for (const name of ['b', 'c']) expect(bits(engine.snapshot(), name)).toEqual(bits(before, name));
      engine.dispose();
    });

    test('an objective of no parameter to be updated is a mistake', () => {
      const program = shared.program({
        name: 'nothing',
        feeds: {},
        body: (_, step) => ({
          loss: step.minimise(() => ({ loss: tf.scalar(1), also: {} }), {
            groups: ['prior'],
            optimizer: 'main',
            rule: { kind: 'sgd' },
            learningRate: 1,
          }).loss,
        }),
      });
      expect(() => program.run({}, { counter: 0 })).toThrow('depends on no parameter');
    });
  });

  test('noise that is not keyed is refused', () => {
    const program = shared.program({
      name: 'ambient',
      feeds: {},
      body: () => ({ x: tf.randomNormal([3]) }),
    });
    expect(() => program.run({}, { counter: 0 })).toThrow('step.normal');
  });

  test('the loss goes down and the same seed gives the same losses', async () => {
    const losses = async () => {
      const engine = await open();
      const program = tinyVae(engine);
      const out = Array.from(
        { length: light ? 6 : 60 },
        (_, counter) => program.run({ tokens: tokens(), rate: 0.3 }, { counter }).loss[0]!,
      );
      engine.dispose();
      return out;
    };
    const [first, second] = [await losses(), await losses()];
    expect(second).toEqual(first);
    if (light) return;
    const mean = (xs: number[]) => xs.reduce((a, b) => a + b) / xs.length;
    expect(mean(first.slice(-10))).toBeLessThan(0.9 * mean(first.slice(0, 10)));
  });

  test.each<[string, OptimizerSpec]>([
    ['plain descent', { kind: 'sgd' }],
    ['Adam', { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
  ])('a run restored into another engine goes on bit for bit (%s)', async (_, rule) => {
    const one = await open();
    const program = tinyVae(one, rule);
    const step = (p: typeof program, counter: number) =>
      p.run({ tokens: tokens(counter), rate: 0.05 }, { counter });
    for (let k = 0; k < 4; k++) step(program, k);
    const saved = one.snapshot();
    const losses = [4, 5, 6].map((k) => step(program, k).loss[0]);
    const two = await open();
    const other = tinyVae(two, rule);
    two.restore(saved);
    expect([4, 5, 6].map((k) => step(other, k).loss[0])).toEqual(losses);
    for (const name of one.snapshot().keys()) {
      expect(bits(two.snapshot(), name)).toEqual(bits(one.snapshot(), name));
    }
    one.restore(saved);
    expect([4, 5, 6].map((k) => step(program, k).loss[0])).toEqual(losses);
    one.dispose();
    two.dispose();
  });

  test('a fresh optimizer has empty slots, and a snapshot without slots means empty ones', async () => {
    const engine = await open();
    const program = tinyVae(engine, { kind: 'sgd', momentum: 0.9 });
    const plain = engine.snapshot();
    for (let k = 0; k < 3; k++) program.run({ tokens: tokens(), rate: 0.1 }, { counter: k });
    const moving = () =>
      [...engine.snapshot().get('main/velocity/decoder.output')!.data].some((x) => x !== 0);
    expect(moving()).toBe(true);
    engine.resetOptimizer('other');
    expect(moving()).toBe(true);
    engine.resetOptimizer('main');
    expect(moving()).toBe(false);
    program.run({ tokens: tokens(), rate: 0.1 }, { counter: 3 });
    expect(moving()).toBe(true);
    engine.restore(plain);
    expect(moving()).toBe(false);
    engine.dispose();
  });

  test('a snapshot of another model is refused', async () => {
    const engine = await open();
    engine.parameter({ name: 'w', group: 'encoder', shape: [2], init: { kind: 'constant', value: 0 } });
    const refused = (values: Parameters<Engine['restore']>[0]) => {
      try {
        engine.restore(values);
      } catch (error) {
        return error instanceof AppError ? error.code : error;
      }
      return undefined;
    };
    const two = { shape: [2], data: new Float32Array(2) };
    expect(refused(new Map())).toBe('worker.resume-mismatch');
    expect(refused(new Map([['w', { shape: [3], data: new Float32Array(3) }]]))).toBe(
      'worker.resume-mismatch',
    );
    expect(
      refused(
        new Map([
          ['w', two],
          ['main/velocity/v', two],
        ]),
      ),
    ).toBe('worker.resume-mismatch');
    expect(refused(new Map([['w', two]]))).toBeUndefined();
    engine.dispose();
  });

  test('tensors can be kept on the device between programs', async () => {
    const engine = await open();
    const program = engine.program({
      name: 'keep',
      feeds: { x: { dtype: 'float32' } },
      body: ({ x }) => ({ y: tf.add(x, 1) }),
    });
    const before = engine.memory().tensors;
    let x: Tensor = program.runKeeping({ x: { data: wave(4), shape: [4] } }, { counter: 0 }).y;
    for (let k = 1; k < 4; k++) {
      const next = program.runKeeping({ x: { data: x, shape: [4] } }, { counter: k }).y;
      x.dispose();
      x = next;
    }
    expect([...x.dataSync()].map((v, i) => v - wave(4)[i]!)).toEqual(
      [4, 4, 4, 4].map((v) => expect.closeTo(v, 5)),
    );
    x.dispose();
    expect(engine.memory().tensors).toBe(before);
    engine.dispose();
  });

  test('many steps leave no tensor behind, and a closed engine none at all', async () => {
    const start = tf.memory().numTensors;
    const engine = await open();
    const program = tinyVae(engine, { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    const step = (counter: number) => program.run({ tokens: tokens(counter % 3), rate: 0.01 }, { counter });
    for (let k = 0; k < 3; k++) step(k);
    const before = engine.memory();
    for (let k = 3; k < (light ? 8 : 203); k++) step(k);
    expect(engine.memory()).toEqual(before);
    engine.dispose();
    expect(tf.memory().numTensors).toBe(start);
  });

  test('memory counts the parameters', async () => {
    const engine = await open();
    const before = engine.memory().bytes;
    engine.parameter({ name: 'w', group: 'prior', shape: [100, 7], init: { kind: 'normal', sd: 1 } });
    expect(engine.memory().bytes - before).toBe(2800);
    engine.dispose();
  });
}
