import type { KlWeight } from '../../../contract/blocks.ts';
import { tf, type Scalar } from '../../tensor/index.ts';
import type { KlWeightBlock } from '../block.ts';

/**
 * A KL held at most or at least at `nats` by a multiplier b that climbs while the constraint is broken,
 * b <- clip(b + rate (KL - nats), 0, most), and likewise with (nats - KL) for the lower bound (methods.md 1.6).
 * At most: Rec + b (KL - nats). At least: Rec + KL + b (nats - KL); its weight is 1 - b, so that the weight of a run
 * is always what multiplies the KL.
 */
export function lagrange({
  bound,
  nats,
  rate,
  most,
}: Extract<KlWeight, { kind: 'lagrange' }>): KlWeightBlock {
  const broken = (kl: number): number => (bound === 'atMost' ? kl - nats : nats - kl);
  const climb = (multiplier: number, kl: number): number =>
    Math.min(most, Math.max(0, multiplier + rate * broken(kl)));
  const turned = (x: number): number => (bound === 'atMost' ? x : 1 - x);
  return {
    start: turned(0),
    keepsLast: true,
    // Before the first update nothing was measured.
    next: (weight, t, kl) => (t === 0 ? weight : turned(climb(turned(weight), kl))),
    penalty: (kl, { weight }) => {
      const mean = tf.mean(tf.sum(kl, 1));
      const constant = bound === 'atMost' ? tf.mul(tf.neg(weight), nats) : tf.mul(tf.sub(1, weight), nats);
      return tf.add(tf.mul(weight, mean), constant) as Scalar;
    },
  };
}
