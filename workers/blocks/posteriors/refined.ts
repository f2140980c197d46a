import type { Posterior } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Step, type Tensor, type Tensor2D } from '../../tensor/index.ts';
import type { Belief, BlockContext, LossOf, Phase, PosteriorBlock, Sentences } from '../block.ts';
import { detached } from '../detached.ts';
import { gaussian, gaussianKl, measuredGaussian, sampleGaussian } from './gaussian.ts';

type Spec = Extract<Posterior, { kind: 'refined' }>;
/** Mean and log-variance: of a posterior, or a direction in which both change, [batch, dim] each. */
interface Pair {
  readonly mean: Tensor2D;
  readonly logVariance: Tensor2D;
}

/** Largest norm of a gradient, and of a product with the Hessian, of either half (Kim et al. 2018). */
const CLIP = 5;
/** Length of the step of central differences (methods.md E16). */
const REACH = 1e-2;

/**
 * Semi-amortised inference (Kim et al. 2018): the encoder's posterior is refined for each sentence by K steps of
 * gradient descent with momentum on its own loss. Measures use the refined posterior as well.
 */
export function refined(spec: Spec, context: BlockContext): PosteriorBlock {
  const { dim, steps, batch, encoder, spread } = spec;
  const start =
    encoder === 'none'
      ? null
      : gaussian({ kind: 'gaussian', dim, ...(spread !== undefined && { spread }) }, context);
  const begin = (step: Step, sentences: Sentences): Pair =>
    start
      ? pairOf(start.infer(step, sentences))
      : { mean: tf.zeros([rowsOf(sentences), dim]), logVariance: tf.zeros([rowsOf(sentences), dim]) };

  const block: PosteriorBlock = {
    dim,
    belief: ['mean', 'logVariance'],
    infer: (step, sentences) => {
      const share = rowsOf(sentences) / batch;
      const lossAt = (at: Pair, k: number): Scalar => {
        const noise = scoped(step, `refinement ${k}`);
        const rec = context.nll(noise, sentences, sampleGaussian(noise, beliefOf(at)), 'evaluate');
        return tf.div(tf.add(tf.sum(rec), tf.sum(gaussianKl(at.mean, at.logVariance))), batch) as Scalar;
      };
      // The norm of a sum over more sentences is larger by the root of their number.
      const path = descend(step, begin(step, sentences), lossAt, spec, CLIP * Math.sqrt(share));
      return beliefOf(path[steps]!);
    },
    sample: (step, belief) => sampleGaussian(step, belief),
    mean: ({ mean }) => mean!,
    measured: measuredGaussian(dim),
    trains: (lossOf) => trainingOf(spec, begin, lossOf),
  };
  return block;
}

/** λ_0 to λ_K: v ← ρ v - ∇L, λ ← λ + α v, the gradient of each half clipped. */
export function descend(
  step: Step,
  from: Pair,
  lossAt: (at: Pair, k: number) => Scalar,
  { steps, rate, momentum }: Pick<Spec, 'steps' | 'rate' | 'momentum'>,
  limit: number,
): Pair[] {
  const path = [from];
  let velocity = scale(from, 0);
  for (let k = 0; k < steps; k++) {
    const at = path[k]!;
    const slope = gradientOf(step, at, (pair) => lossAt(pair, k));
    velocity = plus(scale(velocity, momentum), scale(clip(slope, limit), -1));
    path.push(plus(at, scale(velocity, rate)));
  }
  return path;
}

/**
 * How one update differentiates through the path. All of it is constant for the update but the encoder's own
 * posterior and the decoder's parameters, so the gradients are those of a surrogate:
 * L(λ_K) - Σ_k share [L(λ_k + ε v_k) - L(λ_k - ε v_k)] / 2ε + <λ̄, λ_0(φ)>,
 * where v_k and λ̄ come from running the steps backwards with Hessian products by central differences (E16).
 */
function trainingOf(
  spec: Spec,
  begin: (step: Step, sentences: Sentences) => Pair,
  lossOf: LossOf,
): Pick<Phase, 'prepare' | 'objective'> {
  const { steps, batch, encoder } = spec;
  const at = (step: Step, sentences: Sentences, klWeight: Scalar, pair: Pair, k: number) =>
    // The last loss has the noise of a plain VAE, so that no step at all is one.
    lossOf(k < steps ? scoped(step, `refinement ${k}`) : step, sentences, beliefOf(pair), klWeight);

  return {
    prepare: (step, sentences, { klWeight }) => {
      const share = rowsOf(sentences) / batch;
      const lossAt = (pair: Pair, k: number): Scalar => at(step, sentences, klWeight, pair, k).loss;
      const path = descend(
        step,
        begin(step, sentences),
        (pair, k) => tf.mul(share, lossAt(pair, k)) as Scalar,
        spec,
        CLIP,
      );
      const out: Record<string, Tensor> = { ...named('refined', path[steps]!) };
      if (encoder === 'own')
        Object.assign(
          out,
          named(
            'slope',
            gradientOf(step, path[0]!, (pair) => lossAt(pair, 0)),
          ),
        );
      if (encoder === 'through') {
        const back = backwards(step, path, lossAt, share, spec);
        Object.assign(out, named('slope', back.slope));
        back.directions.forEach((direction, k) => {
          Object.assign(out, named(`point ${k}`, path[k]!), named(`direction ${k}`, direction));
        });
      }
      return out;
    },

    objective: (step, sentences, { klWeight }, prepared) => {
      const last = taken(prepared, 'refined');
      const { loss, reconstruction, kl } = at(step, sentences, klWeight, last, steps);
      const parts: Scalar[] = [];
      if (encoder === 'kl') parts.push(klTo(begin(step, sentences), last));
      if (encoder === 'own' || encoder === 'through')
        parts.push(dot(taken(prepared, 'slope'), begin(step, sentences)));
      if (encoder === 'through') {
        const share = rowsOf(sentences) / batch;
        for (let k = 0; k < steps; k++) {
          const point = taken(prepared, `point ${k}`);
          const { ahead, behind, reach } = around(point, taken(prepared, `direction ${k}`));
          const difference = tf.sub(
            at(step, sentences, klWeight, ahead, k).loss,
            at(step, sentences, klWeight, behind, k).loss,
          );
          parts.push(tf.mul(tf.div(difference, tf.mul(reach, -2)), share) as Scalar);
        }
      }
      // The further parts bring their gradients and leave the value of the loss alone.
      const surrogate = parts.reduce(
        (sum, part) => tf.add(sum, tf.sub(part, detached(part))) as Scalar,
        loss,
      );
      return { loss: surrogate, also: { reconstruction, kl } };
    },
  };
}

/** Directions v_K-1 to v_0 of the Hessian products, in the order of the path, and the slope at λ_0. */
function backwards(
  step: Step,
  path: readonly Pair[],
  lossAt: (pair: Pair, k: number) => Scalar,
  share: number,
  { steps, rate, momentum }: Spec,
): { directions: Pair[]; slope: Pair } {
  const directions: Pair[] = [];
  let slope = gradientOf(step, path[steps]!, (pair) => lossAt(pair, steps));
  let velocity = scale(slope, 0);
  for (let k = steps - 1; k >= 0; k--) {
    velocity = plus(velocity, scale(slope, rate));
    directions.unshift(velocity);
    const { ahead, behind, reach } = around(path[k]!, velocity);
    const change = plus(
      gradientOf(step, ahead, (pair) => lossAt(pair, k)),
      scale(
        gradientOf(step, behind, (pair) => lossAt(pair, k)),
        -1,
      ),
    );
    const factor = tf.div(share / 2, reach);
    const product: Pair = {
      mean: tf.mul(change.mean, factor),
      logVariance: tf.mul(change.logVariance, factor),
    };
    slope = plus(slope, scale(clip(product, CLIP), -1));
    velocity = clip(scale(velocity, momentum), CLIP);
  }
  return { directions, slope };
}

/** Two points a little to either side, for central differences along a direction. */
function around(at: Pair, direction: Pair): { ahead: Pair; behind: Pair; reach: Scalar } {
  const length = tf.sqrt(dot(direction, direction));
  const reach = tf.div(REACH, tf.maximum(length, 1e-8)) as Scalar;
  const by: Pair = {
    mean: tf.mul(direction.mean, reach),
    logVariance: tf.mul(direction.logVariance, reach),
  };
  return { ahead: plus(at, by), behind: plus(at, scale(by, -1)), reach };
}

function gradientOf(step: Step, at: Pair, loss: (at: Pair) => Scalar): Pair {
  const [mean, logVariance] = step.gradients(() => loss(at), [at.mean, at.logVariance]);
  return { mean: mean as Tensor2D, logVariance: logVariance as Tensor2D };
}

/** KL(a || b) of diagonal Gaussians, mean over the batch, nats (E1). */
function klTo(a: Pair, b: Pair): Scalar {
  const square = tf.square(tf.sub(a.mean, b.mean));
  const spread = tf.mul(tf.add(tf.exp(a.logVariance), square), tf.exp(tf.neg(b.logVariance)));
  const twice = tf.sub(tf.add(tf.sub(b.logVariance, a.logVariance), spread), 1);
  return tf.mul(tf.mean(tf.sum(twice, 1)), 0.5) as Scalar;
}

const rowsOf = ({ tokens }: Sentences): number => tokens.shape[1];
const pairOf = ({ mean, logVariance }: Belief): Pair => ({ mean: mean!, logVariance: logVariance! });
const beliefOf = ({ mean, logVariance }: Pair): Belief => ({ mean, logVariance });
const plus = (a: Pair, b: Pair): Pair => ({
  mean: tf.add(a.mean, b.mean),
  logVariance: tf.add(a.logVariance, b.logVariance),
});
const scale = (a: Pair, by: number): Pair => ({
  mean: tf.mul(a.mean, by),
  logVariance: tf.mul(a.logVariance, by),
});
const dot = (a: Pair, b: Pair): Scalar =>
  tf.add(tf.sum(tf.mul(a.mean, b.mean)), tf.sum(tf.mul(a.logVariance, b.logVariance)));
const clip = (a: Pair, limit: number): Pair => {
  const half = (x: Tensor2D): Tensor2D => tf.mul(x, tf.minimum(1, tf.div(limit, tf.add(tf.norm(x), 1e-6))));
  return { mean: half(a.mean), logVariance: half(a.logVariance) };
};
const named = (name: string, { mean, logVariance }: Pair): Record<string, Tensor> => ({
  [`${name} mean`]: mean,
  [`${name} log-variance`]: logVariance,
});
const taken = (prepared: Readonly<Record<string, Tensor>>, name: string): Pair => ({
  mean: prepared[`${name} mean`] as Tensor2D,
  logVariance: prepared[`${name} log-variance`] as Tensor2D,
});
/** A step whose noise is its own: every evaluation at λ_k sees the same noise and dropout, and other k others. */
function scoped(step: Step, name: string): Step {
  return {
    ...step,
    normal: (purpose, shape) => step.normal(`${name}: ${purpose}`, shape),
    uniform: (purpose, shape) => step.uniform(`${name}: ${purpose}`, shape),
    dropout: (x, rate, purpose) => step.dropout(x, rate, `${name}: ${purpose}`),
  };
}
