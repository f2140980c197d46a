import { tf, type Parameter, type Tensor, type Tensor1D, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, PriorBlock } from '../block.ts';

const LOG_2PI = Math.log(2 * Math.PI);

/** Mean m and logarithm of the deviation s of log z, one each for all dimensions. */
export interface LogScaleParameters {
  readonly location: Parameter;
  readonly logScale: Parameter;
}

/** One pair for each context: the prior samples with it, and the posterior's KL reads it. */
const made = new WeakMap<BlockContext, LogScaleParameters>();

/** Learned m and s, at first 0 and 1 (methods.md 3.9). */
export function logScaleParameters(context: BlockContext): LogScaleParameters {
  const known = made.get(context);
  if (known) return known;
  const parameter = (name: string): Parameter =>
    context.parameter({ name, group: 'prior', shape: [1], init: { kind: 'constant', value: 0 } });
  const fresh = { location: parameter('prior.location'), logScale: parameter('prior.logScale') };
  made.set(context, fresh);
  return fresh;
}

/** log z_j ~ N(m, s²) in every dimension. */
export function lognormal(context: BlockContext): PriorBlock {
  const { location, logScale } = logScaleParameters(context);
  return {
    noise: context.latent,
    sample: (step, noise) =>
      tf.exp(tf.add(step.read(location), tf.mul(tf.exp(step.read(logScale)), noise))) as Tensor2D,
    logDensity: (z, step) => {
      const rows = tf.zeros([z.shape[0], 1]);
      return lognormalLogDensity(
        tf.add(rows, step.read(location)),
        tf.add(rows, tf.exp(step.read(logScale))),
        z,
      );
    },
  };
}

/** Log density of z with log z_j ~ N(location, scale²), nats: [rows]. */
export function lognormalLogDensity(location: Tensor, scale: Tensor, z: Tensor2D): Tensor1D {
  const log = tf.log(z);
  const square = tf.square(tf.div(tf.sub(log, location), scale));
  const each = tf.add(tf.add(tf.mul(square, -0.5), -0.5 * LOG_2PI), tf.neg(tf.add(log, tf.log(scale))));
  return tf.sum(each, 1) as Tensor1D;
}
