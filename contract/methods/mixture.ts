import type { KlPart, Regularizer } from '../blocks.ts';
import { choice } from './field.ts';

/** Fields and terms of methods that weight the parts of the KL by the mixture of the batch. */
export const estimatorField = choice({
  title: 'Mixture of posteriors',
  unit: '',
  group: 'method',
  choices: [
    { value: 'batch', title: 'Every sentence of the batch alike' },
    { value: 'stratified', title: 'The batch as a draw from the whole training split' },
  ],
  default: 'batch',
  raise: 'The batch alone gives the smallest variance.',
  lower: 'The whole split is what the formula means, but a batch says little about it.',
});

/** What is charged beyond the KL itself, whose parts all weigh 1; a part that weighs 1 adds no term. */
export function beyondKl(
  weights: Partial<Record<KlPart, number>>,
  estimator: 'batch' | 'stratified',
  groupSize = 1,
): Regularizer[] {
  return Object.entries(weights)
    .filter(([, weight]) => weight !== 1)
    .map(([part, weight]) => ({
      kind: 'decomposition',
      part: part as KlPart,
      weight: weight - 1,
      groupSize,
      estimator,
    }));
}
