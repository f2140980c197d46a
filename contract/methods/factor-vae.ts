import { elboSymbols } from './elbo-symbols.ts';
import { number } from './field.ts';
import { adversaryRate } from './matching.ts';
import { method } from './method.ts';

export default method({
  id: 'factor-vae',
  title: 'FactorVAE',
  family: 'adversarial',
  plain:
    'A VAE that also pays when the numbers of its codes hang together; a second network finds out how much they do.',
  goodWhen: 'each dimension of the code should stand for something of its own.',
  watchOutFor:
    'the penalty says nothing about collapse: a code that is ignored has no dependence to pay for.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right) + \gamma\, D_{\mathrm{KL}}\!\left(q(z)\,\middle\Vert\,\textstyle\prod_j q(z_j)\right)`,
  symbols: [
    ...elboSymbols,
    { tex: 'q(z)', meaning: 'where the codes of all sentences together lie' },
    {
      tex: String.raw`\textstyle\prod_j q(z_j)`,
      meaning: 'the same with every dimension shuffled over the sentences',
    },
    { tex: String.raw`\gamma`, meaning: 'price of dependence between dimensions', option: 'weight' },
  ],
  citation: 'Kim & Mnih 2018',
  latent: true,
  own: {
    weight: number({
      title: 'Weight of the total correlation γ',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 1000,
      step: 1,
      default: 10,
      raise: 'Raise it when dimensions of the code still move together.',
      lower: 'Lower it when the code says too little.',
    }),
    adversaryRate,
  },
  compose: (o) => ({
    adversary: { kind: 'densityRatio', weight: o.weight, learningRate: o.adversaryRate },
    procedure: { kind: 'alternating' },
  }),
});
