import type { KlWeight } from '../../../contract/blocks.ts';
import { tf, type Scalar } from '../../tensor/index.ts';
import type { KlWeightBlock } from '../block.ts';

/** weight |KL - C_t|, C_t rising in a line from 0 to `nats` within `epochs` (Burgess et al. 2018). */
export function capacity({ weight, nats, epochs }: Extract<KlWeight, { kind: 'capacity' }>): KlWeightBlock {
  return {
    start: weight,
    next: () => weight,
    keepsLast: true,
    gauge: {
      name: 'capacity',
      start: 0,
      next: (_, { t, updatesPerEpoch }) => nats * Math.min(1, t / (epochs * updatesPerEpoch)),
    },
    penalty: (kl, { weight, gauge }) =>
      tf.mul(weight, tf.abs(tf.sub(tf.mean(tf.sum(kl, 1)), gauge!))) as Scalar,
  };
}
