import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar } from '../../tensor/index.ts';
import type { RegularizerBlock } from '../block.ts';
import { mmdSquared } from '../kernels.ts';
import { priorCodes } from '../priors/draw.ts';

/** weight MMD²(q(z), p(z)), U-statistic, the codes of the batch against as many fresh codes of the prior. */
export function mmd({ weight, kernel }: Extract<Regularizer, { kind: 'mmd' }>): RegularizerBlock {
  return {
    name: 'mmd',
    term: (step, { z, prior }) => {
      const drawn = priorCodes(prior, step, z.shape[0]);
      return tf.mul(weight, mmdSquared(z, drawn, kernel, 'U')) as Scalar;
    },
  };
}
