import type { Regularizer } from '../../../contract/blocks.ts';
import type { BlockContext, BlockMap, RegularizerBlock } from '../block.ts';
import { bagOfWords } from './bag-of-words.ts';
import { codeRegression } from './code-regression.ts';
import { covariance } from './covariance.ts';
import { decomposition } from './decomposition.ts';
import { hsic } from './hsic.ts';
import { labelHead } from './label-head.ts';
import { classMmd } from './class-mmd.ts';
import { mmd } from './mmd.ts';
import { noiseCost } from './noise-cost.ts';
import { diversity, smoothness } from './posterior-pairs.ts';
import { reencoding } from './reencoding.ts';

export const regularizers: BlockMap<Regularizer, RegularizerBlock, BlockContext> = {
  bagOfWords,
  codeRegression,
  covariance,
  decomposition,
  diversity,
  hsic,
  labelHead,
  classMmd,
  mmd,
  noiseCost,
  reencoding,
  smoothness,
};
