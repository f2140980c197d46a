import { tf, type Scalar, type Tensor1D, type Tensor2D, type Tensor3D } from '../tensor/index.ts';

const LOG_2PI = Math.log(2 * Math.PI);

/** log q(z_aj | x_b) of diagonal Gaussians, coordinate by coordinate: [a, b, dim], nats. */
export function pairLogDensities(mean: Tensor2D, logVariance: Tensor2D, z: Tensor2D): Tensor3D {
  const off = tf.sub(tf.expandDims(z, 1), tf.expandDims(mean, 0));
  const square = tf.mul(tf.square(off), tf.expandDims(tf.exp(tf.neg(logVariance)), 0));
  return tf.mul(tf.add(square, tf.expandDims(tf.add(logVariance, LOG_2PI), 0)), -0.5) as Tensor3D;
}

/** Log of the weight of posterior b in the mixture at sample a: one number for all, or [a, b]. */
export type LogWeights = number | Tensor2D;

/** E3: all posteriors of the batch alike. */
export const evenWeights = (rows: number): number => -Math.log(rows);

/**
 * E4, stratified: what a batch of rows drawn without replacement from `sentences` says of the mixture over all of
 * them; [rows, rows], every row sums to 1 before the logarithm. The special other index of row a is a + 1.
 */
export function stratifiedWeights(rows: number, sentences: number): LogWeights {
  // One row, or all sentences in the batch: there is nothing left to stratify.
  if (rows === 1 || rows >= sentences) return evenWeights(rows);
  const m = rows - 1;
  const values = Float32Array.from({ length: rows * rows }, (_, i) => {
    const [a, b] = [Math.floor(i / rows), i % rows];
    if (a === b) return Math.log(1 / sentences);
    return Math.log(b === (a + 1) % rows ? (sentences - m) / (sentences * m) : 1 / m);
  });
  return tf.tensor2d(values, [rows, rows]);
}

/** log sum_b exp(values_ab + log weight_ab): [a, b] or [a, b, parts] to [a] or [a, parts]. */
function mixed(values: Tensor2D | Tensor3D, weights: LogWeights): Tensor1D | Tensor2D {
  if (typeof weights === 'number') return tf.add(tf.logSumExp(values, 1), weights);
  const spread = values.rank === 3 ? tf.expandDims(weights, 2) : weights;
  return tf.logSumExp(tf.add(values, spread), 1);
}

/** Means over a batch, nats; the parts add up to the mean of log q(z|x) - log p(z) exactly (E6). */
export interface Decomposition {
  /** MI: log q(z|x) - log q(z). */
  readonly information: Scalar;
  /** Between the groups: log q(z) - sum_g log q(z_g). */
  readonly between: Scalar;
  /** Within the groups: sum_g log q(z_g) - sum_j log q(z_j). */
  readonly within: Scalar;
  /** Total correlation: both together. */
  readonly total: Scalar;
  /** Dimension-wise KL: sum_j log q(z_j) - log p(z). */
  readonly dimensions: Scalar;
  /** KL of the aggregate to the prior: log q(z) - log p(z). */
  readonly aggregate: Scalar;
}

/**
 * Parts of the KL by the mixture of the batch's posteriors (E3, E4, E6; Chen et al. 2018, Esmaeili et al. 2019).
 * @param pairs log q(z_aj | x_b), [a, b, dim]
 * @param logPrior log p(z_a), [a]
 * @param groupSize coordinates of a group; the last group may be smaller
 */
export function decompose(
  pairs: Tensor3D,
  logPrior: Tensor1D,
  { weights, groupSize }: { weights: LogWeights; groupSize: number },
): Decomposition {
  const [rows, , dim] = pairs.shape;
  const mean = (x: Tensor1D | Tensor2D): Scalar => tf.mean(x.rank === 2 ? tf.sum(x, 1) : x);
  const whole = tf.sum(pairs, 2) as Tensor2D;
  // Of each sentence under its own posterior: the diagonal.
  const own = tf.sum(tf.mul(whole, tf.eye(rows)), 1) as Tensor1D;
  const grouped: Tensor2D[] = [];
  for (let from = 0; from < dim; from += groupSize) {
    const size = Math.min(groupSize, dim - from);
    grouped.push(tf.sum(tf.slice(pairs, [0, 0, from], [rows, rows, size]), 2));
  }
  const [logOwn, logPriorMean] = [mean(own), mean(logPrior)];
  const logWhole = mean(mixed(whole, weights));
  // One group is the whole code and groups of one are the coordinates: the same numbers, so that their difference is 0.
  const logDimensions = mean(mixed(pairs, weights));
  const logGroups =
    grouped.length === 1
      ? logWhole
      : groupSize === 1
        ? logDimensions
        : mean(mixed(tf.stack(grouped, 2) as Tensor3D, weights));
  return {
    information: tf.sub(logOwn, logWhole),
    between: tf.sub(logWhole, logGroups),
    within: tf.sub(logGroups, logDimensions),
    total: tf.sub(logWhole, logDimensions),
    dimensions: tf.sub(logDimensions, logPriorMean),
    aggregate: tf.sub(logWhole, logPriorMean),
  };
}
