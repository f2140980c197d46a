import { number } from './field.ts';
import { labelColumnField } from './labels.ts';
import { method } from './method.ts';

export default method({
  id: 'vib',
  title: 'Variational information bottleneck',
  family: 'labels',
  plain: 'Learns a code that tells a label of the sentence and as little else as possible.',
  goodWhen: 'you want to know how much of a sentence its label needs, in nats.',
  watchOutFor: 'without a weight on the reconstruction no sentences are written: it only classifies.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log r_\psi(y \mid z)\right] + \beta\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right) + w\,\mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right]`,
  symbols: [
    { tex: 'z', meaning: 'the latent code of a sentence', option: 'latent' },
    { tex: 'y', meaning: 'the label', option: 'labelColumn' },
    { tex: String.raw`r_\psi(y \mid z)`, meaning: 'a linear classifier that reads the label off the code' },
    { tex: String.raw`\beta`, meaning: 'price of information in the code', option: 'beta' },
    { tex: 'w', meaning: 'weight of the reconstruction', option: 'reconstruction' },
  ],
  citation: 'Alemi et al. 2017',
  latent: true,
  needs: { labels: 1 },
  defaults: { optimizer: 'adam', learningRate: 0.001 },
  own: {
    labelColumn: labelColumnField,
    beta: number({
      title: 'KL weight β',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 100,
      step: 0.001,
      default: 0.001,
      raise: 'Raise it to squeeze out everything that the label does not need.',
      lower: 'Lower it for a better classifier.',
    }),
    reconstruction: number({
      title: 'Weight of the reconstruction',
      unit: 'weight, 0 for a classifier alone',
      group: 'method',
      min: 0,
      max: 10,
      step: 0.1,
      default: 0,
      raise: 'Raise it to write sentences from the code as well.',
      lower: 'Keep 0 to look at the label alone.',
    }),
  },
  compose: (o) => ({
    labels: [o.labelColumn - 1],
    klWeight: { kind: 'constant', value: o.beta },
    regularizers: [{ kind: 'labelHead', weight: 1, column: 0 }],
    reconstructs: o.reconstruction,
  }),
});
