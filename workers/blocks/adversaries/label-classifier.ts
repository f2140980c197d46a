import { tf, type Scalar, type Step, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, Opponent, Phase, Sentences } from '../block.ts';
import { columnOf } from '../conditions/label.ts';
import { network } from '../network.ts';
import { adversaryAdam } from './jensen-shannon.ts';

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

export interface ClassifierSpec {
  /** Prefix of its parameters. */
  readonly name: string;
  /** Index into the label columns of the method. */
  readonly column: number;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Share of the hidden units that is dropped while it learns. */
  readonly dropout?: number;
  readonly learningRate: number;
}

/** A classifier that reads a label from codes: how it learns, and what it costs to show it the label. */
export function labelClassifier(
  { name, column, hidden, dropout = 0, learningRate }: ClassifierSpec,
  context: BlockContext,
) {
  const { count } = context.classes[column]!;
  const judge = network(
    {
      name,
      group: 'adversary',
      widths: [context.latent, ...hidden, count],
      activation: 'leaky-relu',
    },
    context,
  );
  return {
    /** The phase in which it learns by its cross-entropy on codes [batch, dim]. */
    learns: (batch: Phase['batch'], codes: Opponent['codes']): Phase => ({
      name: 'labelDiscriminator',
      groups: ['adversary'],
      batch,
      rule: { optimizer: adversaryAdam, learningRate },
      objective: (step, sentences, controls) => {
        const logits = judge(step, codes(step, sentences, controls), { dropout });
        return { loss: crossEntropy(logits, columnOf(sentences, column)), also: {} };
      },
    }),
    /** Mean of -log P(a wrong class | code), nats. */
    misled: (step: Step, z: Tensor2D, sentences: Sentences): Scalar =>
      crossEntropy(judge(step, z), wrongClasses(step, columnOf(sentences, column), count)),
  };
}
