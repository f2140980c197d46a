import { afterEach, expect, test } from 'vitest';
import type { OptionValues } from '../../../contract/methods/index.ts';
import type { Engine } from '../../tensor/index.ts';
import { build, type Terms } from '../block.ts';
import { procedures } from '../procedures/index.ts';
import { updateOf } from '../procedures/update.ts';
import { roughen, tinyConfig, tinyContext, tinyEngine, tinySplit } from '../testing.ts';

let engine: Engine;
afterEach(() => engine.dispose());

/** Two updates of a method from the same rough parameters, and the parameters after them. */
async function trained(id: string, options: OptionValues = {}, klWeight = 1) {
  engine = await tinyEngine('wasm');
  const config = tinyConfig(id, { latent: 4, batch: 4, optimizer: 'sgd', learningRate: 1, ...options });
  const context = tinyContext(engine, config);
  roughen(engine);
  const procedure = build(procedures, config.blocks.procedure, context);
  const seen: { loss: number; terms: Terms }[] = [];
  let state = procedure.start;
  for (let counter = 0, updates = 0; updates < 2; counter++) {
    const turn = { visit: updates, klWeight, gauges: { capacity: 0, hsicWeight: 0 }, epoch: 0 };
    const execution = procedure.advance(state, { ...turn, learningRate: 0.5, counter });
    state = execution.state;
    if (execution.update) {
      updates++;
      seen.push({ loss: execution.values.loss, terms: execution.values.terms });
    }
  }
  const values = engine.snapshot();
  const model = engine.parameters.filter(({ group }) => group !== 'auxiliary').map(({ name }) => name);
  const parameters = model.map((name) => [name, [...values.get(name)!.data]]);
  engine.dispose();
  engine = await tinyEngine('wasm');
  return { seen, parameters };
}

test.each([
  ['infovae', 'alpha 0, lambda 1', { alpha: 0, lambda: 1 }, 1, 'vae', {}],
  ['infovae', 'alpha .6, lambda .4', { alpha: 0.6, lambda: 0.4 }, 0.4, 'beta-vae', { beta: 0.4 }],
  ['infovae', 'alpha 1', { alpha: 1, lambda: 100 }, 0, 'mmd-vae', { weight: 100 }],
  [
    'infovae',
    'alpha 1, lambda 1, discriminator',
    { alpha: 1, lambda: 1, divergence: 'adversary' },
    0,
    'aae',
    { encoder: 'gaussian', weight: 1 },
  ],
  ['mmd-vae', 'with the same encoder', {}, 0, 'wae-mmd', { encoder: 'gaussian' }],
  ['beta-tcvae', 'beta 1', { correlationWeight: 1 }, 1, 'vae', {}],
  ['hfvae', 'all weights 1', { informationWeight: 1, betweenWeight: 1, withinWeight: 1 }, 1, 'vae', {}],
] as const)('%s with %s is another method to the last bit', async (id, _, options, weight, other, its) => {
  expect(await trained(id, options, weight)).toEqual(await trained(other, its, weight));
});

const total = (terms: Terms): number => Object.values(terms).reduce((sum, term) => sum + term, 0);

test.each([
  ['beta-tcvae', {}],
  ['hfvae', {}],
  ['dip-vae-i', {}],
  ['dip-vae-ii', {}],
  ['mae', {}],
  ['infovae', { alpha: 0, lambda: 3 }],
  ['infovae', { alpha: 0, lambda: 3, divergence: 'kl' }],
  ['z-recon', {}],
] as const)('the loss of %s %o is reconstruction, KL and its named terms', async (id, options) => {
  for (const { loss, terms } of (await trained(id, options)).seen) {
    expect(total(terms)).toBeCloseTo(loss, 3);
    expect(Object.keys(terms).length).toBeGreaterThan(2);
  }
});

test('groups of one make hfvae a beta-tcvae without dependence within groups', async () => {
  const [grouped, single] = [
    await trained('hfvae', { groupSize: 1, betweenWeight: 6, withinWeight: 3 }),
    await trained('beta-tcvae', { correlationWeight: 6 }),
  ];
  grouped.seen.forEach(({ loss, terms }, i) => {
    expect(terms.withinGroups).toBe(0);
    expect(terms.betweenGroups).toBe(single.seen[i]!.terms.totalCorrelation);
    expect(loss).toBeCloseTo(single.seen[i]!.loss, 5);
  });
});

test('hsic is switched on when its warm-up is over', async () => {
  engine = await tinyEngine('wasm');
  const { model } = tinyContext(engine, tinyConfig('hsic-vae', { latent: 4, warmUp: 2, weight: 50 }));
  const [gauge] = model.gauges;
  const at = (t: number): number => gauge!.next(0, { t, updatesPerEpoch: 10, terms: {} });
  expect([gauge!.start, at(1), at(19), at(20), at(500)]).toEqual([0, 0, 0, 50, 50]);
});

test('hsic against a label is a term of code and label, 0 while its weight is', async () => {
  for (const hsicWeight of [0, 100]) {
    engine = await tinyEngine('wasm');
    const config = tinyConfig('hsic-vae', { latent: 4, batch: 8, between: 'label' });
    const split = tinySplit();
    const labels = [Int32Array.from({ length: split.count }, (_, i) => i % 2)];
    const context = tinyContext(engine, config, { split: { ...split, labels } });
    roughen(engine);
    const turn = { visit: 0, klWeight: 1, gauges: { hsicWeight }, epoch: 0, learningRate: 0, counter: 0 };
    const { terms } = updateOf(context, context.model.main)(0, turn);
    if (hsicWeight === 0) expect(terms.hsic).toBe(0);
    else expect(terms.hsic).toBeGreaterThan(0.01);
    if (hsicWeight === 0) engine.dispose();
  }
});
