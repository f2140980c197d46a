import type { Prior } from '../../../contract/blocks.ts';
import type { BlockContext, BlockMap, PriorBlock } from '../block.ts';
import { generator } from './generator.ts';
import { layered } from './layered.ts';
import { lognormal } from './lognormal.ts';
import { sphere } from './sphere.ts';
import { standardNormal } from './standard-normal.ts';

export const priors: BlockMap<Prior, PriorBlock | null, BlockContext> = {
  // Codes are drawn from sentences where they are written (workers/measure/aggregate-codes.ts).
  aggregate: () => null,
  generator,
  layered: (_, context) => layered(context),
  lognormal: (_, context) => lognormal(context),
  none: () => null,
  sphere: (_, context) => sphere(context),
  standardNormal: (_, context) => standardNormal(context),
};
