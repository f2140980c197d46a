import type { View } from '../block.ts';

/** Means and log-variances of the posteriors of a batch, [batch, dim]; throws where they are no diagonal Gaussians. */
export function gaussianOf({ posterior, belief }: Pick<View, 'posterior' | 'belief'>) {
  const gaussian = posterior.measured?.gaussian?.(belief);
  if (!gaussian) throw new Error('a block that compares Gaussian posteriors stands in a method without them');
  return gaussian;
}
