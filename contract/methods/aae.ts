import {
  adam,
  adversarialWeight,
  adversaryRate,
  aggregateSymbols,
  encoderField,
  encoderOf,
  quickGame,
} from './matching.ts';
import { method } from './method.ts';
import { spreadField } from './spread.ts';

export default method({
  id: 'aae',
  title: 'Adversarial autoencoder',
  family: 'adversarial',
  plain: 'Trains an autoencoder while a second network checks that its codes look like the prior.',
  goodWhen: 'you want good reconstructions and do not need a likelihood.',
  watchOutFor:
    'the discriminator loss should stay near 1.386; far below, the codes no longer look like the prior.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right], \quad \text{then } \min_\phi \max_D\ \lambda\, D_{\mathrm{JS}}\!\left(q(z)\,\Vert\,p(z)\right)`,
  symbols: [
    ...aggregateSymbols,
    { tex: 'D', meaning: 'the discriminator: tells codes of sentences from codes of the prior' },
    { tex: String.raw`\lambda`, meaning: 'how much the encoder heeds it', option: 'weight' },
  ],
  citation: 'Makhzani et al. 2015',
  latent: true,
  own: {
    encoder: encoderField,
    spread: spreadField,
    weight: adversarialWeight,
    adversaryRate,
  },
  defaults: (size, data) => (size === 'quick' && data === 'text' ? quickGame : adam),
  compose: (o) => ({
    ...encoderOf(o),
    klWeight: { kind: 'off' },
    adversary: {
      kind: 'jensenShannon',
      weight: o.weight,
      joint: false,
      learningRate: o.adversaryRate,
    },
    procedure: { kind: 'alternating' },
  }),
});
