import { describe, expect, test } from 'vitest';
import { exampleOf } from '../../contract/block-examples.ts';
import { kindsOf } from '../../contract/block-parameters.ts';
import { slots } from '../../contract/blocks-schema.ts';
import type { Blocks } from '../../contract/blocks.ts';
import { columnsOf, fits } from '../../contract/fits.ts';
import { methods } from '../../contract/methods/index.ts';
import { ownMethod } from '../../contract/methods/own.ts';
import { tinyContext, tinyEngine, tinySplit } from './testing.ts';
import { build } from './block.ts';
import { klWeights } from './kl-weights/index.ts';
import { procedures } from './procedures/index.ts';

/** Blocks with every kind of one slot in turn, as the first method of the catalogue has it. */
function* neighbours(blocks: Blocks): Generator<{ what: string; blocks: Blocks }> {
  for (const slot of slots)
    for (const kind of kindsOf(slot)) {
      const { block } = exampleOf(slot, kind);
      const changed = {
        ...blocks,
        [slot]: slot === 'regularizers' ? [...blocks.regularizers, block] : block,
      } as Blocks;
      const count = Math.max(0, ...columnsOf(changed).map((column) => column + 1), blocks.labels.length);
      yield {
        what: `${slot} ${kind}`,
        blocks: { ...changed, labels: Array.from({ length: count }, (_, i) => i) },
      };
    }
}

/** Labels that vary within lengths, as many columns as are read. */
function labelled(count: number) {
  const split = tinySplit(24);
  if (count === 0) return split;
  const labels = Array.from({ length: count }, (_, c) =>
    Int32Array.from({ length: 24 }, (_, i) => (i >> c) % 2),
  );
  return { ...split, labels };
}

// The bases are spread over the families; every neighbour of each that fits is built and makes an update.
const bases = [
  'vae',
  'lstm-lm',
  'aae',
  'arae',
  'neural-outlines',
  'vmf-vae',
  'vfae',
  'fader',
  'dc-ign',
  'wae-mmd',
  'cnn-vae',
  'sa-vae',
  'lagging',
];

describe('blocks that fit are built and make an update', () => {
  test.each(bases)(
    'every neighbour of %s',
    async (basis) => {
      const method = methods.find(({ id }) => id === basis)!;
      const preset = method.preset('quick', 'synthetic');
      let made = 0;
      for (const { what, blocks } of neighbours(
        method.configure({ ...preset, ...(method.latent && { latent: 8 }) }).blocks,
      )) {
        const own = ownMethod('1', { name: what, basis, blocks });
        const options = {
          ...own.preset('quick', 'synthetic'),
          embedding: 8,
          hidden: 8,
          batch: 4,
          ...(own.latent && { latent: 8 }),
        };
        if (fits(blocks).length > 0) continue;
        const engine = await tinyEngine('wasm');
        try {
          const context = tinyContext(engine, own.configure(options), {
            split: labelled(blocks.labels.length),
          });
          const procedure = build(procedures, blocks.procedure, context);
          const klWeight = build(klWeights, blocks.klWeight, { updatesPerEpoch: 10 });
          const { values } = procedure.advance(procedure.start, {
            visit: 0,
            klWeight: klWeight.next(klWeight.start, 0, 0),
            gauges: Object.fromEntries(context.model.gauges.map(({ name, start }) => [name, start])),
            // The second stage, where there are two: the first reads no other block.
            epoch: context.model.posterior?.still?.first?.epochs ?? 0,
            learningRate: 0.01,
            counter: 0,
          });
          for (const [name, value] of Object.entries(values.terms))
            if (!Number.isFinite(value)) throw new Error(`${name} is ${value}`);
          made += 1;
        } catch (error) {
          throw new Error(`${basis} with ${what}`, { cause: error });
        } finally {
          engine.dispose();
        }
      }
      expect(made).toBeGreaterThan(0);
    },
    120_000,
  );
});
