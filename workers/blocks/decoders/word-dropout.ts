import { special } from '../../../contract/datasets.ts';
import { tf, type Step, type Tensor2D } from '../../tensor/index.ts';

/**
 * Word dropout (Bowman et al. 2016): every word that the decoder reads becomes `<unk>` with probability 1 - `keep`,
 * freshly in each update; `<s>` stays. At 1 nothing is drawn and the words are the same tensor.
 * @param inputs int32 [time, batch], `<s>` first
 */
export function hideWords(step: Step, inputs: Tensor2D, keep: number): Tensor2D {
  if (keep === 1) return inputs;
  const [time, batch] = inputs.shape;
  const kept = tf.cast(tf.less(step.uniform('word dropout', [time, batch]), keep), 'int32');
  const first = tf.cast(tf.less(tf.range(0, time, 1, 'int32'), 1), 'int32');
  const seen = tf.maximum(kept, tf.reshape(first, [time, 1]));
  const hidden = tf.mul(tf.sub(tf.scalar(1, 'int32'), seen), tf.scalar(special.unknown, 'int32'));
  return tf.add(tf.mul(inputs, seen), hidden) as Tensor2D;
}
