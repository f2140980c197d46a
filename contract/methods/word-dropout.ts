import { annealedWeight, elboSymbols } from './elbo-symbols.ts';
import { number } from './field.ts';
import { method } from './method.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

export default method({
  id: 'word-dropout',
  title: 'VAE with word dropout',
  family: 'decoder',
  plain: 'Hides some of the words that the decoder has just written, so that it must look into the code.',
  goodWhen: 'the decoder is so good at guessing the next word that it ignores the code.',
  watchOutFor: 'a decoder that sees few of its own words writes less fluently, and its likelihood falls.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\sum_t \log p_\theta(x_t \mid \tilde x_{<t}, z)\right] + \beta_t\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right)`,
  symbols: [
    ...elboSymbols,
    {
      tex: String.raw`\tilde x_{<t}`,
      meaning: 'the words so far, some of them replaced by <unk>',
      option: 'keep',
    },
    annealedWeight,
  ],
  citation: 'Bowman et al. 2016',
  latent: true,
  own: {
    keep: number({
      title: 'Words shown to the decoder',
      unit: 'share',
      group: 'method',
      min: 0,
      max: 1,
      step: 0.05,
      default: 0.75,
      raise: 'Raise it for more fluent sentences; at 1 nothing is hidden.',
      lower: 'Lower it to make the decoder lean on the code; at 0 it sees none of its words.',
    }),
    ...warmUpFields,
  },
  compose: (o) => ({ klWeight: linearWarmUp(o), decoder: { kind: 'lstm', keep: o.keep } }),
});
