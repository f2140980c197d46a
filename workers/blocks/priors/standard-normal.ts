import { tf, type Tensor1D } from '../../tensor/index.ts';
import type { BlockContext, PriorBlock } from '../block.ts';

const LOG_2PI = Math.log(2 * Math.PI);

/** p(z) = N(0, I). */
export function standardNormal({ latent }: BlockContext): PriorBlock {
  return {
    noise: latent,
    sample: (_, noise) => noise,
    logDensity: (z) => tf.mul(tf.sum(tf.add(tf.square(z), LOG_2PI), 1), -0.5) as Tensor1D,
  };
}
