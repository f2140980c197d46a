import { method } from './method.ts';
import { refinedBy, refinementFields, refinementSymbols } from './refinement.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

export default method({
  id: 'vae-svi',
  title: 'VAE with refinement',
  family: 'inference',
  plain:
    'The encoder learns as in a plain VAE; the decoder learns from codes that gradient steps have improved.',
  goodWhen: 'you want refined codes for the decoder at a fraction of the cost of the semi-amortised VAE.',
  watchOutFor: 'the encoder does not know of the refinement, so the two may drift apart.',
  formula: String.raw`J_\theta = \mathrm{Rec}(x;\lambda_K) + \beta_t\,\mathrm{KL}(\lambda_K),\quad J_\phi = \mathrm{Rec}(x;\lambda_0) + \beta_t\,\mathrm{KL}(\lambda_0)`,
  symbols: refinementSymbols,
  citation: 'Kim et al. 2018',
  latent: true,
  own: { ...warmUpFields, ...refinementFields },
  compose: (o) => ({ ...refinedBy(o, 'own'), klWeight: linearWarmUp(o) }),
});
