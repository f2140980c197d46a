import { perplexity } from './corpus-score.ts';
import { bits } from './random.ts';

export interface Interval {
  low: number;
  high: number;
  /** Share of replicates inside. */
  level: number;
  replicates: number;
}

/**
 * Percentile bootstrap (Efron 1979) of a perplexity: sentences are drawn anew with replacement, sums and counts
 * together. `scores` are log10 by sentence, `tokens` their lengths. NaN bounds when there is no sentence.
 */
export function bootstrapPerplexity(
  scores: Float64Array,
  tokens: Uint32Array,
  { replicates = 1000, level = 0.95, seed = 1 } = {},
): Interval {
  const n = scores.length;
  const drawn = new Float64Array(replicates);
  for (let r = 0; r < replicates; r++) {
    let log10 = 0;
    let count = 0;
    for (let i = 0; i < n; i++) {
      const j = Math.floor((bits(seed, r * n + i) / 0x1_0000_0000) * n);
      log10 += scores[j]!;
      count += tokens[j]!;
    }
    drawn[r] = perplexity(log10, count);
  }
  drawn.sort();
  const at = (share: number) => drawn[Math.round(share * (replicates - 1))]!;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2), level, replicates };
}
