import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, RegularizerBlock } from '../block.ts';
import { detached } from '../detached.ts';

/** weight times the mean of |z - W h|², h the mean decoder state of a sentence; the code itself stands still. */
export function codeRegression(
  { weight }: Extract<Regularizer, { kind: 'codeRegression' }>,
  { architecture, latent, parameter }: BlockContext,
): RegularizerBlock {
  const map = parameter({
    name: 'code regression',
    group: 'auxiliary',
    shape: [architecture.hidden, latent],
    init: { kind: 'uniform', bound: 0.01 },
  });
  return {
    name: 'codeRegression',
    term: (step, { z, states }) => {
      if (!states) throw new Error('this decoder keeps its states to itself');
      const guess = tf.matMul(tf.mean(states, 0) as Tensor2D, step.read(map) as Tensor2D);
      const each = tf.sum(tf.square(tf.sub(detached(z), guess)), 1);
      return tf.mul(weight, tf.mean(each)) as Scalar;
    },
  };
}
