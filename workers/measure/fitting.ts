/** Numbers of one activation of the LSTM held at once (32 MB). */
const ACTIVATIONS_AT_ONCE = 1 << 23;

/**
 * Groups of `unit` rows taken together in one execution: as many as memory allows, from 1 to `most`.
 * `length` in words, `hidden` in LSTM units.
 */
export function groupsThatFit(unit: number, length: number, hidden: number, most: number): number {
  const fit = Math.floor(ACTIVATIONS_AT_ONCE / (unit * (length + 2) * hidden));
  return Math.min(most, Math.max(1, fit));
}
