import type * as z from 'zod';
import type { Training } from '../../../contract/blocks.ts';
import type { Breathe } from '../../measure/breathe.ts';
import type { Engine } from '../../tensor/index.ts';
import type { Batch, SentenceFeeds } from '../../text/batches.ts';
import type { Split } from '../../text/split.ts';
import type { Terms } from '../block.ts';
import type { Model } from '../model.ts';

/** The training split cut into batches. */
export interface BatchSource {
  readonly count: number;
  /** The training split itself, for procedures that cut batches of their own. */
  readonly split: Split;
  feed(batch: number | Batch): SentenceFeeds;
  /** Predicted tokens of a batch. */
  words(index: number): number;
}

/** What a procedure trains with. */
export interface ProcedureContext {
  readonly model: Model;
  readonly engine: Engine;
  readonly training: Training;
  readonly batches: BatchSource;
  readonly seed: number;
}

/** What holds for the next execution. */
export interface Turn {
  /** The batch that the pass over the data has come to. */
  readonly visit: number;
  readonly klWeight: number;
  /** By name. */
  readonly gauges: Readonly<Record<string, number>>;
  /** Epochs closed so far. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Key of the noise: executions so far. */
  readonly counter: number;
}

/** Means over the batch, nats per sentence; gradient norm before clipping. */
export interface Values {
  readonly loss: number;
  readonly gradientNorm: number;
  /** What the loss is made of: `reconstruction` and `kl` (unweighted), and what other blocks added. */
  readonly terms: Terms;
}

export interface Execution<State> {
  readonly state: State;
  readonly values: Values;
  /** True when this execution completed an update: the visited batch is done with. */
  readonly update: boolean;
}

/**
 * How updates alternate. A procedure makes one execution at a time and keeps nothing but its state, so a run can
 * stop and be saved between any two executions.
 */
export interface ProcedureBlock<State = unknown> {
  readonly schema: z.ZodType<State>;
  readonly start: State;
  advance(state: State, turn: Turn): Execution<State>;
  /** Before the first execution of an epoch: what takes a pass over the training split. May be asked again. */
  opens?(state: State, epoch: number, breathe: Breathe): Promise<void>;
  /**
   * After the first evaluation that follows a whole pass over the training split; `mi` in nats on the validation split,
   * null where it is not defined. `says` is a line for the log.
   */
  passed(state: State, evaluation: { mi: number | null }): { state: State; says?: string };
  /** After every evaluation; `loss` is what the learning-rate rule goes by, nats on the validation split. */
  evaluated?(state: State, evaluation: { loss: number }): { state: State; says?: string };
  /** After the best parameters were put back with a fresh optimizer. */
  reloaded?(state: State): State;
  /** Puts the parameters that are to be measured in the place of those that are trained; answers what undoes it. */
  measured?(state: State): () => void;
}
