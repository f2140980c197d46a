import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Tensor, type Tensor1D } from '../../tensor/index.ts';
import type { RegularizerBlock } from '../block.ts';
import { MOST_NOISE } from '../posteriors/noisy-features.ts';

/** The KL to the log-uniform prior, up to a constant: -log(alpha / 0.701) summed over dimensions, [batch]. */
export function logUniformKl(noise: Tensor): Tensor1D {
  return tf.sum(tf.neg(tf.log(tf.div(noise, MOST_NOISE))), 1) as Tensor1D;
}

/** weight times the mean of that cost. */
export function noiseCost({ weight }: Extract<Regularizer, { kind: 'noiseCost' }>): RegularizerBlock {
  return {
    name: 'noiseCost',
    term: (_, { belief }) => {
      const { noise } = belief;
      if (!noise) throw new Error('the cost of noise stands beside a code without multiplied noise');
      return tf.mul(weight, tf.mean(logUniformKl(noise))) as Scalar;
    },
  };
}
