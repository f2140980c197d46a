import * as z from 'zod';
import { rateState } from './learning-rate.ts';

/** Everything a run must remember besides its parameters and optimizer slots to go on bit for bit. */
export const loopState = z.object({
  /** What it belongs to; a save of another method or seed is refused. */
  methodId: z.string(),
  seed: z.number().int(),
  /** Updates made. */
  step: z.number().int(),
  /** Executions of training programs: the noise counter of the next one. */
  executions: z.number().int(),
  /** Epochs closed by an evaluation. */
  epoch: z.number().int(),
  /** Updates since. */
  inEpoch: z.number().int(),
  /** Passes over the training split begun before this one, and batches visited in it. */
  pass: z.number().int(),
  position: z.number().int(),
  /** Passes of which the procedure has been told. */
  judgedPass: z.number().int(),
  /** Weight of the next update. */
  klWeight: z.number(),
  /** Other numbers that change between updates, by name; those of the next update. */
  gauges: z.record(z.string(), z.number()),
  /** State of the procedure, checked by its own schema. */
  procedure: z.unknown(),
  rate: rateState,
  /** The best validation loss; its parameters lie in the run folder. */
  best: z.object({ loss: z.number(), step: z.number().int(), epoch: z.number().int() }).nullable(),
  /** States of the watchers by name. */
  watchers: z.record(z.string(), z.unknown()),
  /** Training is over, measuring may not be. */
  done: z.boolean(),
  /** It was ended early by its user, who kept the model. */
  stopped: z.boolean(),
});
export type LoopState = z.infer<typeof loopState>;
