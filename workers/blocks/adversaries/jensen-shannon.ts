import type { Adversary } from '../../../contract/blocks.ts';
import { tf, type OptimizerSpec, type Scalar, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { AdversaryBlock, BlockContext, Phase } from '../block.ts';
import { network } from '../network.ts';
import { priorCodes } from '../priors/draw.ts';
import { bottlenecked } from './bottleneck.ts';

/** Units of the hidden layers (methods.md 1.4). */
export const HIDDEN = [300, 300] as const;
export const adversaryAdam: OptimizerSpec = { kind: 'adam', beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

/** Mean of -log sigmoid(logits) (`real`) or of -log(1 - sigmoid(logits)), nats. */
export function binaryCrossEntropy(logits: Tensor2D, real: boolean): Scalar {
  return tf.mean(tf.softplus(real ? tf.neg(logits) : logits)) as Scalar;
}

/**
 * A discriminator between codes of sentences and codes of the prior (E9). Its own loss is
 * BCE(D(prior), 1) + BCE(D(codes), 0), 2 log 2 where it cannot tell; the encoder pays BCE(D(codes), 1), the
 * non-saturating form.
 */
export function jensenShannon(
  { weight, joint, learningRate, bottleneck }: Extract<Adversary, { kind: 'jensenShannon' }>,
  context: BlockContext,
): AdversaryBlock {
  const narrow = bottleneck ? bottlenecked(bottleneck, context) : null;
  const judge = narrow
    ? narrow.surely
    : network(
        { name: 'adversary', group: 'adversary', widths: [context.latent, ...HIDDEN, 1], activation: 'relu' },
        context,
      );
  const fooled = (step: Step, z: Tensor2D): Scalar =>
    tf.mul(weight, binaryCrossEntropy(judge(step, z), true)) as Scalar;
  return {
    term: joint ? { name: 'adversary', term: (step, { z }) => fooled(step, z) } : null,
    cycle: ({ main, prior, codes }) => {
      const discriminator: Phase = {
        name: 'discriminator',
        groups: ['adversary'],
        batch: 'visited',
        rule: { optimizer: adversaryAdam, learningRate },
        objective: (step, sentences, controls) => {
          const z = codes(step, sentences, controls);
          const drawn = priorCodes(prior, step, z.shape[0]);
          const told = (real: Tensor2D, fake: Tensor2D): Scalar =>
            tf.add(binaryCrossEntropy(real, true), binaryCrossEntropy(fake, false)) as Scalar;
          if (narrow) return narrow.objective(step, { real: drawn, fake: z }, controls, told);
          return { loss: told(judge(step, drawn), judge(step, z)), also: {} };
        },
      };
      const encoder: Phase = {
        name: 'encoderAdversary',
        groups: ['encoder'],
        batch: 'visited',
        // Adam steps alike whatever a loss is multiplied by, so the weight is that of the step.
        rule: { optimizer: adversaryAdam, learningRate: { ofTheRun: weight } },
        objective: (step, sentences, controls) => ({
          loss: fooled(step, codes(step, sentences, controls)),
          also: {},
        }),
      };
      const phases = joint ? [discriminator, main] : [main, discriminator, encoder];
      return () => phases;
    },
  };
}
