import type { Blocks, Posterior, Training } from './blocks.ts';

/**
 * Epochs in which an encoder is trained alone before everything else; 0 for a method that has one stage. At least one,
 * and at least one is left.
 */
export function firstEpochs(
  { posterior }: Pick<Blocks, 'posterior'>,
  { epochs }: Pick<Training, 'epochs'>,
): number {
  if (posterior.kind !== 'bidirectional') return 0;
  return Math.min(epochs - 1, Math.max(1, Math.round(posterior.firstShare * epochs)));
}

/** Whether codes stay what they are while decoder and prior are trained. */
export const standsStill = ({ kind }: Posterior): boolean => kind === 'bidirectional' || kind === 'given';
