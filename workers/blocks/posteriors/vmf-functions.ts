/**
 * The von Mises-Fisher distribution on the unit sphere of R^d with concentration kappa > 0, density
 * C exp(kappa mu.z), in double precision (methods.md E15, 3.21). The power series of the Bessel function makes every
 * constant of the normaliser cancel against the area of the sphere, so small concentrations lose no digits:
 * log C = -log area - log S with S = sum over j of (kappa²/4)^j / (j! (d/2)_j).
 */

/** Terms this much below the largest (nats) add nothing in double precision. */
const NEGLIGIBLE = 40;
/** Levels of the continued fraction beyond nu + kappa. */
const LEVELS = 60;

/** log Gamma(d/2) of a whole d >= 1, from Gamma(1/2) = sqrt(pi) and Gamma(1) = 1. */
function logGammaHalf(d: number): number {
  let sum = d % 2 === 0 ? 0 : 0.5 * Math.log(Math.PI);
  for (let x = d % 2 === 0 ? 1 : 0.5; x < d / 2; x++) sum += Math.log(x);
  return sum;
}

/** log of the area of the unit sphere of R^d: log 2 + (d/2) log pi - log Gamma(d/2). */
export function logArea(d: number): number {
  return Math.LN2 + (d / 2) * Math.log(Math.PI) - logGammaHalf(d);
}

/** log S. */
function logSeries(d: number, kappa: number): number {
  const base = 2 * Math.log(kappa / 2);
  // The terms rise to their largest and then fall.
  const terms = [0];
  let largest = 0;
  let lost = 0;
  for (let j = 1; ; j++) {
    // Compensated (Kahan): hundreds of increments make one term.
    const increment = base - Math.log(j * (d / 2 + j - 1)) - lost;
    const term = terms[j - 1]! + increment;
    lost = term - terms[j - 1]! - increment;
    if (term < largest - NEGLIGIBLE) break;
    terms.push(term);
    largest = Math.max(largest, term);
  }
  let sum = 0;
  for (let j = terms.length - 1; j >= 0; j--) {
    if (terms[j]! > largest - NEGLIGIBLE && !(j === 0 && largest === 0)) sum += Math.exp(terms[j]! - largest);
  }
  // With the first term the largest, it is the 1 in log(1 + the others).
  return largest === 0 ? Math.log1p(sum) : largest + Math.log(sum);
}

/** A = I_{d/2}(kappa) / I_{d/2-1}(kappa), the mean of w = mu.z, by backward recurrence. */
export function meanCosine(d: number, kappa: number): number {
  const first = d / 2;
  let ratio = 0;
  for (let nu = first + Math.ceil(kappa) + LEVELS; nu >= first; nu--) ratio = 1 / ((2 * nu) / kappa + ratio);
  return ratio;
}

/** Var[w] = 1 - A² - (d - 1) A / kappa. */
export function cosineVariance(d: number, kappa: number): number {
  const mean = meanCosine(d, kappa);
  return 1 - mean * mean - ((d - 1) / kappa) * mean;
}

/** log C, nats. */
export function logNormaliser(d: number, kappa: number): number {
  return -logArea(d) - logSeries(d, kappa);
}

/** KL to the uniform distribution on the sphere, nats: kappa A + log C + log area. */
export function vmfKl(d: number, kappa: number): number {
  return kappa * meanCosine(d, kappa) - logSeries(d, kappa);
}

/** Entropy, nats. */
export function vmfEntropy(d: number, kappa: number): number {
  return logArea(d) - vmfKl(d, kappa);
}
