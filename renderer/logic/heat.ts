/** Steps of the surprisal scale, in bits; each has a colour and an underline, so that it reads without colour. */
export const heatSteps = [0, 2, 5, 8, 11, 14] as const;

/** 0 (expected) to 5 (very surprising). */
export function heatStep(bits: number): number {
  let step = 0;
  while (step < heatSteps.length - 1 && bits >= heatSteps[step + 1]!) step += 1;
  return step;
}

/** Background and underline of a step. The share of colour stays low enough for the text to keep its contrast. */
export function heatStyle(step: number): Record<string, string> {
  return {
    backgroundColor: `color-mix(in srgb, var(--heat) ${step * 9}%, transparent)`,
    borderBottom: `${step * 0.8}px solid var(--heat-line)`,
  };
}
