import {
  adam,
  adversaryRate,
  aggregateSymbols,
  encoderField,
  encoderOf,
  matchingWeight,
  quickGame,
} from './matching.ts';
import { method } from './method.ts';
import { spreadField } from './spread.ts';

export default method({
  id: 'wae-gan',
  title: 'Wasserstein autoencoder, adversarial',
  family: 'adversarial',
  plain:
    'Reconstructs sentences while the codes of all of them together are pressed into the shape of the prior.',
  goodWhen: 'different sentences should keep different codes, and the MMD is too weak for many dimensions.',
  watchOutFor:
    'two players must keep in balance: watch the discriminator loss, which is 1.386 where it cannot tell.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \lambda\, D_{\mathrm{JS}}\!\left(q(z)\,\Vert\,p(z)\right)`,
  symbols: [
    ...aggregateSymbols,
    { tex: String.raw`\lambda`, meaning: 'price of being told apart from the prior', option: 'weight' },
    { tex: String.raw`D_{\mathrm{JS}}`, meaning: 'what a discriminator between codes and prior can tell' },
  ],
  citation: 'Tolstikhin et al. 2018',
  latent: true,
  own: {
    encoder: encoderField,
    spread: spreadField,
    weight: matchingWeight,
    adversaryRate,
  },
  defaults: (size, data) => (size === 'quick' && data === 'text' ? quickGame : adam),
  compose: (o) => ({
    ...encoderOf(o),
    klWeight: { kind: 'off' },
    adversary: { kind: 'jensenShannon', weight: o.weight, joint: true, learningRate: o.adversaryRate },
    procedure: { kind: 'alternating' },
  }),
});
