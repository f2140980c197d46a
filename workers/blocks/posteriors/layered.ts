import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { Belief, BlockContext, PosteriorBlock } from '../block.ts';
import { columnOf } from '../conditions/label.ts';
import { layersOf } from '../priors/layered.ts';
import { gaussian, gaussianKl, measuredGaussian, sampleGaussian } from './gaussian.ts';

/** A diagonal Gaussian for each row, [batch, dim] each. */
export interface Gaussians {
  readonly mean: Tensor2D;
  readonly logVariance: Tensor2D;
}

/** KL(a || b) by dimension, nats: (log vb/va + (va + (ma - mb)²) / vb - 1) / 2, [batch, dim]. */
export function klBetween(a: Gaussians, b: Gaussians): Tensor2D {
  const spread = tf.add(tf.exp(a.logVariance), tf.square(tf.sub(a.mean, b.mean)));
  const ratio = tf.mul(spread, tf.exp(tf.neg(b.logVariance)));
  return tf.mul(tf.sub(tf.add(tf.sub(b.logVariance, a.logVariance), ratio), 1), 0.5) as Tensor2D;
}

/** mean + exp(logVariance / 2) noise, the noise another one than that of the first layer. */
const sampleUpper = (step: Step, { mean, logVariance }: Gaussians): Tensor2D =>
  tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), step.normal('second layer', mean.shape))) as Tensor2D;

/**
 * Two layers of codes and a label y (Louizos et al. 2016; methods.md 3.14): q(z1|x) as in the plain VAE, q(z2|z1, y)
 * from a network; z1 is the code that is decoded and measured. The KL is of both to p(z2) p(z1|z2, y), the first part
 * at one sample of z2, so with the reconstruction it is a bound on log p(x|y).
 */
export function layered(
  { dim, upper, hidden, column }: Extract<Posterior, { kind: 'layered' }>,
  context: BlockContext,
): PosteriorBlock {
  const first = gaussian({ kind: 'gaussian', dim }, context);
  const { count } = context.classes[column]!;
  const layers = layersOf(context, { dim, upper, hidden, column });
  return {
    ...first,
    belief: [...first.belief, 'label'],
    infer: (step, sentences) => ({
      ...first.infer(step, sentences),
      label: tf.cast(tf.oneHot(columnOf(sentences, column), count), 'float32') as Tensor2D,
    }),
    measured: {
      ...measuredGaussian(dim),
      kl: ({ mean, logVariance, label }: Belief, step) => {
        const below: Gaussians = { mean: mean!, logVariance: logVariance! };
        // The same noise as where the code is decoded: one sample of z1 stands for it everywhere.
        const above = layers.upper(step, sampleGaussian(step, { ...below }), label!);
        const prior = layers.lower(step, sampleUpper(step, above), label!);
        return tf.concat([klBetween(below, prior), gaussianKl(above.mean, above.logVariance)], 1) as Tensor2D;
      },
    },
  };
}
