import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Step, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, Density, HostBelief, PosteriorBlock, Sentences } from '../block.ts';
import { detached } from '../detached.ts';
import { lstmEncoder } from '../encoder-lstm.ts';
import { tabulated } from './tabulated.ts';
import { cosines, onSphere, turned } from './vmf-sampler.ts';
import { logNormaliser, meanCosine, cosineVariance, vmfEntropy, vmfKl } from './vmf-functions.ts';

/** Lowest concentration of a learned one. */
const LEAST = 1e-3;

/** Mean direction: a linear map without bias of the encoder's last state, scaled to length 1. */
function directionOf({ architecture, parameter }: BlockContext, dim: number) {
  const map = parameter({
    name: 'encoder.direction',
    group: 'encoder',
    shape: [architecture.hidden, dim],
    init: { kind: 'uniform', bound: 0.01 },
  });
  return (step: Step, state: Tensor2D): Tensor2D =>
    onSphere(tf.matMul(state, step.read(map) as Tensor2D) as Tensor2D);
}

/**
 * Von Mises-Fisher on the unit sphere with one concentration for all sentences (Xu & Durrett 2018): the KL to the
 * uniform distribution is a constant, computed once in double precision.
 */
export function vmf(
  { dim, concentration }: Extract<Posterior, { kind: 'vmf' }>,
  context: BlockContext,
): PosteriorBlock {
  const encode = lstmEncoder(context);
  const direct = directionOf(context, dim);
  const kl = vmfKl(dim, concentration);
  const atMode = logNormaliser(dim, concentration) + concentration;
  return {
    dim,
    belief: ['direction'],
    infer: (step, sentences: Sentences) => ({ direction: direct(step, encode(step, sentences)) }),
    sample: (step, { direction }) => {
      const fixed = tf.fill([1, 1], concentration) as Tensor2D;
      return turned(step, direction!, cosines(step, fixed, { rows: direction!.shape[0], dim }));
    },
    mean: ({ direction }) => direction!,
    measured: {
      kl: ({ direction }) => tf.fill([direction!.shape[0], 1], kl) as Tensor2D,
      logDensity: ({ direction }, z) =>
        tf.add(atMode, tf.mul(concentration, cosineLess(direction!, z))) as Tensor1D,
      density: (belief) => vmfDensity(belief, dim, () => concentration),
    },
  };
}

/**
 * The same with a concentration for each sentence, softplus(a) + 0.001 without a lower bound that would hide the
 * collapse. KL and normaliser come from tables (tabulated.ts). Unless the slope is pathwise, the KL alone trains the
 * concentration, as in the release of Xu & Durrett 2018.
 */
export function vmfLearned(
  { dim, start, slope }: Extract<Posterior, { kind: 'vmfLearned' }>,
  context: BlockContext,
): PosteriorBlock {
  const encode = lstmEncoder(context);
  const direct = directionOf(context, dim);
  const weights = context.parameter({
    name: 'encoder.concentration.weights',
    group: 'encoder',
    shape: [context.architecture.hidden, 1],
    init: { kind: 'uniform', bound: 0.01 },
  });
  const bias = context.parameter({
    name: 'encoder.concentration.bias',
    group: 'encoder',
    shape: [1],
    // The inverse of softplus(a) + LEAST at the wanted start.
    init: { kind: 'constant', value: start - LEAST + Math.log(-Math.expm1(LEAST - start)) },
  });
  const klAt = tabulated({
    value: (kappa) => vmfKl(dim, kappa),
    slope: (kappa) => kappa * kappa * cosineVariance(dim, kappa),
  });
  const logAtMode = tabulated({
    value: (kappa) => logNormaliser(dim, kappa) + kappa,
    slope: (kappa) => kappa * (1 - meanCosine(dim, kappa)),
  });
  return {
    dim,
    belief: ['direction', 'concentration'],
    infer: (step, sentences: Sentences) => {
      const state = encode(step, sentences);
      const a = tf.add(
        tf.matMul(state, step.read(weights) as Tensor2D),
        step.read(bias) as Tensor1D,
      ) as Tensor2D;
      return {
        direction: direct(step, state),
        concentration: tf.add(tf.softplus(a), LEAST) as Tensor2D,
      };
    },
    sample: (step, { direction, concentration }) => {
      const read = slope === 'pathwise' ? concentration! : detached(concentration!);
      return turned(step, direction!, cosines(step, read, { rows: direction!.shape[0], dim }));
    },
    mean: ({ direction }) => direction!,
    measured: {
      kl: ({ concentration }) => klAt(concentration!),
      logDensity: ({ direction, concentration }, z) => {
        const off = tf.expandDims(cosineLess(direction!, z), 1);
        return tf.reshape(tf.add(logAtMode(concentration!), tf.mul(concentration!, off)), [
          z.shape[0],
        ]) as Tensor1D;
      },
      density: (belief) => vmfDensity(belief, dim, (b) => belief['concentration']![b]!),
    },
  };
}

/** mu.z - 1 by row, as -|mu - z|² / 2, which does not cancel near the mean: [rows]. */
const cosineLess = (direction: Tensor2D, z: Tensor2D): Tensor1D =>
  tf.mul(tf.sum(tf.square(tf.sub(direction, z)), 1), -0.5) as Tensor1D;

/** In double precision; `of` gives the concentration of a row. */
export function vmfDensity(belief: HostBelief, dim: number, of: (b: number) => number): Density {
  const direction = belief['direction']!;
  const rows = direction.length / dim;
  const known = new Map<number, { entropy: number; log: number }>();
  const constants = Array.from({ length: rows }, (_, b) => {
    const kappa = of(b);
    const found = known.get(kappa) ?? { entropy: vmfEntropy(dim, kappa), log: logNormaliser(dim, kappa) };
    known.set(kappa, found);
    return { kappa, ...found };
  });
  return {
    entropy: (b) => constants[b]!.entropy,
    log: (z, a, b) => {
      let cosine = 0;
      for (let j = 0; j < dim; j++) cosine += z[a * dim + j]! * direction[b * dim + j]!;
      return constants[b]!.log + constants[b]!.kappa * cosine;
    },
  };
}
