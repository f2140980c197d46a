import type { KlWeight } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import type { KlWeightBlock } from '../block.ts';

/**
 * KL that costs nothing below a floor (Kingma et al. 2016): sum_j max(nats, KL_j) by dimension, max(nats, KL) in
 * total. The floor is put under the mean of the batch.
 * @param kl [batch, parts], nats
 */
export function flooredKl(kl: Tensor2D, nats: number, by: 'dimension' | 'total'): Scalar {
  const parts = by === 'dimension' ? tf.mean(kl, 0) : tf.mean(tf.sum(kl, 1));
  return tf.sum(tf.maximum(parts, nats)) as Scalar;
}

export function freeBits({ nats, by }: Extract<KlWeight, { kind: 'freeBits' }>): KlWeightBlock {
  return {
    start: 1,
    next: () => 1,
    penalty: (kl, { weight }) => tf.mul(weight, flooredKl(kl, nats, by)) as Scalar,
  };
}
