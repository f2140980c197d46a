import { method } from './method.ts';
import { refinedBy, refinementFields, refinementSymbols } from './refinement.ts';
import { linearWarmUp, warmUpFields } from './warm-up.ts';

export default method({
  id: 'svi',
  title: 'Stochastic variational inference',
  family: 'inference',
  plain:
    'Has no encoder: the code of every sentence is found anew by gradient steps, starting from the prior.',
  goodWhen: 'you want to know what an encoder contributes.',
  watchOutFor: 'with few steps the posteriors stay near the prior, and the code carries little.',
  formula: String.raw`J = \mathrm{Rec}(x;\lambda_K) + \beta_t\,\mathrm{KL}(\lambda_K),\quad \lambda_{k+1} = \lambda_k + \alpha v_{k+1},\quad \lambda_0 = 0`,
  symbols: refinementSymbols,
  citation: 'Kim et al. 2018',
  latent: true,
  own: { ...warmUpFields, ...refinementFields },
  compose: (o) => ({ ...refinedBy(o, 'none'), klWeight: linearWarmUp(o) }),
});
