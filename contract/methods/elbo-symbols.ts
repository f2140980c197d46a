import type { FormulaSymbol } from './method.ts';

/** Symbols shared by the formulas of every method that trains on the ELBO. */
export const elboSymbols: readonly FormulaSymbol[] = [
  { tex: 'z', meaning: 'the latent code of a sentence', option: 'latent' },
  { tex: String.raw`q_\phi(z \mid x)`, meaning: 'the posterior: where the encoder puts the sentence x' },
  { tex: String.raw`p_\theta(x \mid z)`, meaning: 'the decoder: how likely it writes x from z' },
  { tex: 'p(z)', meaning: 'the prior: a standard normal distribution' },
  { tex: String.raw`D_{\mathrm{KL}}`, meaning: 'nats of information the code pays for leaving the prior' },
];

/** The annealed KL weight. */
export const annealedWeight: FormulaSymbol = {
  tex: String.raw`\beta_t`,
  meaning: 'KL weight at update t: rises to 1 during the warm-up',
  option: 'warmUp',
};
