import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, PosteriorBlock } from '../block.ts';
import { lstmEncoder } from '../encoder-lstm.ts';

/** Every weight starts in U(-0.1, 0.1) (ARAE release). */
const BOUND = 0.1;
/** Updates after which the noise is damped anew. */
const DAMP_EVERY = 100;

/**
 * The encoder's last state divided by its length (Zhao et al. 2018); where the code is to have another width than the
 * state, a linear map of it without bias. In training noise is added before the code is decoded: N(0, r²) for each
 * coordinate, r = noise decay^(updates / 100, rounded down).
 */
export function unit(
  { dim, noise, decay }: Extract<Posterior, { kind: 'unit' }>,
  context: BlockContext,
): PosteriorBlock {
  const { hidden } = context.architecture;
  const encode = lstmEncoder(context, BOUND);
  const map =
    dim === hidden
      ? null
      : context.parameter({
          name: 'encoder.posterior',
          group: 'encoder',
          shape: [hidden, dim],
          init: { kind: 'uniform', bound: BOUND },
        });
  const spread = context.gauge({
    name: 'codeNoise',
    start: noise,
    next: (_, { t }) => noise * decay ** Math.floor(t / DAMP_EVERY),
  });
  return {
    dim,
    belief: ['code'],
    unitsCount: false,
    infer: (step, sentences) => {
      const state = encode(step, sentences);
      const mapped: Tensor2D = map ? tf.matMul(state, step.read(map) as Tensor2D) : state;
      // The small number only keeps a state of zeros finite.
      const length = tf.sqrt(tf.add(tf.sum(tf.square(mapped), 1, true), 1e-20));
      return { code: tf.div(mapped, length) as Tensor2D };
    },
    // Without controls, as in every measurement, there is no noise.
    sample: (step, { code }, controls) =>
      controls
        ? (tf.add(code!, tf.mul(spread(controls), step.normal('code noise', code!.shape))) as Tensor2D)
        : tf.clone(code!),
    mean: ({ code }) => code!,
    measured: null,
  };
}
