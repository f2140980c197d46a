import type { KlWeight } from '../../../contract/blocks.ts';
import type { KlWeightBlock, KlWeightContext } from '../block.ts';

/** From `start`, before each update + (1 - start) / (epochs * updates in an epoch), capped at 1. */
export function linear(
  { start, epochs }: Extract<KlWeight, { kind: 'linear' }>,
  { updatesPerEpoch }: KlWeightContext,
): KlWeightBlock {
  const increment = (1 - start) / (epochs * updatesPerEpoch);
  return { start, next: (weight) => Math.min(1, weight + increment) };
}
