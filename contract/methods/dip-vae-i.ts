import { covarianceSymbols, diagonalField, offDiagonalField } from './covariance.ts';
import { disentangling } from './disentangling.ts';
import { method } from './method.ts';

export default method({
  id: 'dip-vae-i',
  title: 'DIP-VAE I',
  family: 'disentangling',
  plain: 'Presses the centres of all codes to spread alike in every dimension, without moving together.',
  goodWhen: 'dimensions should be readable one by one and the code must not be ignored.',
  watchOutFor:
    'the spread of the centres is forced to 1, so the KL cannot fall to 0 even where it would help.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right) + \lambda_{od} \sum_{i \ne j} C_{ij}^2 + \lambda_d \sum_i (C_{ii} - 1)^2, \quad C = \mathrm{Cov}[\mu_\phi(x)]`,
  symbols: [
    ...covarianceSymbols,
    { tex: String.raw`\mu_\phi(x)`, meaning: 'the centre of the posterior of the sentence x' },
  ],
  citation: 'Kumar et al. 2018',
  latent: true,
  own: { offDiagonal: offDiagonalField, diagonal: diagonalField(100) },
  defaults: disentangling,
  compose: (o) => ({
    regularizers: [{ kind: 'covariance', of: 'means', offDiagonal: o.offDiagonal, diagonal: o.diagonal }],
  }),
});
