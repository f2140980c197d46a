import { elboSymbols } from './elbo-symbols.ts';
import { method } from './method.ts';

export default method({
  id: 'vae',
  title: 'Variational autoencoder',
  family: 'baseline',
  plain: 'Squeezes each sentence into a short code and learns to write the sentence from it.',
  goodWhen: 'you need the baseline that every other method is compared with.',
  watchOutFor:
    'on real text the code is often ignored (posterior collapse): KL, MI and active units fall to 0.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right)`,
  symbols: elboSymbols,
  citation: 'Kingma & Welling 2014; Bowman et al. 2016',
  latent: true,
  own: {},
  compose: () => ({}),
});
