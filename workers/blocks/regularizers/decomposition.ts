import type { KlPart, Regularizer, TermName } from '../../../contract/blocks.ts';
import { tf, type Scalar } from '../../tensor/index.ts';
import type { BlockContext, RegularizerBlock } from '../block.ts';
import { decompose, evenWeights, pairLogDensities, stratifiedWeights } from '../mixture.ts';
import { gaussianOf } from './gaussian-of.ts';

const names: Record<KlPart, TermName> = {
  information: 'information',
  total: 'totalCorrelation',
  between: 'betweenGroups',
  within: 'withinGroups',
  dimensions: 'dimensionKl',
  aggregate: 'aggregateKl',
};

/** weight times one part of the KL, by the mixture of the batch (E6). */
export function decomposition(
  { part, weight, groupSize, estimator }: Extract<Regularizer, { kind: 'decomposition' }>,
  { sentences }: BlockContext,
): RegularizerBlock {
  return {
    name: names[part],
    term: (step, view) => {
      const { z, prior } = view;
      if (!prior?.logDensity) throw new Error('parts of the KL need the density of the prior');
      const { mean, logVariance } = gaussianOf(view);
      const rows = z.shape[0];
      const weights = estimator === 'batch' ? evenWeights(rows) : stratifiedWeights(rows, sentences);
      const pairs = pairLogDensities(mean, logVariance, z);
      const parts = decompose(pairs, prior.logDensity(z, step), { weights, groupSize });
      return tf.mul(weight, parts[part]) as Scalar;
    },
  };
}
