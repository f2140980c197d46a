import { annealedWeight, elboSymbols } from './elbo-symbols.ts';
import { choice, integer, runField } from './field.ts';
import { method } from './method.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

const five = [1, 2, 4, 8, 16] as const;
const dilationsOf = {
  small: [1, 2, 4],
  medium: five,
  large: [...five, ...five],
  'very-large': [...five, ...five, ...five],
} as const;

export default method({
  id: 'cnn-vae',
  title: 'VAE with a convolutional decoder',
  family: 'decoder',
  plain: 'The writer sees only the last few words, so that it needs the code to know the rest.',
  goodWhen: 'sentences are much longer than what the writer sees; then the code has work to do.',
  watchOutFor:
    'the smallest writer sees 15 words: on sentences that are shorter it sees all, and may ignore the code.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\sum_t \log p_\theta(x_t \mid x_{t-R}, \ldots, x_{t-1}, z)\right] + \beta_t\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right)`,
  symbols: [
    ...elboSymbols,
    annealedWeight,
    { tex: 'R', meaning: 'how many words the decoder sees', option: 'context' },
  ],
  citation: 'Yang et al. 2017',
  latent: true,
  own: {
    context: choice({
      title: 'Words that the decoder sees',
      unit: '',
      group: 'method',
      choices: [
        { value: 'small', title: 'Sees 15 words back (SCNN)' },
        { value: 'medium', title: 'Sees 63 words back (MCNN)' },
        { value: 'large', title: 'Sees 125 words back (LCNN)' },
        { value: 'very-large', title: 'Sees 187 words back (VLCNN)' },
      ],
      default: 'small',
      raise: 'A decoder that sees more writes better by itself and needs the code less.',
      lower: 'A decoder that sees less has to rely on the code.',
    }),
    channels: integer({
      title: 'Channels of the decoder',
      unit: 'units',
      group: 'architecture',
      min: 4,
      max: 2048,
      default: 256,
      raise: 'Raise it for more fluent sentences; time grows with its square.',
      lower: 'Lower it to train faster.',
    }),
    init: runField({
      title: 'Language model that the encoder begins with',
      group: 'method',
      methods: ['lstm-lm'],
      equal: ['embedding', 'hidden'],
      raise:
        'A trained language model of the same data already knows words and their order, so the encoder has something to say from the first update.',
      lower: 'Without one the encoder begins from random weights.',
    }),
    ...warmUpFields,
  },
  defaults: { optimizer: 'adam', learningRate: 0.001 },
  compose: (o) => ({
    klWeight: linearWarmUp(o),
    decoder: { kind: 'cnn', channels: o.channels, dilations: dilationsOf[o.context] },
  }),
});
