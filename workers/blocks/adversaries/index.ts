import type { Adversary } from '../../../contract/blocks.ts';
import type { AdversaryBlock, BlockContext, BlockMap } from '../block.ts';
import { critic } from './critic.ts';
import { densityRatio } from './density-ratio.ts';
import { jensenShannon } from './jensen-shannon.ts';
import { labelAdversary } from './label-adversary.ts';

export const adversaries: BlockMap<Adversary, AdversaryBlock | null, BlockContext> = {
  critic,
  densityRatio,
  jensenShannon,
  labelAdversary,
  none: () => null,
};
