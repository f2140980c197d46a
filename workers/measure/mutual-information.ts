import type { Density } from '../blocks/block.ts';

/** log(exp(x_0) + ... ), stable. */
export function logSumExp(x: Float64Array | readonly number[]): number {
  let max = -Infinity;
  for (const value of x) max = Math.max(max, value);
  if (max === -Infinity) return max;
  let sum = 0;
  for (const value of x) sum += Math.exp(value - max);
  return max + Math.log(sum);
}

/** E3: log of the mixture of `rows` posteriors (rows `from` on) at sample `a`, nats. */
export function logMixture(density: Density, z: Float32Array, a: number, from: number, rows: number): number {
  const each = new Float64Array(rows);
  for (let b = 0; b < rows; b++) each[b] = density.log(z, a, from + b);
  return logSumExp(each) - Math.log(rows);
}

/**
 * E5: the mutual information under q on the set of rows `from` to `from + rows`, with one sample a row and the exact
 * entropy, nats. At most log(rows) up to sampling noise.
 */
export function mutualInformation(density: Density, z: Float32Array, from: number, rows: number): number {
  let sum = 0;
  for (let a = from; a < from + rows; a++) {
    sum -= density.entropy(a) + logMixture(density, z, a, from, rows);
  }
  return sum / rows;
}
