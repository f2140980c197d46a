import { integer, number } from './field.ts';
import { labelColumnField, labelWidthField } from './labels.ts';
import { elboSymbols } from './elbo-symbols.ts';
import { method } from './method.ts';

export default method({
  id: 'vfae',
  title: 'Fair VAE',
  family: 'labels',
  plain:
    'Keeps a label out of the code: encoder and decoder are told the label, and codes of all labels must look alike.',
  goodWhen: 'you want to rewrite a sentence with another label, or compare texts regardless of a label.',
  watchOutFor: 'what the label foretells is taken out of the code as well, topics included.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x, s)}\!\left[-\log p_\theta(x \mid z, s)\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x, s)\,\Vert\,p(z)\right) + \lambda \sum_s \mathrm{MMD}^2\!\left(q(z \mid s),\, q(z \mid \bar{s})\right)`,
  symbols: [
    ...elboSymbols,
    { tex: 's', meaning: 'the label that the code must not show', option: 'labelColumn' },
    { tex: String.raw`\lambda`, meaning: 'price of codes that differ by label', option: 'fairness' },
  ],
  citation: 'Louizos et al. 2016',
  latent: true,
  needs: { labels: 1 },
  own: {
    labelColumn: labelColumnField,
    labelWidth: labelWidthField,
    fairness: number({
      title: 'Weight of the MMD between labels λ',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 10_000,
      step: 10,
      default: 100,
      raise: 'Raise it when a classifier can still tell the label from the code.',
      lower: 'Lower it when reconstructions suffer.',
    }),
    fourierFeatures: integer({
      title: 'Random Fourier features',
      unit: 'features, 0 for the exact kernel',
      group: 'method',
      min: 0,
      max: 20_000,
      default: 0,
      raise: 'Raise it (500 is usual) for batches of many hundred sentences.',
      lower: 'Keep 0 for batches up to 256 sentences: the exact kernel is steadier.',
    }),
  },
  compose: (o) => ({
    labels: [o.labelColumn - 1],
    condition: { kind: 'label', column: 0, width: o.labelWidth, encoder: true },
    regularizers: [{ kind: 'classMmd', column: 0, weight: o.fairness, features: o.fourierFeatures }],
  }),
});
