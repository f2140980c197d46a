import { choice } from './field.ts';
import { method } from './method.ts';
import { adam, firstConcentration, sphereLatent, sphereSymbols } from './sphere.ts';

export default method({
  id: 'vmf-vae-learned',
  title: 'Spherical autoencoder, learned sharpness',
  family: 'code',
  plain: 'Codes are directions, and the model itself chooses how sharp the code of each sentence is.',
  goodWhen: 'you want to watch a code being given up: next to the fixed sharpness it shows why that helps.',
  watchOutFor: 'the KL only ever asks for less sharpness, so it falls to 0 (posterior collapse).',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \mathrm{KL}(\kappa_x, d), \quad q_\phi(z \mid x) \propto e^{\kappa_x\, \mu_x^\top z}`,
  symbols: [
    ...sphereSymbols,
    {
      tex: String.raw`\kappa_x`,
      meaning: 'how sharply the code of the sentence x lies around its direction',
      option: 'concentration',
    },
    { tex: String.raw`\mu_x`, meaning: 'the direction that the encoder gives the sentence x' },
  ],
  citation: 'Xu & Durrett 2018',
  latent: true,
  own: {
    concentration: firstConcentration,
    slope: choice({
      title: 'What trains the sharpness',
      unit: '',
      group: 'method',
      choices: [
        { value: 'kl', title: 'The KL alone, as released' },
        { value: 'pathwise', title: 'KL and reconstruction' },
      ],
      default: 'kl',
      raise: 'With the KL alone the collapse is certain: it shows the effect at its purest.',
      lower: 'With the reconstruction as well, a sentence can pay for a sharper code.',
    }),
    latent: sphereLatent,
  },
  defaults: adam,
  compose: (o) => ({
    posterior: {
      kind: 'vmfLearned',
      dim: o.latent,
      start: o.concentration,
      slope: o.slope,
    },
    prior: { kind: 'sphere' },
  }),
});
