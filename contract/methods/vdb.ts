import { number } from './field.ts';
import {
  adam,
  adversaryRate,
  aggregateSymbols,
  encoderField,
  encoderOf,
  matchingWeight,
} from './matching.ts';
import { method } from './method.ts';
import { spreadField } from './spread.ts';

export default method({
  id: 'vdb',
  title: 'Discriminator with a bottleneck',
  family: 'adversarial',
  plain:
    'Matches all codes with the prior by a second network that is only allowed a blurred look at them, so that it does not win too easily.',
  goodWhen:
    'the discriminator of another adversarial method falls towards 0 and the encoder learns nothing from it.',
  watchOutFor:
    'the price of the bottleneck rises slowly from 0: until it holds, this is the method without it.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \lambda\, D_{\mathrm{JS}}\!\left(q(z)\,\Vert\,p(z)\right) \ \text{seen through } E(u \mid z),\ \ \overline{D_{\mathrm{KL}}\!\left(E(u \mid z)\,\Vert\,\mathcal{N}(0, I)\right)} \le I_c`,
  symbols: [
    ...aggregateSymbols,
    { tex: String.raw`\lambda`, meaning: 'price of being told apart from the prior', option: 'weight' },
    { tex: String.raw`E(u \mid z)`, meaning: 'the blurred look: a noisy code of the code' },
    { tex: 'I_c', meaning: 'nats that the look may carry', option: 'information' },
  ],
  citation: 'Peng et al. 2019',
  latent: true,
  own: {
    encoder: encoderField,
    spread: spreadField,
    weight: matchingWeight,
    information: number({
      title: 'Information of the bottleneck',
      unit: 'nats',
      group: 'method',
      min: 0,
      max: 1000,
      step: 0.05,
      default: 0.2,
      raise: 'Raise it when the discriminator loss stays at 1.386: it sees too little.',
      lower: 'Lower it when the discriminator loss falls towards 0: it sees too much.',
    }),
    dualRate: number({
      title: 'Rate of the bottleneck’s price',
      unit: 'price per nat and update',
      group: 'method',
      min: 0,
      max: 1,
      step: 0.00001,
      default: 0.00001,
      raise: 'Raise it when training ends before the information has come down.',
      lower: 'Lower it when the information swings around its bound.',
    }),
    adversaryRate,
  },
  // A quick look is too short for the published rate of the price.
  defaults: (size) => (size === 'quick' ? { ...adam, dualRate: 0.003 } : adam),
  compose: (o) => ({
    ...encoderOf(o),
    klWeight: { kind: 'off' },
    adversary: {
      kind: 'jensenShannon',
      weight: o.weight,
      joint: true,
      learningRate: o.adversaryRate,
      bottleneck: { information: o.information, dualRate: o.dualRate },
    },
    procedure: { kind: 'alternating' },
  }),
});
