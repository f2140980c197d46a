import type { Posterior } from '../../../contract/blocks.ts';
import type { BlockContext, BlockMap, PosteriorBlock } from '../block.ts';
import { bidirectional } from './bidirectional.ts';
import { gaussian } from './gaussian.ts';
import { given } from './given.ts';
import { layered } from './layered.ts';
import { lognormal } from './lognormal.ts';
import { point } from './point.ts';
import { rectified } from './rectified.ts';
import { refined } from './refined.ts';
import { unit } from './unit.ts';
import { vmf, vmfLearned } from './vmf.ts';

export const posteriors: BlockMap<Posterior, PosteriorBlock | null, BlockContext> = {
  bidirectional,
  gaussian,
  given,
  layered,
  lognormal,
  none: () => null,
  point,
  rectified,
  refined,
  unit,
  vmf,
  vmfLearned,
};
