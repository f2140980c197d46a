import type { Posterior } from '../blocks.ts';
import { integer, number } from './field.ts';
import { wideSpreadField } from './spread.ts';
import type { FormulaSymbol } from './method.ts';

/** Fields of posteriors that gradient steps refine (Kim et al. 2018). */
export const refinementFields = {
  refinementSteps: integer({
    title: 'Refinement steps K',
    unit: 'gradient steps per sentence',
    group: 'method',
    min: 0,
    max: 100,
    default: 20,
    raise: 'Raise it for posteriors closer to the best ones; time grows with it.',
    lower: 'Lower it to train faster; 0 leaves the encoder’s posterior as it is.',
  }),
  refinementRate: number({
    title: 'Refinement rate α',
    unit: 'on the mean loss of a batch',
    group: 'method',
    min: 0.001,
    max: 100,
    step: 0.1,
    default: 1,
    raise: 'Raise it when the refinement hardly lowers the loss.',
    lower: 'Lower it when the refinement makes the loss jump.',
  }),
  refinementMomentum: number({
    title: 'Refinement momentum ρ',
    unit: '',
    group: 'method',
    min: 0,
    max: 0.99,
    step: 0.05,
    default: 0.5,
    raise: 'Raise it to carry more of the last step into the next.',
    lower: 'Lower it when the steps overshoot.',
  }),
  // As released.
  spread: wideSpreadField,
} as const;

interface RefinementOptions {
  readonly latent: number;
  readonly batch: number;
  readonly refinementSteps: number;
  readonly refinementRate: number;
  readonly refinementMomentum: number;
  readonly spread: number;
}
type Refined = Extract<Posterior, { kind: 'refined' }>;

export function refinedBy(o: RefinementOptions, encoder: Refined['encoder']) {
  const posterior: Refined = {
    kind: 'refined',
    dim: o.latent,
    steps: o.refinementSteps,
    rate: o.refinementRate,
    momentum: o.refinementMomentum,
    batch: o.batch,
    encoder,
    spread: o.spread,
  };
  return { posterior, decoder: { kind: 'lstm', spread: o.spread } } as const;
}

export const refinementSymbols: readonly FormulaSymbol[] = [
  { tex: 'z', meaning: 'the latent code of a sentence', option: 'latent' },
  { tex: String.raw`\lambda_k`, meaning: 'mean and log-variance of the posterior after k steps' },
  { tex: 'K', meaning: 'gradient steps for each sentence', option: 'refinementSteps' },
  { tex: String.raw`\alpha`, meaning: 'size of a step', option: 'refinementRate' },
  { tex: String.raw`\beta_t`, meaning: 'KL weight at update t', option: 'warmUp' },
];
