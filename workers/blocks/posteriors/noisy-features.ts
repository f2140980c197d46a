import { tf, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, Sentences } from '../block.ts';
import { lstmEncoder } from '../encoder-lstm.ts';

/** Least deviation of the noise, and how much can be added to it, as released. */
const NOISE = { least: 0.001, range: 0.7 } as const;
/** Greatest deviation of the noise. */
export const MOST_NOISE = NOISE.least + NOISE.range;

/**
 * Features before their activation and the deviation alpha = 0.001 + 0.7 sigmoid(b) of the noise that multiplies
 * them, both from a linear map without bias of the encoder's last state (methods.md 3.9).
 * @returns both [batch, dim]
 */
export function noisyFeatures(dim: number, context: BlockContext) {
  const encode = lstmEncoder(context);
  const map = context.parameter({
    name: 'encoder.posterior',
    group: 'encoder',
    shape: [context.architecture.hidden, 2 * dim],
    init: { kind: 'uniform', bound: 0.01 },
  });
  return (step: Step, sentences: Sentences): { feature: Tensor2D; noise: Tensor2D } => {
    const both = tf.matMul(encode(step, sentences), step.read(map) as Tensor2D);
    const [feature, b] = tf.split(both, 2, 1) as [Tensor2D, Tensor2D];
    return { feature, noise: tf.add(tf.mul(tf.sigmoid(b), NOISE.range), NOISE.least) as Tensor2D };
  };
}
