import { method } from './method.ts';
import { refinedBy, refinementFields, refinementSymbols } from './refinement.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

export default method({
  id: 'sa-vae',
  title: 'Semi-amortised VAE',
  family: 'inference',
  plain:
    'The encoder only proposes a code; a few gradient steps improve it for each sentence before the decoder learns.',
  goodWhen: 'you have time and want posteriors that fit each sentence, with the standard objective.',
  watchOutFor: 'a training step costs many times one of the plain VAE, and measuring is slower too.',
  formula: String.raw`J = \mathrm{Rec}(x;\lambda_K) + \beta_t\,\mathrm{KL}(\lambda_K),\quad \lambda_{k+1} = \lambda_k + \alpha v_{k+1},\quad \lambda_0 = \mathrm{enc}_\phi(x)`,
  symbols: [
    ...refinementSymbols,
    { tex: String.raw`\phi`, meaning: 'the encoder: learns through all the steps' },
  ],
  citation: 'Kim et al. 2018',
  latent: true,
  own: { ...warmUpFields, ...refinementFields },
  compose: (o) => ({ ...refinedBy(o, 'through'), klWeight: linearWarmUp(o) }),
});
