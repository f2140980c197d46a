import { adam, aggregateSymbols, encoderField, encoderOf, kernelField, mmdWeight } from './matching.ts';
import { method } from './method.ts';
import { quickAdam, spreadField } from './spread.ts';

export default method({
  id: 'wae-mmd',
  title: 'Wasserstein autoencoder, MMD',
  family: 'adversarial',
  plain:
    'Reconstructs sentences while a kernel measure presses all their codes together into the shape of the prior.',
  goodWhen: 'different sentences should keep different codes, without a second network to balance.',
  watchOutFor: 'the MMD sees a batch only: with few sentences in a batch and many dimensions it is weak.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \lambda\, \mathrm{MMD}^2_k\!\left(q(z),\,p(z)\right)`,
  symbols: [
    ...aggregateSymbols,
    { tex: String.raw`\lambda`, meaning: 'price of differing from the prior', option: 'weight' },
    { tex: 'k', meaning: 'the kernel that compares codes', option: 'kernel' },
  ],
  citation: 'Tolstikhin et al. 2018',
  latent: true,
  own: {
    encoder: encoderField,
    spread: spreadField,
    weight: mmdWeight,
    kernel: kernelField,
  },
  defaults: (size, data) => (size === 'quick' && data === 'text' ? { ...quickAdam, batch: 32 } : adam),
  compose: (o) => ({
    ...encoderOf(o),
    klWeight: { kind: 'off' },
    regularizers: [{ kind: 'mmd', weight: o.weight, kernel: o.kernel }],
  }),
});
