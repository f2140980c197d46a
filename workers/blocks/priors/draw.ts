import type { Step, Tensor2D } from '../../tensor/index.ts';
import type { PriorBlock } from '../block.ts';

/** Fresh codes of the prior inside an objective, [rows, dim]. */
export function priorCodes(prior: PriorBlock | null, step: Step, rows: number): Tensor2D {
  if (!prior) throw new Error('a block that compares with the prior stands in a method without one');
  return prior.sample(step, step.normal('prior codes', [rows, prior.noise]));
}

/** The same as the prior draws them while it is trained. */
export function trainingCodes(prior: PriorBlock | null, step: Step, rows: number): Tensor2D {
  if (!prior?.train) throw new Error('a block that trains the prior stands in a method whose prior is fixed');
  return prior.train(step, step.normal('prior codes', [rows, prior.noise]));
}
