import type { Condition } from '../../../contract/blocks.ts';
import type { BlockMap, ConditionBlock, ConditionContext } from '../block.ts';
import { label } from './label.ts';

export const conditions: BlockMap<Condition, ConditionBlock | null, ConditionContext> = {
  label,
  none: () => null,
};
