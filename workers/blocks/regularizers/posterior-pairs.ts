import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar } from '../../tensor/index.ts';
import type { RegularizerBlock } from '../block.ts';
import { diversity as alike, pairKl, smoothness as uneven } from '../pairwise.ts';
import { gaussianOf } from './gaussian-of.ts';

/** weight L_div (Ma, Zhou & Hovy 2019); 0 for a batch of one sentence, which makes no pair. */
export function diversity({
  weight,
  reduction,
}: Extract<Regularizer, { kind: 'diversity' }>): RegularizerBlock {
  return {
    name: 'diversity',
    term: (_, view) => {
      const { mean, logVariance } = gaussianOf(view);
      if (mean.shape[0] === 1) return tf.scalar(0);
      return tf.mul(weight, alike(pairKl(mean, logVariance), reduction)) as Scalar;
    },
  };
}

/** weight L_smooth; 0 for a batch of one sentence. */
export function smoothness({ weight }: Extract<Regularizer, { kind: 'smoothness' }>): RegularizerBlock {
  return {
    name: 'smoothness',
    term: (_, view) => {
      const { mean, logVariance } = gaussianOf(view);
      if (mean.shape[0] === 1) return tf.scalar(0);
      return tf.mul(weight, uneven(pairKl(mean, logVariance))) as Scalar;
    },
  };
}
