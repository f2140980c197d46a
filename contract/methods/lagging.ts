import { aggressive, aggressiveFields } from './aggressive.ts';
import { elboSymbols } from './elbo-symbols.ts';
import { method } from './method.ts';

export default method({
  id: 'lagging',
  title: 'Aggressive encoder training',
  family: 'schedule',
  plain: 'Trains the encoder much harder than the decoder at first, so that the code is worth listening to.',
  goodWhen: 'the plain VAE collapses and you want the same objective, only trained in another order.',
  watchOutFor: 'the first epochs take many times longer than those of a plain VAE.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right),\quad \phi \text{ first, then } \theta`,
  symbols: [
    ...elboSymbols,
    { tex: String.raw`\phi`, meaning: 'the encoder: updated until its loss stops falling', option: 'window' },
    { tex: String.raw`\theta`, meaning: 'the decoder: updated once after each inner loop' },
  ],
  citation: 'He et al. 2019',
  latent: true,
  own: aggressiveFields,
  compose: (o) => ({
    procedure: aggressive(o),
  }),
});
