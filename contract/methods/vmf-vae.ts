import { method } from './method.ts';
import { adam, fixedConcentration, sphereLatent, sphereSymbols } from './sphere.ts';

export default method({
  id: 'vmf-vae',
  title: 'Spherical autoencoder, fixed sharpness',
  family: 'code',
  plain: 'Codes are directions that are all equally sharp, so that no sentence can give up its code.',
  goodWhen: 'the code of a plain autoencoder is ignored, and you know how much it should carry.',
  watchOutFor:
    'the KL is a constant of your choice: it says nothing about training. Look at MI and active units.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \mathrm{KL}(\kappa, d), \quad q_\phi(z \mid x) \propto e^{\kappa\, \mu_x^\top z}`,
  symbols: [
    ...sphereSymbols,
    {
      tex: String.raw`\kappa`,
      meaning: 'how sharply codes lie around their direction',
      option: 'concentration',
    },
    { tex: String.raw`\mu_x`, meaning: 'the direction that the encoder gives the sentence x' },
  ],
  citation: 'Xu & Durrett 2018; Davidson et al. 2018; Guu et al. 2018',
  latent: true,
  own: { concentration: fixedConcentration, latent: sphereLatent },
  defaults: adam,
  compose: (o) => ({
    posterior: { kind: 'vmf', dim: o.latent, concentration: o.concentration },
    prior: { kind: 'sphere' },
  }),
});
