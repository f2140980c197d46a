import { tf, type Tensor1D } from '../../tensor/index.ts';
import type { BlockContext, PriorBlock } from '../block.ts';
import { logArea } from '../posteriors/vmf-functions.ts';
import { onSphere } from '../posteriors/vmf-sampler.ts';

/** Uniform on the unit sphere: normal numbers scaled to length 1. */
export function sphere({ latent }: BlockContext): PriorBlock {
  const log = -logArea(latent);
  return {
    noise: latent,
    sample: (_, noise) => onSphere(noise),
    logDensity: (z) => tf.fill([z.shape[0]], log) as Tensor1D,
  };
}
