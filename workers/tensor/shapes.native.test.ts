import { describe, expect, test } from 'vitest';
import { availableBackends, openEngine, tf } from './index.ts';
import { binding, bool, float, int64, interpose, many, one, T } from './native.ts';
import * as own from './own-ops.ts';
import type { Binding } from './native.ts';
import { shapeRules } from './shapes.ts';
import type { Described } from './shapes.ts';
import { tinyVae, tokens } from './tiny.ts';
import type { Tensor1D, Tensor2D, Tensor3D } from './types.ts';

const installed = availableBackends().find(({ backend }) => backend === 'cpu')!.available;

/** The addon, with every op held against its rule; `seen` collects the ops that were. */
function checking(addon: Binding, seen: Set<string>): Binding {
  const known = new Map<number, { shape: readonly number[]; dtype: number }>();
  const describe = (handle: number): Described => {
    const tensor = known.get(handle);
    return tensor ? { ...tensor, values: addon.tensorDataSync(handle) } : { shape: [], dtype: 20 };
  };
  const createTensor: Binding['createTensor'] = (shape, dtype, values) => {
    const handle = addon.createTensor(shape, dtype, values);
    known.set(handle, { shape, dtype });
    return handle;
  };
  const executeOp: Binding['executeOp'] = (op, attributes, inputs, outputs) => {
    const results = addon.executeOp(op, attributes, inputs, outputs);
    const rule = shapeRules[op];
    if (rule && op !== 'Unique') {
      const values = new Map(attributes.map(({ name, value }) => [name, value]));
      const numeric = inputs.map((handle) =>
        known.get(handle)?.dtype === 23 ? known.get(handle)! : describe(handle),
      );
      const expected = results.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
      expect(rule(numeric, values), op).toEqual(expected);
      seen.add(op);
    }
    for (const { id, shape, dtype } of results) known.set(id, { shape, dtype });
    return results;
  };
  return Object.create(addon, {
    createTensor: { value: createTensor },
    executeOp: { value: executeOp },
  }) as Binding;
}

describe.skipIf(!installed)('tracing (skipped where the TensorFlow runtime is not installed)', () => {
  test('every shape rule says what TensorFlow does', async () => {
    const engine = await openEngine({ backend: 'cpu', seed: 1, capture: false });
    const vae = tinyVae(engine);
    const rest = engine.program({
      name: 'rest',
      feeds: {},
      body: (_, step) => {
        const a = tf.fill([2, 3], 0.5);
        step.uniform('u', [2]);
        tf.cast(tf.greater(a, 0), 'float32');
        const row = tf.tensor1d([1, 2, 3]);
        const pairs = [tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.minimum, tf.pow, tf.squaredDifference];
        for (const op of pairs) op(tf.expandDims(a, -1), tf.tensor([1, 2, 3, 4]));
        for (const op of [tf.greater, tf.greaterEqual, tf.less, tf.lessEqual, tf.equal, tf.notEqual])
          op(row, a);
        for (const op of [tf.exp, tf.log, tf.log1p, tf.tanh, tf.sigmoid, tf.square, tf.sqrt, tf.rsqrt]) op(a);
        for (const op of [tf.neg, tf.abs, tf.relu, tf.softplus, tf.zerosLike, tf.onesLike]) op(a);
        for (const op of [tf.sum, tf.mean, tf.max, tf.min]) {
          op(a);
          op(a, -1);
          op(a, [0], true);
        }
        tf.softmax(a);
        one('Softmax', [T], [a]);
        for (const op of ['SigmoidGrad', 'TanhGrad']) one(op, [T], [a, a]);
        tf.transpose(a, [1, 0]);
        tf.pad(a as Tensor2D, [
          [1, 0],
          [2, 3],
        ]);
        tf.unstack(a, 1);
        tf.stack([a, a], -1);
        tf.split(a, [1, 2], -1);
        tf.concat([a, a], -1);
        tf.reshape(a, [-1, 2]);
        tf.slice(a as Tensor2D, [1, 0], [-1, 2]);
        tf.tile(a, [2, 1]);
        tf.gatherND(a, tf.tensor2d([[1], [0]], [2, 1], 'int32'));
        const words = { hidden: a as Tensor2D, kernel: tf.ones([3, 5]) as Tensor2D, bias: undefined };
        own.nll(words, tf.tensor1d([4, 0], 'int32'));
        own.likeliestOf(words);
        own.drawWordOf(words, tf.tensor1d([0, 0.5]), tf.scalar(1));
        own.likeliest(a as Tensor2D);
        own.drawWord(a as Tensor2D, tf.tensor1d([0, 0.5]), tf.scalar(1));
        // Of a large LSTM.
        const [ones, one4] = [tf.ones([2, 1, 3]) as Tensor3D, tf.ones([1, 4]) as Tensor2D];
        const given = [ones, tf.ones([7, 16]) as Tensor2D, tf.zeros([16]) as Tensor1D, one4, one4] as const;
        own.lstmSlopes(given, own.lstmForward(given), { outputs: tf.ones([2, 1, 4]), cell: one4 });
        // The library's LSTM, which other addons and cards use.
        const [x, state, peephole] = [tf.ones([2, 1, 3]), tf.ones([1, 4]), tf.zeros([4])];
        many(
          'BlockLSTMV2',
          [T, float('cell_clip', 0), bool('use_peephole', false)],
          [int64(2), x, state, state, tf.ones([7, 16]), peephole, peephole, peephole, tf.zeros([16])],
          7,
        );
        one('InplaceSub', [T], [tf.ones([2, 1]), tf.tensor1d([0], 'int32'), tf.ones([1, 1])]);
        return { a };
      },
    });
    const seen = new Set<string>();
    const small = tokens();
    interpose(checking(binding(), seen), () => {
      vae.run({ tokens: small, rate: 0.1 }, { counter: 0 });
      rest.run({}, { counter: 0 });
    });
    // AddV2 stands for Add in the graphs of other versions; Unique's size is the data's; oneDNN is not everywhere.
    const unseen = Object.keys(shapeRules).filter((op) => !seen.has(op) && op !== '_MklSoftmax');
    expect(unseen.toSorted()).toEqual(['AddV2', 'Identity', 'Unique']);
    engine.dispose();
  });

  test('an op without a rule is traced on zeros and computed for real', async () => {
    const engine = await openEngine({ backend: 'cpu', seed: 1 });
    const program = engine.program({
      name: 'unruled',
      feeds: { x: { dtype: 'float32' } },
      body: ({ x }) => {
        const { values, indices } = tf.topk(x, 2);
        return { sums: tf.cumsum(x), best: tf.argMax(x), values, indices, hot: tf.oneHot(tf.argMax(x), 3) };
      },
    });
    for (let k = 0; k < 2; k++) {
      const out = program.run({ x: { data: Float32Array.of(1, 5 + k, 3), shape: [3] } }, { counter: 0 });
      expect(Object.values(out).map((values) => [...values])).toEqual([
        [1, 6 + k, 9 + k],
        [1],
        [5 + k, 3],
        [1, 2],
        [0, 1, 0],
      ]);
    }
    expect(engine.captures).toMatchObject([{ state: 'graph' }]);
    engine.dispose();
  });

  test('tracing moves no parameter and computes nothing', async () => {
    const engine = await openEngine({ backend: 'cpu', seed: 1 });
    const w = engine.parameter({
      name: 'w',
      group: 'prior',
      shape: [],
      init: { kind: 'constant', value: 1 },
    });
    const program = engine.program({
      name: 'once',
      feeds: {},
      body: (_, step) => ({
        loss: step.minimise(() => ({ loss: tf.mul(3, step.read(w)), also: {} }), {
          groups: ['prior'],
          optimizer: 'main',
          rule: { kind: 'sgd' },
          learningRate: 1,
        }).loss,
      }),
    });
    expect(program.run({}, { counter: 0 }).loss[0]).toBe(3);
    expect(engine.snapshot().get('w')!.data[0]).toBe(-2);
    engine.dispose();
  });
});
