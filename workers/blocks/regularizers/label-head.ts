import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, RegularizerBlock } from '../block.ts';
import { columnOf } from '../conditions/label.ts';
import { network } from '../network.ts';

/** weight times the cross-entropy of a label under a softmax of a linear map of the code, nats. */
export function labelHead(
  { weight, column }: Extract<Regularizer, { kind: 'labelHead' }>,
  context: BlockContext,
): RegularizerBlock {
  const { count } = context.classes[column]!;
  const head = network(
    { name: 'label head', group: 'auxiliary', widths: [context.latent, count], activation: 'relu' },
    context,
  );
  const logits = (step: Step, z: Tensor2D): Tensor2D => head(step, z);
  return {
    name: 'labelHead',
    predictor: { column, weight, logits },
    term: (step, { z, sentences }) => {
      const target = tf.cast(tf.oneHot(columnOf(sentences, column), count), 'float32');
      const chosen = tf.sum(tf.mul(tf.logSoftmax(logits(step, z)) as Tensor2D, target), 1);
      return tf.mul(-weight, tf.mean(chosen)) as Scalar;
    },
  };
}
