/** The step axis of a chart: which steps are shown, and on which pixels of the plot area. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
}

export type Range = readonly [from: number, to: number];

export const toPixel = ({ from, to, left, right }: Scale, step: number) =>
  left + ((step - from) / Math.max(1e-9, to - from)) * (right - left);

export const toStep = ({ from, to, left, right }: Scale, pixel: number) =>
  from + ((pixel - left) / Math.max(1e-9, right - left)) * (to - from);

/** Range shown after zooming by a factor (below 1 is closer) around a step; null where it holds everything. */
export function zoomed(shown: Range, all: Range, around: number, factor: number): Range | null {
  const width = Math.max(2, (shown[1] - shown[0]) * factor);
  if (width >= all[1] - all[0]) return null;
  const place = (around - shown[0]) / Math.max(1e-9, shown[1] - shown[0]);
  const from = Math.min(Math.max(all[0], around - place * width), all[1] - width);
  return [from, from + width];
}

/** Range between two pixels of a drag; null for a mere click. */
export function dragged(scale: Scale, a: number, b: number, least = 6): Range | null {
  if (Math.abs(a - b) < least) return null;
  const clamp = (step: number) => Math.min(scale.to, Math.max(scale.from, step));
  const [from, to] = [clamp(toStep(scale, Math.min(a, b))), clamp(toStep(scale, Math.max(a, b)))];
  return to - from < 1e-6 ? null : [from, to];
}

/** Bounds of a value axis: what is drawn in the range with a little air, never a flat line. */
export function valueBounds(values: readonly number[], fromZero: boolean): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  const air = Math.max((high - low) * 0.08, Math.abs(high) * 0.01, 1e-6);
  return [fromZero && low >= 0 ? 0 : low - air, high + air];
}
