import { disentangling, informationWeightField } from './disentangling.ts';
import { elboSymbols } from './elbo-symbols.ts';
import { number } from './field.ts';
import { method } from './method.ts';
import { beyondKl, estimatorField } from './mixture.ts';

export default method({
  id: 'beta-tcvae',
  title: 'β-TCVAE',
  family: 'disentangling',
  plain:
    'Asks an extra price when dimensions of the code depend on each other, so that each says its own thing.',
  goodWhen: 'you want dimensions that can be read one by one.',
  watchOutFor:
    'a code that is ignored has independent dimensions too: this term says nothing against collapse.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \alpha\, I_q(x; z) + \beta\, \mathrm{TC}(z) + \gamma \sum_j D_{\mathrm{KL}}\!\left(q(z_j)\,\Vert\,p(z_j)\right)`,
  symbols: [
    ...elboSymbols,
    { tex: 'I_q(x; z)', meaning: 'information of the code about the sentence' },
    { tex: String.raw`\alpha`, meaning: 'its price', option: 'informationWeight' },
    {
      tex: String.raw`\mathrm{TC}(z)`,
      meaning: 'total correlation: how much the dimensions depend on each other',
    },
    { tex: String.raw`\beta`, meaning: 'its price', option: 'correlationWeight' },
    {
      tex: String.raw`\gamma`,
      meaning: 'price of dimensions that differ from the prior',
      option: 'dimensionWeight',
    },
  ],
  citation: 'Chen et al. 2018',
  latent: true,
  own: {
    informationWeight: informationWeightField('at 0 information is free'),
    correlationWeight: number({
      title: 'Total correlation weight β',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 1000,
      step: 0.5,
      default: 6,
      raise: 'Raise it when dimensions move together.',
      lower: 'Lower it when reconstructions suffer; at 1 this is the VAE.',
    }),
    dimensionWeight: number({
      title: 'Dimension weight γ',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 100,
      step: 0.1,
      default: 1,
      raise: 'Raise it when sentences from the prior are poor.',
      lower: 'Lower it to let dimensions take other shapes than the prior.',
    }),
    estimator: estimatorField,
  },
  defaults: disentangling,
  compose: (o) => ({
    regularizers: beyondKl(
      { information: o.informationWeight, total: o.correlationWeight, dimensions: o.dimensionWeight },
      o.estimator,
    ),
  }),
});
