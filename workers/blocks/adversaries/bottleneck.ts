import type { Adversary } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, Controls, Objective } from '../block.ts';
import { network } from '../network.ts';
import { gaussianKl } from '../posteriors/gaussian.ts';
import { HIDDEN } from './jensen-shannon.ts';

/** Width of the code u that the discriminator makes for itself. */
const CODE = 64;

type Spec = NonNullable<Extract<Adversary, { kind: 'jensenShannon' }>['bottleneck']>;

/**
 * A discriminator behind a variational bottleneck (Peng et al. 2019): u of N(mean(z), variance(z)), then a linear
 * logit of u. Its loss is that of the discriminator plus β (KL(u|z, N(0, I)) - information), the KL averaged over real
 * and fake codes; after each of its updates β <- max(0, β + dualRate (KL - information)).
 */
export function bottlenecked({ information, dualRate }: Spec, context: BlockContext) {
  const encode = network(
    {
      name: 'adversary.bottleneck',
      group: 'adversary',
      widths: [context.latent, ...HIDDEN, 2 * CODE],
      activation: 'relu',
    },
    context,
  );
  const decide = network(
    { name: 'adversary', group: 'adversary', widths: [CODE, 1], activation: 'relu' },
    context,
  );
  const price = context.gauge({
    name: 'bottleneckWeight',
    start: 0,
    next: (value, { terms }) => Math.max(0, value + dualRate * (terms.bottleneck! - information)),
  });
  const beliefOf = (step: Step, z: Tensor2D): { mean: Tensor2D; logVariance: Tensor2D } => {
    const [mean, logVariance] = tf.split(encode(step, z), 2, 1) as [Tensor2D, Tensor2D];
    return { mean, logVariance };
  };
  return {
    /** What the encoder plays against: the logits of the mean of u, [batch, 1]. */
    surely: (step: Step, z: Tensor2D): Tensor2D => decide(step, beliefOf(step, z).mean),

    /** The discriminator's own objective; `told` is its loss from the logits of real and of fake codes. */
    objective(
      step: Step,
      { real, fake }: { real: Tensor2D; fake: Tensor2D },
      controls: Controls,
      told: (real: Tensor2D, fake: Tensor2D) => Scalar,
    ): Objective {
      const { mean, logVariance } = beliefOf(step, tf.concat([real, fake], 0));
      const bottleneck = tf.mean(tf.sum(gaussianKl(mean, logVariance), 1)) as Scalar;
      const spread = tf.exp(tf.mul(logVariance, 0.5));
      const u = tf.add(mean, tf.mul(spread, step.normal('bottleneck', mean.shape)));
      const logits = decide(step, u as Tensor2D);
      const rows = real.shape[0];
      const discriminator = told(
        tf.slice(logits, [0, 0], [rows, 1]),
        tf.slice(logits, [rows, 0], [fake.shape[0], 1]),
      );
      const paid = tf.mul(price(controls), tf.sub(bottleneck, information));
      return { loss: tf.add(discriminator, paid) as Scalar, also: { discriminator, bottleneck } };
    },
  };
}
