import { afterEach, beforeEach, expect, test } from 'vitest';
import { methodById } from '../../../contract/methods/index.ts';
import type { Engine } from '../../tensor/index.ts';
import { tinyConfig, tinyContext, tinyEngine } from '../testing.ts';
import { joint } from './joint.ts';
import { newestShare, polyak } from './polyak.ts';

let engine: Engine;
beforeEach(async () => {
  engine = await tinyEngine('wasm');
});
afterEach(() => engine.dispose());

const turn = { visit: 0, klWeight: 1, gauges: {}, epoch: 0, learningRate: 0.01, counter: 0 };
const name = 'encoder.posterior';

test('the first parameters are the average, later ones weigh 10 / (9 + n), in the end 1 - decay', () => {
  const shares = [1, 2, 11, 91, 9990, 9992, 100_000].map((n) => newestShare(n, 0.999));
  [1, 10 / 11, 0.5, 0.1].forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 12));
  expect(shares[4]).toBeGreaterThan(0.001);
  expect(shares.slice(5)).toEqual([1 - 0.999, 1 - 0.999]);
});

test('the average is measured, and training goes on from what it was, as without one', async () => {
  const context = tinyContext(engine, tinyConfig('mae'));
  const decay = 0.3;
  const procedure = polyak({ kind: 'polyak', decay }, context);
  let state = procedure.start;
  const value = (): Float32Array => engine.snapshot().get(name)!.data.slice();
  const before = value();
  const unchanged = procedure.measured!(state);
  expect(value()).toEqual(before);
  unchanged();

  let average = Float64Array.from(before, () => 0);
  const seen: Float32Array[] = [];
  for (let counter = 0; counter < 6; counter++) {
    ({ state } = procedure.advance(state, { ...turn, visit: counter % context.batches.count, counter }));
    seen.push(value());
    const share = Math.max(0.7, 10 / (10 + counter));
    average = average.map((old, i) => old + share * (seen.at(-1)![i]! - old));
    const back = procedure.measured!(state);
    value().forEach((x, i) => expect(x).toBeCloseTo(average[i]!, 6));
    back();
    expect(value()).toEqual(seen.at(-1));
  }
  expect(average.some((x, i) => Math.abs(x - seen.at(-1)![i]!) > 1e-6)).toBe(true);
  expect(procedure.schema.parse(JSON.parse(JSON.stringify(state)))).toEqual({ averaged: 6 });
  expect(procedure.reloaded!(state)).toEqual(procedure.start);

  // The parameters that are trained are those of plain joint updates, bit for bit.
  engine.dispose();
  engine = await tinyEngine('wasm');
  const plain = joint(tinyContext(engine, tinyConfig('mae')));
  for (let counter = 0; counter < 6; counter++) {
    plain.advance({}, { ...turn, visit: counter % context.batches.count, counter });
    expect(value()).toEqual(seen[counter]);
  }
});

test('mae averages with the released decay, and not at all at 0', () => {
  const mae = methodById('mae');
  const procedureOf = (options: object) =>
    mae.configure({ ...mae.preset('thorough', 'text'), ...options }).blocks.procedure;
  expect(procedureOf({})).toEqual({ kind: 'polyak', decay: 0.999 });
  expect(procedureOf({ averageDecay: 0 })).toEqual({ kind: 'joint' });
});
