import {
  adam,
  adversarialWeight,
  adversaryRate,
  aggregateSymbols,
  encoderField,
  encoderOf,
} from './matching.ts';
import { method } from './method.ts';
import { spreadField } from './spread.ts';

export default method({
  id: 'pixelgan-ae',
  title: 'ELBO without mutual information',
  family: 'adversarial',
  plain:
    'Charges the codes of all sentences together for differing from the prior, but never a single sentence for being told apart.',
  goodWhen: 'the code of a VAE is ignored: what it says about a sentence costs nothing here.',
  watchOutFor:
    'the likelihood bound pays for the KL that training did not, so compare reconstruction and MI, not only the NLL.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \lambda\, D\!\left(q(z)\,\Vert\,p(z)\right), \quad D_{\mathrm{KL}}\!\left(q(z)\,\Vert\,p(z)\right) = \overline{D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right)} - I_q(x; z)`,
  symbols: [
    ...aggregateSymbols,
    { tex: 'D', meaning: 'what a discriminator between codes and prior can tell' },
    { tex: String.raw`I_q(x; z)`, meaning: 'mutual information: what the code says about the sentence' },
    { tex: String.raw`\lambda`, meaning: 'how much the encoder heeds the discriminator', option: 'weight' },
  ],
  citation: 'Makhzani & Frey 2017',
  latent: true,
  own: {
    encoder: { ...encoderField, default: 'gaussian' },
    spread: spreadField,
    weight: adversarialWeight,
    adversaryRate,
  },
  // A quick look is too short for that rate; the encoder moves as fast as its discriminator.
  defaults: (size) => (size === 'quick' ? { ...adam, learningRate: 0.002, weight: 0.05 } : adam),
  compose: (o) => ({
    ...encoderOf(o),
    klWeight: { kind: 'off' },
    adversary: { kind: 'jensenShannon', weight: o.weight, joint: false, learningRate: o.adversaryRate },
    procedure: { kind: 'alternating' },
  }),
});
