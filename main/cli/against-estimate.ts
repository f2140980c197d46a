import type { Run } from '../../contract/entities.ts';
import type { Cell } from './columns.ts';

/** What finished runs took, beside what was estimated before their start. */
export const estimateHeads = ['took', 'estimated', 'memory', 'estimated'] as const;

export function againstEstimate({ results, seconds, peakBytes, estimate }: Run): Cell[] {
  if (!results) return estimateHeads.map(() => null);
  return [
    duration(seconds),
    estimate && `${duration(estimate.seconds.low)} to ${duration(estimate.seconds.high)}`,
    peakBytes && mega(peakBytes),
    estimate && mega(estimate.bytes),
  ];
}

export const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
