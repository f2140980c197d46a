/**
 * Noise counters of measurements. Training counts its executions from 0; these begin far above, so that measuring
 * never draws the noise of a training step, and every evaluation of a run sees the same noise: two evaluations
 * differ by the parameters alone.
 */
export const counters = {
  /** Added to a training step's own: a second batch of the same step has noise of its own. */
  second: 2 ** 29,
  evaluation: 2 ** 30,
  importance: 2 ** 30 + 2 ** 28,
  posterior: 2 ** 30 + 2 ** 29,
  aggregate: 2 ** 30 + 2 ** 29 + 2 ** 28,
} as const;
