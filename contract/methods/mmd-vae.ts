import { aggregateSymbols, kernelField, mmdWeight } from './matching.ts';
import { method } from './method.ts';

export default method({
  id: 'mmd-vae',
  title: 'MMD-VAE',
  family: 'matching',
  plain: 'Asks no price from a single code; only all codes together must take the shape of the prior.',
  goodWhen: 'the code should say much about each sentence and sentences from the prior should still be good.',
  watchOutFor: 'nothing holds the width of a single posterior, so the KL can grow very large.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \lambda\, \mathrm{MMD}^2_k\!\left(q(z),\,p(z)\right)`,
  symbols: [
    ...aggregateSymbols,
    { tex: String.raw`\lambda`, meaning: 'price of differing from the prior', option: 'weight' },
    { tex: 'k', meaning: 'the kernel that compares codes', option: 'kernel' },
  ],
  citation: 'Zhao, Song & Ermon 2017',
  latent: true,
  own: {
    weight: mmdWeight,
    kernel: kernelField,
  },
  compose: (o) => ({
    klWeight: { kind: 'off' },
    regularizers: [{ kind: 'mmd', weight: o.weight, kernel: o.kernel }],
  }),
});
