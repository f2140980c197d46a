import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, RegularizerBlock } from '../block.ts';
import { network } from '../network.ts';

/**
 * -sum_t log softmax(logits)[word_t] of each sentence, nats: [batch]. One softmax serves all words of a sentence, and
 * its gradient needs no tensor wider than [batch, vocabulary].
 * @param words int32 [time, batch]
 */
export function bagNll(logits: Tensor2D, words: Tensor2D): Tensor1D {
  const [time, batch] = words.shape;
  const body = tf.customGrad(((given: Tensor2D, save: (tensors: Tensor[]) => void) => {
    const logProbability = tf.logSoftmax(given);
    const rows = tf.tile(tf.reshape(tf.range(0, batch, 1, 'int32'), [1, batch]), [time, 1]);
    const at = tf.reshape(tf.stack([rows, words], 2), [time * batch, 2]);
    save([logProbability, at]);
    const picked = tf.reshape(tf.gatherND(logProbability, at), [time, batch]);
    return {
      value: tf.neg(tf.sum(picked, 0)),
      gradFunc: (slope: Tensor, saved: Tensor[]) => {
        const [logProbability, at] = saved as [Tensor2D, Tensor2D];
        const counts = tf.scatterND(at, tf.ones([time * batch]), logProbability.shape);
        const each = tf.sub(tf.mul(tf.exp(logProbability), time), counts);
        return tf.mul(each, tf.reshape(slope, [batch, 1]));
      },
    };
  }) as Parameters<typeof tf.customGrad>[0]);
  return body(logits) as Tensor1D;
}

/** weight times what a network pays that reads all words of a sentence off its code (Zhao, Zhao & Eskenazi 2017). */
export function bagOfWords(
  { weight, hidden }: Extract<Regularizer, { kind: 'bagOfWords' }>,
  context: BlockContext,
): RegularizerBlock {
  const head = network(
    {
      name: 'bag of words',
      group: 'auxiliary',
      widths: [context.latent, hidden, context.vocabulary],
      activation: 'tanh',
    },
    context,
  );
  return {
    name: 'bagOfWords',
    term: (step, { z, sentences }) => {
      const [time, batch] = sentences.tokens.shape;
      // Without <s> and the sentence end.
      const words = tf.slice(sentences.tokens, [1, 0], [time - 2, batch]);
      return tf.mul(weight, tf.mean(bagNll(head(step, z), words))) as Scalar;
    },
  };
}
