import type { Blocks } from '../../contract/blocks.ts';
import { standsStill } from '../../contract/stages.ts';

/** What a second player adds to an update: operations for each sentence of a batch, and executions of a program. */
export interface AdversaryWork {
  readonly flops: number;
  readonly executions: number;
}

/** Forward and backward, in forward passes. */
const update = 3;

/** Operations of one row through a feed-forward network. */
const through = (...widths: number[]): number =>
  widths.slice(1).reduce((sum, width, i) => sum + 2 * widths[i]! * width, 0);

/** `encoder`: operations of the encoder on one sentence, read forward. Widths as in workers/blocks/adversaries. */
export function adversaryWork(
  { adversary, posterior, prior }: Pick<Blocks, 'adversary' | 'posterior' | 'prior'>,
  encoder: number,
  epochs: number,
): AdversaryWork {
  const latent = posterior.kind === 'none' ? 0 : posterior.dim;
  switch (adversary.kind) {
    case 'none':
      return { flops: 0, executions: 0 };
    case 'jensenShannon': {
      const judge = through(latent, 300, 300, ...(adversary.bottleneck ? [128] : []), 1);
      // The discriminator sees codes of sentences and as many of the prior; the encoder sees it once.
      const discriminator = encoder + 2 * update * judge;
      const fooling = update * judge + (adversary.joint ? 0 : update * encoder);
      return { flops: discriminator + fooling, executions: adversary.joint ? 1 : 2 };
    }
    case 'densityRatio':
      // Codes of the batch and of a second one, which a program of its own encodes.
      return { flops: 2 * encoder + 3 * update * through(latent, 300, 300, 300, 2), executions: 2 };
    case 'labelAdversary':
      return { flops: encoder + 2 * update * through(latent, 512, 2), executions: 1 };
    case 'critic': {
      const { hidden, layers, criticUpdates, lipschitz, schedule, label } = adversary;
      const widths = Array<number>(layers).fill(hidden);
      const judge = through(latent, ...widths, 1);
      const generate = prior.kind === 'generator' ? through(prior.noise, ...widths, latent) : 0;
      // A gradient penalty differentiates the critic twice.
      const slopes = lipschitz.kind === 'penalty' ? update * update * judge : 0;
      const critic = encoder + generate + 2 * update * judge + slopes;
      // An encoder that stands still takes no step.
      const moves = !standsStill(posterior);
      const others = (moves ? update * (encoder + judge) : 0) + update * (generate + judge);
      const epochsOf = (from: number): number => Math.max(0, epochs - from + 1);
      const rounds = 1 + schedule.reduce((sum, from) => sum + epochsOf(from) / epochs, 0);
      const classifier = through(latent, ...widths, 2);
      // The classifier learns, and the encoder learns against it.
      const told = label ? encoder + update * (encoder + 2 * classifier) : 0;
      return {
        flops: rounds * (criticUpdates * critic + others) + told,
        executions: rounds * (criticUpdates + (moves ? 2 : 1)) + (label ? 2 : 0),
      };
    }
  }
}

/** Weights of critic and generator; those of the other second players are few. */
export function playerWeights({
  adversary,
  posterior,
  prior,
}: Pick<Blocks, 'adversary' | 'posterior' | 'prior'>): number {
  if (adversary.kind !== 'critic' || posterior.kind === 'none' || prior.kind !== 'generator') return 0;
  const widths = (width: number, layers: number) => Array<number>(layers).fill(width);
  const judge = through(posterior.dim, ...widths(adversary.hidden, adversary.layers), 1);
  const generate = through(prior.noise, ...widths(prior.hidden, prior.layers), posterior.dim);
  // Two operations a weight.
  return (judge + generate) / 2;
}
