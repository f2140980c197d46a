import type { Posterior } from '../../../contract/blocks.ts';
import { tf } from '../../tensor/index.ts';
import type { BlockContext, PosteriorBlock } from '../block.ts';
import { standardised } from './standardised.ts';

/** Vectors that were made outside of the run: nothing of them is trained. */
export function given(
  { dim, noise }: Extract<Posterior, { kind: 'given' }>,
  context: BlockContext,
): PosteriorBlock {
  return standardised(
    {
      dim,
      noise,
      raw: (_, { vectors }) => {
        if (!vectors) throw new Error('a method that reads vectors was given a split without any');
        return tf.clone(vectors);
      },
    },
    context,
    null,
  );
}
