import type { KlWeight } from '../../../contract/blocks.ts';
import type { KlWeightBlock } from '../block.ts';

/** 1 / (1 + exp(-slope (t - midpoint))) for update t (Bowman et al. 2016). */
export function logistic({ slope, midpoint }: Extract<KlWeight, { kind: 'logistic' }>): KlWeightBlock {
  const at = (t: number): number => 1 / (1 + Math.exp(-slope * (t - midpoint)));
  return { start: at(0), next: (_, t) => at(t) };
}
