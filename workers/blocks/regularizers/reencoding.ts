import { special } from '../../../contract/datasets.ts';
import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Step, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type { DecoderBlock, RegularizerBlock, Sentences } from '../block.ts';
import { priorCodes } from '../priors/draw.ts';

/**
 * Sentences that the decoder writes word by word from codes, without a gradient; what is not ended after `longest`
 * words is ended there.
 */
export function written(step: Step, decoder: DecoderBlock, z: Tensor2D, longest: number): Sentences {
  const rows = z.shape[0];
  const all = (word: number): Tensor1D => tf.fill([rows], word, 'int32');
  // A gradient of its own, none: choosing a word has no slope.
  const body = tf.customGrad(((codes: Tensor2D) => {
    let ids = all(special.start);
    let memory = decoder.begin(codes, rows, step);
    const words = [ids];
    for (let t = 0; t < longest; t++) {
      const next = decoder.next(step, memory, ids, codes);
      const uniform = step.uniform(`re-encoded word ${t}`, [rows]) as Tensor1D;
      ids = next.word.draw(uniform, tf.scalar(1));
      memory = next.memory;
      words.push(ids);
    }
    words.push(all(special.end));
    return { value: tf.stack(words), gradFunc: () => tf.zerosLike(codes) };
  }) as Parameters<typeof tf.customGrad>[0]);
  const tokens = body(z) as Tensor2D;
  const ended = tf.cast(tf.equal(tokens, special.end), 'float32') as Tensor2D;
  // 1 at the first end of each sentence.
  const ends = tf.mul(ended, tf.cast(tf.less(tf.cumsum(ended, 0), 1.5), 'float32')) as Tensor2D;
  return { tokens, labels: null, ends };
}

/** weight times the mean of -log q(z|x) for codes z of the prior and sentences x written from them. */
export function reencoding({
  weight,
  longest,
}: Extract<Regularizer, { kind: 'reencoding' }>): RegularizerBlock {
  return {
    name: 'reencoding',
    term: (step, { z, prior, posterior, decoder }) => {
      if (!posterior.measured) throw new Error('re-encoding needs a posterior with a density');
      const drawn = priorCodes(prior, step, z.shape[0]);
      const belief = posterior.infer(step, written(step, decoder, drawn, longest));
      return tf.mul(-weight, tf.mean(posterior.measured.logDensity(belief, drawn))) as Scalar;
    },
  };
}
