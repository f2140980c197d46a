import { mmdSquared } from '../blocks/kernels.ts';
import type { Model } from '../blocks/model.ts';
import type { Engine, Tensor2D } from '../tensor/index.ts';
import { codesNoise } from './codes.ts';

/** Codes in a set: one size for all, since the V-statistic of equal distributions falls with it (methods.md E8). */
const SET = 32;
/** Sets, at most. */
const SETS = 32;
/** Seed of the prior's codes: the same in every run. */
const SEED = 2;

/**
 * MMD² between codes of sentences and codes of the prior: V-statistic with the kernel `rbf`, mean over sets of 32.
 * Null for a model without codes or without a prior to draw from.
 * @returns codes [sentences, dim] to their mean MMD²; null where there are fewer than a set
 */
export function codeDiscrepancy({ posterior, prior }: Model, engine: Engine) {
  if (!posterior || !prior) return null;
  const { dim } = posterior;
  const program = engine.program({
    name: 'MMD of codes and prior',
    feeds: { codes: { dtype: 'float32' }, noise: { dtype: 'float32' } },
    body: ({ codes, noise }, step) => {
      const drawn = prior.sample(step, noise as Tensor2D);
      return { mmd: mmdSquared(codes as Tensor2D, drawn, 'rbf', 'V') };
    },
  });
  return (codes: Float32Array): number | null => {
    const sets = Math.min(SETS, Math.floor(codes.length / dim / SET));
    if (sets === 0) return null;
    let total = 0;
    for (let i = 0; i < sets; i++) {
      const out = program.run(
        {
          codes: { data: codes.slice(i * SET * dim, (i + 1) * SET * dim), shape: [SET, dim] },
          noise: { data: codesNoise(SEED, i * SET, SET, prior.noise), shape: [SET, prior.noise] },
        },
        { counter: 0 },
      );
      total += out.mmd[0]!;
    }
    return total / sets;
  };
}
