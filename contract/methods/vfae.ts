import { choice, integer, number } from './field.ts';
import { labelColumnField, labelWidthField, withLabels } from './labels.ts';
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
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x, s)}\!\left[-\log p_\theta(x \mid z, s)\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x, s)\,\Vert\,p(z)\right) + \lambda \sum_s \mathrm{MMD}^2\!\left(q(z \mid s),\, q(z \mid \bar{s})\right); \quad \text{two layers}\ p(z) := p(z_2)\, p(z_1 \mid z_2, y), \quad J + \alpha\, \mathbb{E}\!\left[-\log q_\psi(y \mid z_1)\right]`,
  symbols: [
    ...elboSymbols,
    { tex: 's', meaning: 'the label that the code must not show', option: 'labelColumn' },
    { tex: String.raw`\lambda`, meaning: 'price of codes that differ by label', option: 'fairness' },
    { tex: 'z_1, z_2', meaning: 'of two layers the code, and what lies above it', option: 'layers' },
    { tex: 'y', meaning: 'another label, which the code is to show', option: 'taskColumn' },
    { tex: String.raw`\alpha`, meaning: 'price of a code that does not tell y', option: 'taskWeight' },
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
    ...withLabels(2, {
      layers: choice({
        title: 'Layers of the code',
        unit: '',
        group: 'method',
        choices: [
          { value: 'one', title: 'One' },
          { value: 'two', title: 'Two, and another label that the code tells' },
        ],
        default: 'one',
        raise: 'With two layers the code keeps what another label needs, while it hides the first.',
        lower: 'One layer is faster and reads one label only.',
      }),
      taskColumn: {
        ...labelColumnField,
        title: 'Column of the label that the code tells',
        default: 2,
        raise: 'Raise it to have the code tell another label of the data set.',
        lower: 'Lower it for an earlier label; it should not be the one that is hidden.',
      },
      taskWeight: number({
        title: 'Weight of the label that the code tells α',
        unit: 'weight',
        group: 'method',
        min: 0,
        max: 10_000,
        step: 1,
        default: 1,
        raise: 'Raise it when the code does not tell the label.',
        lower: 'Lower it when reconstructions suffer.',
      }),
      upper: integer({
        title: 'Dimensions of the second layer',
        unit: 'dimensions',
        group: 'method',
        min: 1,
        max: 512,
        default: 16,
        raise: 'Raise it when the code has many dimensions.',
        lower: 'Lower it for a small text.',
      }),
      layerUnits: integer({
        title: 'Units between the layers',
        unit: 'units',
        group: 'method',
        min: 1,
        max: 4096,
        default: 128,
        raise: 'Raise it with the dimensions of the layers.',
        lower: 'Lower it to train faster.',
      }),
    }),
  },
  compose: (o) => {
    const told = {
      labels: [o.labelColumn - 1],
      condition: { kind: 'label', column: 0, width: o.labelWidth, encoder: true },
      regularizers: [{ kind: 'classMmd', column: 0, weight: o.fairness, features: o.fourierFeatures }],
    } as const;
    if (o.layers === 'one') return told;
    return {
      ...told,
      posterior: { kind: 'layered', dim: o.latent, upper: o.upper, hidden: o.layerUnits, column: 1 },
      prior: { kind: 'layered' },
      labels: [...told.labels, o.taskColumn - 1],
      regularizers: [...told.regularizers, { kind: 'labelHead', weight: o.taskWeight, column: 1 }],
    };
  },
});
