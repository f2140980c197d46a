import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, PosteriorBlock } from '../block.ts';
import { noisyFeatures } from './noisy-features.ts';

/**
 * z = relu(a) exp(alpha epsilon) (methods.md 3.9). A feature of 0 stays 0 whatever the noise, so the code has no
 * density; what the noise costs is a term of its own.
 */
export function rectified(
  { dim }: Extract<Posterior, { kind: 'rectified' }>,
  context: BlockContext,
): PosteriorBlock {
  const encode = noisyFeatures(dim, context);
  return {
    dim,
    belief: ['feature', 'noise'],
    infer: (step, sentences) => {
      const { feature, noise } = encode(step, sentences);
      return { feature: tf.relu(feature), noise };
    },
    sample: (step, { feature, noise }) =>
      tf.mul(feature!, tf.exp(tf.mul(noise!, step.normal('posterior', noise!.shape)))) as Tensor2D,
    // A clone, since every output of a program is freed by itself.
    mean: ({ feature }) => tf.clone(feature!),
    measured: null,
  };
}
