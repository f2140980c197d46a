import type { Procedure } from '../../../contract/blocks.ts';
import type { BlockMap } from '../block.ts';
import { aggressive } from './aggressive.ts';
import { alternating } from './alternating.ts';
import { averaged } from './averaged.ts';
import { factorBatches } from './factor-batches.ts';
import { joint } from './joint.ts';
import { polyak } from './polyak.ts';
import type { ProcedureBlock, ProcedureContext } from './procedure.ts';

export const procedures: BlockMap<Procedure, ProcedureBlock, ProcedureContext> = {
  aggressive,
  averaged,
  alternating: (_, context) => alternating(context),
  factorBatches,
  joint: (_, context) => joint(context),
  polyak,
};

export type { BatchSource, Execution, ProcedureBlock, ProcedureContext, Turn, Values } from './procedure.ts';
