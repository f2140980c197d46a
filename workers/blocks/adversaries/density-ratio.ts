import type { Adversary } from '../../../contract/blocks.ts';
import { tf, type OptimizerSpec, type Scalar, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { AdversaryBlock, BlockContext, Phase } from '../block.ts';
import { network } from '../network.ts';

/** Units of the hidden layers (methods.md 3.11). */
const HIDDEN = [300, 300, 300] as const;
const adam: OptimizerSpec = { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 1e-8 };

/** Each column in an order of its own, every order equally likely: [rows, dim]. */
export function shuffledColumns(step: Step, z: Tensor2D): Tensor2D {
  const [rows, dim] = z.shape;
  const order = tf.topk(step.uniform('shuffled coordinates', [dim, rows]), rows).indices;
  const starts = tf.tensor2d(
    Int32Array.from({ length: dim }, (_, j) => j * rows),
    [dim, 1],
  );
  const places = tf.reshape(tf.add(order, starts), [dim * rows, 1]);
  const columns = tf.reshape(tf.transpose(z), [dim * rows]);
  // gatherND, since gather reads its indices back.
  const shuffled = tf.gatherND(columns, tf.cast(places, 'int32'));
  return tf.transpose(tf.reshape(shuffled, [dim, rows])) as Tensor2D;
}

/**
 * Total correlation by a density ratio (Kim and Mnih 2018; E7). A discriminator with two logits tells codes (class 0)
 * from codes of a second batch whose coordinates are shuffled over its sentences (class 1); the model pays
 * weight mean(logit 0 - logit 1) at its codes.
 */
export function densityRatio(
  { weight, learningRate }: Extract<Adversary, { kind: 'densityRatio' }>,
  context: BlockContext,
): AdversaryBlock {
  const judge = network(
    {
      name: 'adversary',
      group: 'adversary',
      widths: [context.latent, ...HIDDEN, 2],
      activation: 'leaky-relu',
    },
    context,
  );
  /** log D / (1 - D), [batch, 1]. */
  const ratio = (step: Step, z: Tensor2D): Tensor2D => {
    const [joint, shuffled] = tf.split(judge(step, z), 2, 1) as [Tensor2D, Tensor2D];
    return tf.sub(joint, shuffled);
  };
  return {
    term: {
      name: 'totalCorrelation',
      term: (step, { z }) => tf.mul(weight, tf.mean(ratio(step, z))) as Scalar,
    },
    cycle: ({ main, codes }) => {
      const discriminator: Phase = {
        name: 'discriminator',
        groups: ['adversary'],
        batch: 'visited',
        second: codes,
        rule: { optimizer: adam, learningRate },
        objective: (step, sentences, controls, { second }) => {
          const joint = ratio(step, codes(step, sentences, controls));
          const shuffled = ratio(step, shuffledColumns(step, second as Tensor2D));
          // Cross-entropy of two logits is softplus of their difference.
          const loss = tf.add(tf.mean(tf.softplus(tf.neg(joint))), tf.mean(tf.softplus(shuffled)));
          return { loss: tf.mul(0.5, loss) as Scalar, also: {} };
        },
      };
      const phases = [main, discriminator];
      return () => phases;
    },
  };
}
