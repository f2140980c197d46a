import { afterEach, expect, test } from 'vitest';
import { build } from '../blocks/block.ts';
import { procedures } from '../blocks/procedures/index.ts';
import { tinyConfig, tinyContext, tinyEngine } from '../blocks/testing.ts';
import type { Engine } from '../tensor/index.ts';
import { splitFrom, type Split } from '../text/split.ts';
import { evaluator } from './evaluate.ts';

let engine: Engine;
afterEach(() => engine.dispose());
const breathe = async (): Promise<void> => {};

/** Sentences of one word, whose label is the word: a quarter of the first, three of the second. */
function labelled(count = 64): Split {
  const labels = Int32Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 0 : 1));
  return { ...splitFrom([...labels].map((label) => [4 + label, 4 + label])), labels: [labels] };
}

async function trained(options: Record<string, number>, updates = 400) {
  engine = await tinyEngine('wasm');
  const config = tinyConfig('vib', { batch: 16, learningRate: 0.02, ...options });
  const split = labelled();
  const context = tinyContext(engine, config, { split });
  const procedure = build(procedures, config.blocks.procedure, context);
  const beta = config.blocks.klWeight.kind === 'constant' ? config.blocks.klWeight.value : NaN;
  const turn = { klWeight: beta, gauges: {}, epoch: 0, learningRate: config.training.learningRate };
  let { start: state } = procedure;
  for (let i = 0; i < updates; i++)
    ({ state } = procedure.advance(state, { ...turn, visit: i % context.batches.count, counter: i }));
  return evaluator(context.model, engine, 8)(split, { setSize: 16, breathe });
}
/** Entropy of the labels, nats. */
const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));

test('with a tiny price of information it is a classifier: the label is told', async () => {
  const { label, kl, nll, reconstruction, loss } = await trained({ beta: 1e-6 });
  expect(label!.accuracy).toBe(1);
  expect(label!.loss).toBeLessThan(0.1);
  expect(loss).toBeCloseTo(label!.loss + 1e-6 * kl!, 6);
  expect([nll, reconstruction]).toEqual([null, null]);
});

test('with a huge one nothing is: the KL goes to 0 and the cross-entropy to the entropy of the label', async () => {
  const { label, kl } = await trained({ beta: 30 }, 800);
  expect(kl).toBeLessThan(0.01);
  expect(Math.abs(label!.loss - entropy)).toBeLessThan(0.05);
});
