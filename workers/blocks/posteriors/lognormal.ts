import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Tensor, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, Density, HostBelief, PosteriorBlock } from '../block.ts';
import { noisyFeatures } from './noisy-features.ts';
import { lognormalLogDensity, logScaleParameters } from '../priors/lognormal.ts';

const LOG_2PI = Math.log(2 * Math.PI);

/** Features below this count as this: the logarithm of 0 is no number. */
const FLOOR = 1e-4;

/**
 * z = f(x) exp(alpha(x) epsilon) with features f = softplus(a) and alpha = 0.001 + 0.7 sigmoid(b): log z is Gaussian
 * (Achille & Soatto 2018; methods.md 3.9). The KL is to log z ~ N(m, s²), both learned.
 */
export function lognormal(
  { dim }: Extract<Posterior, { kind: 'lognormal' }>,
  context: BlockContext,
): PosteriorBlock {
  const encode = noisyFeatures(dim, context);
  const prior = logScaleParameters(context);
  return {
    dim,
    belief: ['logFeature', 'noise'],
    infer: (step, sentences) => {
      const { feature, noise } = encode(step, sentences);
      return { logFeature: tf.log(tf.maximum(tf.softplus(feature), FLOOR)) as Tensor2D, noise };
    },
    sample: (step, { logFeature, noise }) =>
      tf.exp(tf.add(logFeature!, tf.mul(noise!, step.normal('posterior', noise!.shape)))) as Tensor2D,
    // The feature itself: the noise off.
    mean: ({ logFeature }) => tf.exp(logFeature!),
    measured: {
      kl: ({ logFeature, noise }, step) =>
        logScaleKl(logFeature!, noise!, {
          location: step.read(prior.location),
          logScale: step.read(prior.logScale),
        }),
      logDensity: ({ logFeature, noise }, z) => lognormalLogDensity(logFeature!, noise!, z),
      density: (belief) => lognormalDensity(belief, dim),
    },
  };
}

/** log(s / alpha) + (alpha² + (log f - m)²) / (2 s²) - 1/2 in every dimension, [batch, dim]. */
export function logScaleKl(
  logFeature: Tensor2D,
  noise: Tensor2D,
  { location, logScale }: { location: Tensor; logScale: Tensor },
): Tensor2D {
  const squares = tf.add(tf.square(noise), tf.square(tf.sub(logFeature, location)));
  const spread = tf.mul(tf.mul(squares, 0.5), tf.exp(tf.mul(logScale, -2)));
  return tf.sub(tf.add(tf.sub(logScale, tf.log(noise)), spread), 0.5) as Tensor2D;
}

/** In double precision. */
export function lognormalDensity(belief: HostBelief, dim: number): Density {
  const location = belief['logFeature']!;
  const noise = belief['noise']!;
  const rows = location.length / dim;
  // Sum over dimensions of log alpha + log sqrt(2 pi), by row.
  const volume = Float64Array.from({ length: rows }, (_, b) => {
    let sum = (dim * LOG_2PI) / 2;
    for (let j = 0; j < dim; j++) sum += Math.log(noise[b * dim + j]!);
    return sum;
  });
  return {
    entropy: (b) => {
      let sum = volume[b]! + dim / 2;
      for (let j = 0; j < dim; j++) sum += location[b * dim + j]!;
      return sum;
    },
    log: (z, a, b) => {
      let sum = -volume[b]!;
      for (let j = 0; j < dim; j++) {
        const log = Math.log(z[a * dim + j]!);
        sum -= log + 0.5 * ((log - location[b * dim + j]!) / noise[b * dim + j]!) ** 2;
      }
      return sum;
    },
  };
}
