import { choice, number } from './field.ts';
import { method } from './method.ts';

export default method({
  id: 'info-dropout',
  title: 'Information dropout',
  family: 'code',
  plain: 'Multiplies the features of a sentence by noise, and learns how much noise each of them can bear.',
  goodWhen: 'you want to see which features a sentence needs sharply and which may be blurred.',
  watchOutFor:
    'reconstructions are written without the noise, so they look better than the reconstruction loss says.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \beta\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,\textstyle\prod_j r(z_j)\right), \quad z = f(x) \odot e^{\alpha(x) \odot \varepsilon}`,
  symbols: [
    { tex: 'z', meaning: 'the latent code of a sentence', option: 'latent' },
    { tex: 'f(x)', meaning: 'the features of the sentence', option: 'features' },
    { tex: String.raw`\alpha(x)`, meaning: 'how much noise each feature gets' },
    { tex: String.raw`p_\theta(x \mid z)`, meaning: 'the decoder: how likely it writes x from z' },
    { tex: 'r(z_j)', meaning: 'the prior of one dimension: log-normal, its place and width learned' },
    { tex: String.raw`\beta`, meaning: 'the price of information', option: 'price' },
  ],
  citation: 'Achille & Soatto 2018',
  latent: true,
  own: {
    features: choice({
      title: 'Features and noise',
      unit: '',
      group: 'method',
      choices: [
        { value: 'softplus', title: 'Softplus features, log-normal noise' },
        { value: 'relu', title: 'ReLU features, log-normal noise' },
        { value: 'gaussian', title: 'Gaussian code, total correlation charged beside the KL' },
      ],
      default: 'softplus',
      raise: 'Softplus features have a density and a prior, so likelihood, KL and MI are defined.',
      lower:
        'ReLU features can be exactly 0; then no likelihood is defined, and new sentences are written from codes of training sentences, since no prior can be drawn from.',
    }),
    price: number({
      title: 'Price of information β',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 100,
      step: 0.1,
      default: 0.1,
      raise: 'Raise it for noisier codes; the Gaussian code pays 1 + β for the KL and β for its correlation.',
      lower: 'Lower it for sharper codes that carry more.',
    }),
  },
  compose: (o) => {
    if (o.features === 'gaussian') {
      return {
        klWeight: { kind: 'constant', value: 1 + o.price },
        regularizers: [
          { kind: 'decomposition', part: 'total', weight: o.price, groupSize: 1, estimator: 'batch' },
        ],
      };
    }
    if (o.features === 'relu') {
      return {
        posterior: { kind: 'rectified', dim: o.latent },
        prior: { kind: 'aggregate' },
        klWeight: { kind: 'off' },
        regularizers: [{ kind: 'noiseCost', weight: o.price }],
      };
    }
    return {
      posterior: { kind: 'lognormal', dim: o.latent },
      prior: { kind: 'lognormal' },
      klWeight: { kind: 'constant', value: o.price },
    };
  },
});
