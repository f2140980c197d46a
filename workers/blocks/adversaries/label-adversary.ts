import type { Adversary } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Step, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type { AdversaryBlock, BlockContext, Phase } from '../block.ts';
import { columnOf } from '../conditions/label.ts';
import { network } from '../network.ts';
import { adversaryAdam } from './jensen-shannon.ts';

/** Units of the hidden layer, and the share of them dropped while the classifier learns (methods.md 3.16). */
const HIDDEN = 512;
const DROPOUT = 0.3;

/** Mean of -log softmax(logits)[classes], nats; logits [batch, classes], classes int32 [batch]. */
export function crossEntropy(logits: Tensor2D, classes: Tensor1D): Scalar {
  const told = tf.oneHot(classes, logits.shape[1]);
  return tf.neg(tf.mean(tf.sum(tf.mul(told, tf.logSoftmax(logits)), 1))) as Scalar;
}

/** For each class another one, each of the others equally likely: int32 [batch]. */
export function wrongClasses(step: Step, classes: Tensor1D, count: number): Tensor1D {
  const further = tf.floor(tf.mul(step.uniform('wrong classes', classes.shape), count - 1));
  const moved = tf.add(tf.add(tf.cast(classes, 'float32'), further), 1);
  const around = tf.mul(count, tf.cast(tf.greaterEqual(moved, count), 'float32'));
  return tf.cast(tf.sub(moved, around), 'int32') as Tensor1D;
}

/**
 * A classifier that tells the label from the code (Lample et al. 2017). It learns by its cross-entropy; the model pays
 * weight times -log P(a wrong class | code), the weight rising in a line from 0.
 */
export function labelAdversary(
  { column, weight, warmUp, learningRate }: Extract<Adversary, { kind: 'labelAdversary' }>,
  context: BlockContext,
): AdversaryBlock {
  const { count } = context.classes[column]!;
  const judge = network(
    {
      name: 'adversary',
      group: 'adversary',
      widths: [context.latent, HIDDEN, count],
      activation: 'leaky-relu',
    },
    context,
  );
  const ramp = context.gauge({
    name: 'labelWeight',
    start: 0,
    next: (_, { t, updatesPerEpoch }) => weight * Math.min(1, t / (warmUp * updatesPerEpoch)),
  });
  return {
    keepsLast: true,
    term: {
      name: 'labelAdversary',
      term: (step, { z, sentences, controls }) => {
        const wrong = wrongClasses(step, columnOf(sentences, column), count);
        return tf.mul(ramp(controls), crossEntropy(judge(step, z), wrong)) as Scalar;
      },
    },
    cycle: ({ main, codes }) => {
      const discriminator: Phase = {
        name: 'labelDiscriminator',
        groups: ['adversary'],
        batch: 'visited',
        rule: { optimizer: adversaryAdam, learningRate },
        objective: (step, sentences, controls) => {
          const logits = judge(step, codes(step, sentences, controls), { dropout: DROPOUT });
          return { loss: crossEntropy(logits, columnOf(sentences, column)), also: {} };
        },
      };
      const phases = [discriminator, main];
      return () => phases;
    },
  };
}
