import type { Regularizer } from '../../../contract/blocks.ts';
import type { RegularizerBlock } from '../block.ts';
import { awayFromIdentity, covarianceOfCodes, covarianceOfMeans } from '../covariances.ts';
import { gaussianOf } from './gaussian-of.ts';

/** Distance of the batch's covariance from the identity (Kumar et al. 2018), of means (I) or of codes (II). */
export function covariance({
  of,
  offDiagonal,
  diagonal,
}: Extract<Regularizer, { kind: 'covariance' }>): RegularizerBlock {
  return {
    name: 'covariance',
    term: (_, view) => {
      if (of === 'means') {
        const means = view.posterior.mean(view.belief);
        return awayFromIdentity(covarianceOfMeans(means), offDiagonal, diagonal);
      }
      const { mean, logVariance } = gaussianOf(view);
      return awayFromIdentity(covarianceOfCodes(mean, logVariance), offDiagonal, diagonal);
    },
  };
}
