import { tf, type Step, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, PosteriorBlock, Sentences, StillEncoder } from '../block.ts';

export interface Representation {
  readonly dim: number;
  /** Standard deviation of the noise that the decoder reads codes with while it is trained. */
  readonly noise: number;
  raw(step: Step, sentences: Sentences): Tensor2D;
}

/**
 * Codes of an encoder that stands still (Subramanian et al. 2018): what it says of a sentence, each coordinate less its
 * mean over the training sentences and by its standard deviation. The noise is counted in standard deviations too, so
 * that it means the same whatever the encoder's own scale is.
 */
export function standardised(
  { dim, noise, raw }: Representation,
  { parameter }: Pick<BlockContext, 'parameter'>,
  first: StillEncoder['first'],
): PosteriorBlock {
  const vector = (name: string, value: number) =>
    parameter({
      name: `representation.${name}`,
      group: 'fixed',
      shape: [dim],
      init: { kind: 'constant', value },
    });
  const scale = { mean: vector('mean', 0), deviation: vector('deviation', 1) };
  return {
    dim,
    belief: ['code'],
    unitsCount: false,
    infer: (step, sentences) => ({
      code: tf.div(
        tf.sub(raw(step, sentences), step.read(scale.mean)),
        step.read(scale.deviation),
      ) as Tensor2D,
    }),
    // Without controls, as in every measurement, there is no noise.
    sample: (step, { code }, controls) =>
      controls
        ? (tf.add(code!, tf.mul(noise, step.normal('code noise', code!.shape))) as Tensor2D)
        : tf.clone(code!),
    mean: ({ code }) => code!,
    measured: null,
    still: { first, raw, scale },
  };
}
