import { method } from './method.ts';

export default method({
  id: 'lstm-lm',
  title: 'LSTM language model',
  family: 'language-model',
  plain: 'Writes word by word from memory alone, without any latent code: the yardstick for all others.',
  goodWhen: 'you want to know what a collapsed model converges to, or how fluent plain text can get.',
  watchOutFor:
    'there is no code, so KL, MI and active units are not defined and nothing can be reconstructed.',
  formula: String.raw`J = -\frac{1}{B}\sum_{i}\sum_{t} \log p_\theta(x_t \mid x_{<t})`,
  symbols: [
    { tex: 'B', meaning: 'sentences in a batch', option: 'batch' },
    { tex: String.raw`p_\theta(x_t \mid x_{<t})`, meaning: 'chance of the next word after the words so far' },
  ],
  citation: 'Bowman et al. 2016',
  latent: false,
  own: {},
  compose: () => ({
    posterior: { kind: 'none' },
    prior: { kind: 'none' },
    klWeight: { kind: 'off' },
  }),
});
