import type { KlWeight } from '../../../contract/blocks.ts';
import type { BlockMap, KlWeightBlock, KlWeightContext } from '../block.ts';
import { capacity } from './capacity.ts';
import { freeBits } from './free-bits.ts';
import { lagrange } from './lagrange.ts';
import { linear } from './linear.ts';
import { logistic } from './logistic.ts';

const fixed = (value: number): KlWeightBlock => ({ start: value, next: () => value });

export const klWeights: BlockMap<KlWeight, KlWeightBlock, KlWeightContext> = {
  capacity,
  constant: ({ value }) => fixed(value),
  freeBits,
  lagrange,
  linear,
  logistic,
  off: () => fixed(0),
};
