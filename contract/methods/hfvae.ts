import { disentangling, informationWeightField } from './disentangling.ts';
import { elboSymbols } from './elbo-symbols.ts';
import { integer, number } from './field.ts';
import { method } from './method.ts';
import { beyondKl, estimatorField } from './mixture.ts';

export default method({
  id: 'hfvae',
  title: 'Hierarchically factorised VAE',
  family: 'disentangling',
  plain:
    'Splits the code into groups and sets separate prices for dependence between groups and inside them.',
  goodWhen: 'a property needs several dimensions, but different properties should stay apart.',
  watchOutFor: 'dependence is estimated within a batch: batches below 64 sentences make it very noisy.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \alpha\, I_q(x; z) + \beta\, \mathrm{TC}_{\mathcal G}(z) + \gamma \sum_{g} \mathrm{TC}(z_g) + \sum_j D_{\mathrm{KL}}\!\left(q(z_j)\,\Vert\,p(z_j)\right)`,
  symbols: [
    ...elboSymbols,
    { tex: 'I_q(x; z)', meaning: 'information of the code about the sentence' },
    { tex: String.raw`\alpha`, meaning: 'its price', option: 'informationWeight' },
    { tex: String.raw`\mathrm{TC}_{\mathcal G}(z)`, meaning: 'how much the groups depend on each other' },
    { tex: String.raw`\beta`, meaning: 'its price', option: 'betweenWeight' },
    {
      tex: String.raw`\mathrm{TC}(z_g)`,
      meaning: 'how much the dimensions of a group depend on each other',
      option: 'groupSize',
    },
    { tex: String.raw`\gamma`, meaning: 'its price', option: 'withinWeight' },
  ],
  citation: 'Esmaeili et al. 2019',
  latent: true,
  own: {
    informationWeight: informationWeightField('0 works against an ignored code'),
    betweenWeight: number({
      title: 'Weight between groups β',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 1000,
      step: 0.5,
      default: 4,
      raise: 'Raise it when groups move together.',
      lower: 'Lower it when reconstructions suffer.',
    }),
    withinWeight: number({
      title: 'Weight within groups γ',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 1000,
      step: 0.5,
      default: 3,
      raise: 'Raise it when dimensions of one group repeat each other.',
      lower: 'Lower it to let a group act as one.',
    }),
    groupSize: integer({
      title: 'Dimensions in a group',
      unit: 'dimensions',
      group: 'method',
      min: 1,
      max: 512,
      default: 4,
      raise: 'Raise it for fewer, richer groups.',
      lower: 'Lower it for more groups; at 1 every dimension is a group.',
    }),
    estimator: estimatorField,
  },
  defaults: disentangling,
  compose: (o) => ({
    regularizers: beyondKl(
      { information: o.informationWeight, between: o.betweenWeight, within: o.withinWeight },
      o.estimator,
      o.groupSize,
    ),
  }),
});
