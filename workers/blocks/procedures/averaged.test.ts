import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../tensor/index.ts';
import { build } from '../block.ts';
import { tinyConfig, tinyContext, tinyEngine } from '../testing.ts';
import { averaged, nonMonotone } from './averaged.ts';
import { procedures } from './index.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const turn = { visit: 0, klWeight: 1, gauges: {}, epoch: 0, learningRate: 0.5, counter: 0 };

test('the switch fires at epoch 10 of the published kind of curve, and not before', () => {
  const losses = [5, 4.8, 4.7, 4.65, 4.66, 4.64, 4.67, 4.7, 4.66, 4.68];
  const fired = losses.findIndex((loss, i) => nonMonotone(losses.slice(0, i), loss, 5));
  expect(fired + 1).toBe(10);
});

test('before the switch nothing is averaged, after it the mean of the parameters is measured', () => {
  const config = tinyConfig('wd-lstm', { learningRate: 0.5, clip: 5, weightDecay: 0 });
  const { kind } = config.blocks.procedure;
  if (kind !== 'averaged') throw new Error('wd-lstm has another procedure');
  const context = tinyContext(engine, config);
  const procedure = averaged({ kind, patience: 1, weightDecay: 0 }, context);
  let state = procedure.start;
  const bias = (): Float32Array => engine.snapshot().get('decoder.output.bias')!.data.slice();
  const advance = (counter: number): Float32Array => {
    ({ state } = procedure.advance(state, { ...turn, visit: counter % context.batches.count, counter }));
    return bias();
  };
  const first = advance(0);
  const undo = procedure.measured!(state);
  expect(bias()).toEqual(first);
  undo();

  for (const loss of [3, 2, 4]) {
    const judged = procedure.evaluated!(state, { loss });
    ({ state } = judged);
    expect(judged.says === undefined).toBe(loss !== 4);
  }
  const seen = [advance(1), advance(2), advance(3)];
  const back = procedure.measured!(state);
  bias().forEach((value, i) =>
    expect(value).toBeCloseTo((seen[0]![i]! + seen[1]![i]! + seen[2]![i]!) / 3, 6),
  );
  back();
  expect(bias()).toEqual(seen[2]);
  expect(procedure.schema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
  expect(procedure.reloaded!(state)).toEqual(procedure.start);
});

test('weight decay takes its share of every parameter, on top of the same gradient', async () => {
  const after: { before: Float32Array; now: Float32Array }[] = [];
  for (const weightDecay of [0, 0.01]) {
    const own = await tinyEngine('wasm');
    const config = tinyConfig('wd-lstm', { learningRate: 0.5, weightDecay });
    const context = tinyContext(own, config);
    const before = own.snapshot().get('decoder.lstm.0.input')!.data.slice();
    const procedure = build(procedures, config.blocks.procedure, context);
    procedure.advance(procedure.start, turn);
    after.push({ before, now: own.snapshot().get('decoder.lstm.0.input')!.data.slice() });
    own.dispose();
  }
  const [plain, decayed] = after as [(typeof after)[0], (typeof after)[0]];
  expect(decayed.before).toEqual(plain.before);
  decayed.now.forEach((value, i) =>
    expect(value).toBeCloseTo(plain.now[i]! - 0.5 * 0.01 * plain.before[i]!, 6),
  );
});
