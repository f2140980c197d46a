import { elboSymbols } from './elbo-symbols.ts';
import { number } from './field.ts';
import { method } from './method.ts';

export default method({
  id: 'beta-vae',
  title: 'β-VAE',
  family: 'kl-weight',
  plain: 'Sets one fixed price for the information in the code: cheap below 1, dear above 1.',
  goodWhen: 'you want more information in the code and can live with a worse likelihood (β below 1).',
  watchOutFor:
    'with a small β sentences drawn from the prior are poor, because the codes drift away from it.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \beta\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right)`,
  symbols: [
    ...elboSymbols,
    { tex: String.raw`\beta`, meaning: 'KL weight: the price of information', option: 'beta' },
  ],
  citation: 'Higgins et al. 2017',
  latent: true,
  own: {
    beta: number({
      title: 'KL weight β',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 100,
      step: 0.1,
      default: 0.4,
      raise: 'Raise it for codes closer to the prior and better sentences from the prior.',
      lower: 'Lower it for more information in the code and better reconstructions.',
    }),
  },
  compose: (o) => ({
    klWeight: { kind: 'constant', value: o.beta },
  }),
});
