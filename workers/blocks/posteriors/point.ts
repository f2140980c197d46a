import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, PosteriorBlock } from '../block.ts';
import { lstmEncoder } from '../encoder-lstm.ts';

/** One code a sentence without noise: a linear map without bias of the encoder's last state. */
export function point(
  { dim, spread = 0.01 }: Extract<Posterior, { kind: 'point' }>,
  context: BlockContext,
): PosteriorBlock {
  const encode = lstmEncoder(context, spread);
  const map = context.parameter({
    name: 'encoder.posterior',
    group: 'encoder',
    shape: [context.architecture.hidden, dim],
    init: { kind: 'uniform', bound: spread },
  });
  return {
    dim,
    belief: ['code'],
    infer: (step, sentences) => ({
      code: tf.matMul(encode(step, sentences), step.read(map) as Tensor2D) as Tensor2D,
    }),
    // A clone, since every output of a program is freed by itself.
    sample: (_, { code }) => tf.clone(code!),
    mean: ({ code }) => code!,
    measured: null,
  };
}
