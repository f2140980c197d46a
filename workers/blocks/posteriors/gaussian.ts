import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Step, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type {
  Belief,
  BlockContext,
  Density,
  HostBelief,
  MeasuredPosterior,
  PosteriorBlock,
} from '../block.ts';
import { lstmEncoder } from '../encoder-lstm.ts';

const LOG_2PI = Math.log(2 * Math.PI);

/** N(mean, diag(exp(logVariance))), both from a linear map without bias of the encoder's last state. */
export function gaussian(
  { dim, spread = 0.01 }: Extract<Posterior, { kind: 'gaussian' }>,
  context: BlockContext,
): PosteriorBlock {
  const encode = lstmEncoder(context, spread);
  const map = context.parameter({
    name: 'encoder.posterior',
    group: 'encoder',
    shape: [context.architecture.hidden, 2 * dim],
    init: { kind: 'uniform', bound: spread },
  });
  return {
    dim,
    belief: ['mean', 'logVariance'],
    infer: (step, sentences) => {
      const both = tf.matMul(encode(step, sentences), step.read(map) as Tensor2D);
      const [mean, logVariance] = tf.split(both, 2, 1) as [Tensor2D, Tensor2D];
      return { mean, logVariance };
    },
    sample: sampleGaussian,
    mean: ({ mean }) => mean!,
    measured: measuredGaussian(dim),
  };
}

/** mean + exp(logVariance / 2) noise. */
export function sampleGaussian(step: Step, { mean, logVariance }: Belief): Tensor2D {
  const deviation = tf.exp(tf.mul(logVariance!, 0.5));
  return tf.add(mean!, tf.mul(deviation, step.normal('posterior', mean!.shape))) as Tensor2D;
}

export const measuredGaussian = (dim: number): MeasuredPosterior => ({
  kl: ({ mean, logVariance }) => gaussianKl(mean!, logVariance!),
  logDensity: ({ mean, logVariance }, z) => gaussianLogDensity(mean!, logVariance!, z),
  density: (belief) => gaussianDensity(belief, dim),
  gaussian: ({ mean, logVariance }) => ({ mean: mean!, logVariance: logVariance! }),
});

/** E1 by dimension: (mean^2 + exp(logVariance) - logVariance - 1) / 2, [batch, dim]. */
export function gaussianKl(mean: Tensor2D, logVariance: Tensor2D): Tensor2D {
  const twice = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
  return tf.mul(twice, 0.5) as Tensor2D;
}

/** E2: log density of each row, [batch]. */
export function gaussianLogDensity(mean: Tensor2D, logVariance: Tensor2D, z: Tensor2D): Tensor1D {
  const square = tf.mul(tf.square(tf.sub(z, mean)), tf.exp(tf.neg(logVariance)));
  return tf.mul(tf.sum(tf.add(tf.add(square, logVariance), LOG_2PI), 1), -0.5) as Tensor1D;
}

/** E2 in double precision. */
export function gaussianDensity(belief: HostBelief, dim: number): Density {
  const mean = belief['mean']!;
  const logVariance = belief['logVariance']!;
  const rows = mean.length / dim;
  const precision = Float64Array.from(logVariance, (l) => Math.exp(-l));
  // Sum over dimensions of logVariance + log 2 pi, by row.
  const volume = Float64Array.from({ length: rows }, (_, b) => {
    let sum = dim * LOG_2PI;
    for (let j = 0; j < dim; j++) sum += logVariance[b * dim + j]!;
    return sum;
  });
  return {
    entropy: (b) => 0.5 * (volume[b]! + dim),
    log: (z, a, b) => {
      let square = 0;
      for (let j = 0; j < dim; j++) {
        const off = z[a * dim + j]! - mean[b * dim + j]!;
        square += off * off * precision[b * dim + j]!;
      }
      return -0.5 * (square + volume[b]!);
    },
  };
}
