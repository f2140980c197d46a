import type { Prior } from '../../../contract/blocks.ts';
import type { BlockContext, PriorBlock } from '../block.ts';
import { network } from '../network.ts';

/** Noise that stands for the whole population where a layer's mean and variance must not depend on the batch. */
const POPULATION = 512;

/**
 * A learned prior (Zhao et al. 2018): the code is a function g(s) of noise s of N(0, I), hidden layers normalised over
 * the batch unless it is plain. Its density is not known. In its own training a batch is normalised by itself; anywhere else by fixed
 * noise, so that a code depends on its own noise alone.
 */
export function generator(
  { noise, hidden, layers, plain = false }: Extract<Prior, { kind: 'generator' }>,
  context: BlockContext,
): PriorBlock {
  const generate = network(
    {
      name: 'prior.generator',
      group: 'prior',
      widths: [noise, ...Array<number>(layers).fill(hidden), context.latent],
      activation: 'relu',
      ...(plain ? { weights: 'inputs' } : { normalised: () => true }),
    },
    context,
  );
  return {
    noise,
    sample: (step, s) =>
      plain
        ? generate(step, s)
        : generate(step, s, { population: step.normal('population of the generator', [POPULATION, noise]) }),
    train: (step, s) => generate(step, s),
    logDensity: null,
  };
}
