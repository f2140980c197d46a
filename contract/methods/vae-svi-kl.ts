import { method } from './method.ts';
import { refinedBy, refinementFields, refinementSymbols } from './refinement.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

export default method({
  id: 'vae-svi-kl',
  title: 'VAE with refinement, encoder taught by it',
  family: 'inference',
  plain:
    'The decoder learns from refined codes, and the encoder learns to propose what the refinement arrives at.',
  goodWhen: 'refinement helps and you want the encoder to catch up with it.',
  watchOutFor: 'early in training the refined codes are poor teachers.',
  formula: String.raw`J_\theta = \mathrm{Rec}(x;\lambda_K) + \beta_t\,\mathrm{KL}(\lambda_K),\quad J_\phi = D_{\mathrm{KL}}\!\left(q_{\lambda_0}\,\Vert\,q_{\lambda_K}\right)`,
  symbols: refinementSymbols,
  citation: 'Kim et al. 2018',
  latent: true,
  own: { ...warmUpFields, ...refinementFields },
  compose: (o) => ({ ...refinedBy(o, 'kl'), klWeight: linearWarmUp(o) }),
});
