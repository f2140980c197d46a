import { tf, type Step, type Tensor, type Tensor2D } from '../../tensor/index.ts';
import { detached } from '../detached.ts';

/**
 * Proposals for one code. Each is accepted with a probability of 0.65 or more (0.8 at d = 50, kappa = 80), so all of
 * them are refused with a probability below 6e-8; then the first one stands.
 */
const PROPOSALS = 16;

/** Constants of Wood's envelope for concentrations [rows, 1] in d dimensions, m = d - 1. */
export function envelope(concentration: Tensor, dim: number) {
  const m = dim - 1;
  const twice = tf.mul(2, concentration);
  const b = tf.div(m, tf.add(tf.sqrt(tf.add(tf.square(twice), m * m)), twice));
  const sum = tf.add(1, b);
  /** 1 - x0 and 1 - x0², written so that neither cancels where x0 is near 1. */
  const off = tf.div(tf.mul(2, b), sum);
  const offSquare = tf.div(tf.mul(4, b), tf.square(sum));
  return { b, off, offSquare };
}

/**
 * w = mu.z of the von Mises-Fisher distribution (Ulrich 1984, Wood 1994), and the length of the part of z that is
 * orthogonal to mu. A Beta(m/2, m/2) number is (1 + first coordinate of a uniform point on the sphere) / 2; the
 * first accepted of a fixed number of proposals is taken, so that the body never branches on a value.
 * @param concentration [rows, 1] or [1, 1]; w is differentiable in it the accepted proposal held fixed
 * @returns both [rows, 1]
 */
export function cosines(
  step: Step,
  concentration: Tensor2D,
  { rows, dim }: { rows: number; dim: number },
): { cosine: Tensor2D; sine: Tensor2D } {
  const points = step.normal<never>('vmf proposals', [rows * PROPOSALS, dim]) as Tensor2D;
  const first = tf.slice(points, [0, 0], [rows * PROPOSALS, 1]);
  const norm = tf.sqrt(tf.sum(tf.square(points), 1, true));
  const proposed = tf.reshape(tf.mul(tf.add(tf.div(first, norm), 1), 0.5), [rows, PROPOSALS]);

  // 1 - u lies in (0, 1], so the logarithm is finite.
  const chance = tf.log(tf.sub(1, step.uniform('vmf acceptance', [rows, PROPOSALS])));
  const epsilon = detached(concentration, (kappa) => {
    const { b, off, offSquare } = envelope(kappa, dim);
    const gap = oneMinusCosine(proposed, b);
    const ratio = tf.div(tf.add(off, tf.mul(tf.sub(1, off), gap)), offSquare);
    const logOdds = tf.add(tf.mul(kappa, tf.sub(off, gap)), tf.mul(dim - 1, tf.log(ratio)));
    const accepted = tf.cast(tf.greaterEqual(logOdds, chance), 'float32');
    // Not tf.oneHot, which answers zeros on WebAssembly.
    const chosen = tf.expandDims(tf.argMax(accepted, 1), 1);
    const choice = tf.cast(tf.equal(chosen, tf.range(0, PROPOSALS, 1, 'int32')), 'float32');
    return tf.sum(tf.mul(proposed, choice), 1, true);
  });

  const own = envelope(concentration, dim).b;
  const cosine = tf.sub(1, oneMinusCosine(epsilon, own)) as Tensor2D;
  const spread = tf.sqrt(tf.mul(epsilon, tf.sub(1, epsilon)));
  // sqrt(1 - w²); the root of epsilon (1 - epsilon), which may be 0, has no gradient to pass on.
  const sine = tf.div(tf.mul(tf.mul(2, spread), tf.sqrt(own)), denominator(epsilon, own)) as Tensor2D;
  return { cosine, sine };
}

/** 1 - (1 - b) epsilon. */
const denominator = (epsilon: Tensor, b: Tensor): Tensor => tf.add(tf.sub(1, epsilon), tf.mul(b, epsilon));
/** 1 - w with w = (1 - (1 + b) epsilon) / (1 - (1 - b) epsilon). */
const oneMinusCosine = (epsilon: Tensor, b: Tensor): Tensor =>
  tf.div(tf.mul(tf.mul(2, b), epsilon), denominator(epsilon, b));

/** Rows scaled to length 1. */
export function onSphere(x: Tensor2D): Tensor2D {
  return tf.div(x, tf.sqrt(tf.sum(tf.square(x), 1, true))) as Tensor2D;
}

/**
 * z = w mu + sqrt(1 - w²) o, o uniform among the unit vectors orthogonal to mu: a normal vector without its part
 * along mu. It has the distribution of the Householder reflection of (w, sqrt(1 - w²) v) that takes e1 to mu, and a
 * gradient that is bounded also where mu is near e1.
 * @param direction mu [rows, dim], rows of length 1
 */
export function turned(
  step: Step,
  direction: Tensor2D,
  { cosine, sine }: { cosine: Tensor2D; sine: Tensor2D },
): Tensor2D {
  const noise = step.normal('posterior', direction.shape);
  const along = tf.sum(tf.mul(noise, direction), 1, true);
  const across = onSphere(tf.sub(noise, tf.mul(along, direction)) as Tensor2D);
  return tf.add(tf.mul(cosine, direction), tf.mul(sine, across)) as Tensor2D;
}
