/**
 * Exponential smoothing over a whole series, `weight` from 0 (as it is) to below 1. The start is corrected for the
 * missing past (Kingma & Ba 2015, section 3), so a constant stays that constant from its first point on.
 */
export function smooth(
  series: readonly (readonly [number, number])[],
  weight: number,
): [step: number, value: number][] {
  let [sum, mass] = [0, 0];
  return series.map(([step, value]) => {
    sum = weight * sum + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return [step, sum / mass];
  });
}
