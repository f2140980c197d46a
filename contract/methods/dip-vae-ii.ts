import { covarianceSymbols, diagonalField, offDiagonalField } from './covariance.ts';
import { disentangling } from './disentangling.ts';
import { method } from './method.ts';

export default method({
  id: 'dip-vae-ii',
  title: 'DIP-VAE II',
  family: 'disentangling',
  plain:
    'Presses all codes together, noise included, to spread alike in every dimension without moving together.',
  goodWhen: 'dimensions should be readable one by one.',
  watchOutFor: 'noise alone satisfies it: unlike DIP-VAE I it does not keep the code from being ignored.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right) + \lambda_{od} \sum_{i \ne j} C_{ij}^2 + \lambda_d \sum_i (C_{ii} - 1)^2, \quad C = \mathrm{Cov}_{q(z)}[z]`,
  symbols: [...covarianceSymbols, { tex: 'q(z)', meaning: 'where the codes of all sentences together lie' }],
  citation: 'Kumar et al. 2018',
  latent: true,
  own: { offDiagonal: offDiagonalField, diagonal: diagonalField(10) },
  defaults: disentangling,
  compose: (o) => ({
    regularizers: [{ kind: 'covariance', of: 'codes', offDiagonal: o.offDiagonal, diagonal: o.diagonal }],
  }),
});
