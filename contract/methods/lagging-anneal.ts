import { aggressive, aggressiveFields } from './aggressive.ts';
import { annealedWeight, elboSymbols } from './elbo-symbols.ts';
import { method } from './method.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

export default method({
  id: 'lagging-anneal',
  title: 'Aggressive encoder training with KL annealing',
  family: 'schedule',
  plain:
    'Trains the encoder much harder than the decoder at first and also raises the price of the code slowly.',
  goodWhen: 'aggressive training alone leaves the code with too little information.',
  watchOutFor:
    'it takes as long as aggressive training, and the charts move twice: with the weight and with the schedule.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \beta_t\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right),\quad \phi \text{ first, then } \theta`,
  symbols: [
    ...elboSymbols,
    annealedWeight,
    { tex: String.raw`\phi`, meaning: 'the encoder: updated until its loss stops falling', option: 'window' },
    { tex: String.raw`\theta`, meaning: 'the decoder: updated once after each inner loop' },
  ],
  citation: 'He et al. 2019',
  latent: true,
  own: { ...warmUpFields, ...aggressiveFields },
  compose: (o) => ({
    klWeight: linearWarmUp(o),
    procedure: aggressive(o),
  }),
});
