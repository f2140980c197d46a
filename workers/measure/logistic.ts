import type { Breathe } from './breathe.ts';

/** A linear classifier: logits of a point are weights · (features, 1). */
export interface Classifier {
  /** The likeliest class of every point of [points, dim]. */
  readonly predict: (points: Float32Array) => Int32Array;
  /** Chances of the classes of every point, [points, classes]. */
  readonly chances: (points: Float32Array) => Float64Array;
  readonly iterations: number;
}

export interface Labelled {
  /** [points, dim] in a row. */
  readonly points: Float32Array;
  readonly dim: number;
  /** Class of each point, from 0. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

export interface FitOptions {
  /** Ridge of the standardised weights, on the mean cross-entropy; the intercept is free. */
  readonly ridge?: number;
  /** Ends when no slope of the mean cross-entropy is larger. */
  readonly tolerance?: number;
  readonly most?: number;
}

/**
 * Multinomial logistic regression in double precision on standardised features, by the bound of Böhning (1992,
 * Multinomial logistic regression algorithm): the Hessian is at most ½ (I - 11ᵀ/K) ⊗ XᵀX, and slopes add up to zero
 * over classes, so that every step W += (½ XᵀX + ridge)⁻¹ (Xᵀ(Y - P) - ridge W) lowers the loss.
 */
export function fitLogistic(data: Labelled, options: FitOptions = {}): Classifier {
  const work = fitting(data, options);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The same, letting messages in between two steps: wide codes take many seconds. */
export async function fitLogisticCalmly(data: Labelled, breathe: Breathe): Promise<Classifier> {
  const work = fitting(data, {});
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await breathe();
  }
}

/** Stops after every step. */
function* fitting(data: Labelled, options: FitOptions): Generator<undefined, Classifier> {
  const { ridge = 1e-4, tolerance = 1e-6, most = 500 } = options;
  const { dim, classes, labels } = data;
  const count = labels.length;
  const scale = scaleOf(data.points, dim);
  const rows = scale(data.points);
  const width = dim + 1;
  const bound = new Float64Array(width * width);
  for (let i = 0; i < count; i++)
    for (let a = 0; a < width; a++)
      for (let b = 0; b <= a; b++) bound[a * width + b]! += (rows[i * width + a]! * rows[i * width + b]!) / 2;
  for (let a = 0; a < width; a++) {
    // The tiny number stands for features that are constant: they have no slope and stay at 0.
    bound[a * width + a]! += a < dim ? ridge * count + 1e-9 : 0;
    for (let b = a + 1; b < width; b++) bound[a * width + b] = bound[b * width + a]!;
  }
  const factor = cholesky(bound, width);
  const weights = new Float64Array(classes * width);
  let iterations = 0;
  for (; iterations < most; iterations++) {
    const slopes = new Float64Array(classes * width);
    const chances = softmax(rows, weights, width, classes);
    for (let i = 0; i < count; i++)
      for (let k = 0; k < classes; k++) {
        const error = (labels[i] === k ? 1 : 0) - chances[i * classes + k]!;
        for (let a = 0; a < width; a++) slopes[k * width + a]! += error * rows[i * width + a]!;
      }
    let largest = 0;
    for (let k = 0; k < classes; k++)
      for (let a = 0; a < width; a++) {
        if (a < dim) slopes[k * width + a]! -= ridge * count * weights[k * width + a]!;
        largest = Math.max(largest, Math.abs(slopes[k * width + a]!) / count);
      }
    if (largest < tolerance) break;
    for (let k = 0; k < classes; k++) {
      const step = solve(factor, width, slopes.subarray(k * width, (k + 1) * width));
      for (let a = 0; a < width; a++) weights[k * width + a]! += step[a]!;
    }
    yield;
  }
  const chances = (points: Float32Array) => softmax(scale(points), weights, width, classes);
  return {
    iterations,
    chances,
    predict: (points) => {
      const all = chances(points);
      return Int32Array.from({ length: all.length / classes }, (_, i) => {
        const row = all.subarray(i * classes, (i + 1) * classes);
        return row.indexOf(Math.max(...row));
      });
    },
  };
}

/** Features less their means, divided by their standard deviations, and a 1: [points, dim] to [points, dim + 1]. */
function scaleOf(points: Float32Array, dim: number): (points: Float32Array) => Float64Array {
  const count = points.length / dim;
  const [mean, deviation] = [new Float64Array(dim), new Float64Array(dim)];
  points.forEach((value, i) => (mean[i % dim]! += value / count));
  points.forEach((value, i) => (deviation[i % dim]! += (value - mean[i % dim]!) ** 2 / count));
  for (let j = 0; j < dim; j++) deviation[j] = Math.sqrt(deviation[j]!);
  return (raw) => {
    const width = dim + 1;
    const out = new Float64Array((raw.length / dim) * width).fill(1);
    raw.forEach((value, i) => {
      const j = i % dim;
      // What is constant in single precision says nothing.
      const varies = deviation[j]! > 1e-6 * Math.max(1e-12, Math.abs(mean[j]!));
      out[Math.floor(i / dim) * width + j] = varies ? (value - mean[j]!) / deviation[j]! : 0;
    });
    return out;
  };
}

function softmax(rows: Float64Array, weights: Float64Array, width: number, classes: number): Float64Array {
  const count = rows.length / width;
  const out = new Float64Array(count * classes);
  for (let i = 0; i < count; i++) {
    let largest = -Infinity;
    for (let k = 0; k < classes; k++) {
      let logit = 0;
      for (let a = 0; a < width; a++) logit += weights[k * width + a]! * rows[i * width + a]!;
      out[i * classes + k] = logit;
      largest = Math.max(largest, logit);
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += out[i * classes + k] = Math.exp(out[i * classes + k]! - largest);
    for (let k = 0; k < classes; k++) out[i * classes + k]! /= sum;
  }
  return out;
}

/** Lower factor L of a positive definite matrix, A = L Lᵀ. */
function cholesky(matrix: Float64Array, width: number): Float64Array {
  const lower = new Float64Array(width * width);
  for (let a = 0; a < width; a++)
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * width + b]!;
      for (let k = 0; k < b; k++) sum -= lower[a * width + k]! * lower[b * width + k]!;
      lower[a * width + b] = a === b ? Math.sqrt(sum) : sum / lower[b * width + b]!;
    }
  return lower;
}

/** x of L Lᵀ x = right. */
function solve(lower: Float64Array, width: number, right: Float64Array): Float64Array {
  const x = Float64Array.from(right);
  for (let a = 0; a < width; a++) {
    for (let k = 0; k < a; k++) x[a]! -= lower[a * width + k]! * x[k]!;
    x[a]! /= lower[a * width + a]!;
  }
  for (let a = width - 1; a >= 0; a--) {
    for (let k = a + 1; k < width; k++) x[a]! -= lower[k * width + a]! * x[k]!;
    x[a]! /= lower[a * width + a]!;
  }
  return x;
}
