/** A coordinate counts as active when its code varies at least this much over sentences (Burda et al. 2016). */
const ACTIVE = 0.01;

/** Number of coordinates whose mean code has a variance of at least 0.01: two passes, dividing by n - 1. */
export function activeUnits(means: Float32Array, dim: number): number {
  const rows = means.length / dim;
  let active = 0;
  for (let j = 0; j < dim; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += means[i * dim + j]!;
    mean /= rows;
    let square = 0;
    for (let i = 0; i < rows; i++) square += (means[i * dim + j]! - mean) ** 2;
    if (square / (rows - 1) >= ACTIVE) active++;
  }
  return active;
}
