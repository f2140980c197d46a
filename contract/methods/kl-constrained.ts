import type { KlWeight } from '../blocks.ts';
import { elboSymbols } from './elbo-symbols.ts';
import { choice, number, type ValuesOf } from './field.ts';
import { method } from './method.ts';

const own = {
  control: choice({
    title: 'Hold the KL',
    unit: '',
    group: 'method',
    choices: [
      { value: 'capacity', title: 'At a capacity that rises to the target' },
      { value: 'atLeast', title: 'At least at the target, by a multiplier' },
      { value: 'atMost', title: 'At most at the target, by a multiplier' },
      { value: 'freeBits', title: 'Free below the target, in total' },
      { value: 'freeBitsEach', title: 'Free below the target, every dimension by itself' },
    ],
    default: 'capacity',
    raise: 'A capacity, a lower bound and free bits keep the code from being ignored.',
    lower: 'An upper bound limits what the code says; a code that says nothing satisfies it too.',
  }),
  target: number({
    title: 'Target of the KL',
    unit: 'nats per sentence, for «every dimension» per dimension',
    group: 'method',
    min: 0.001,
    max: 1000,
    step: 0.5,
    default: 6,
    raise: 'Raise it for a code that says more; above what the decoder can use it is held with force.',
    lower: 'Lower it for codes closer to the prior; for every dimension by itself 0.1 to 0.5 is usual.',
  }),
  force: number({
    title: 'Force of the capacity',
    unit: 'weight',
    group: 'method',
    min: 0,
    max: 10_000,
    step: 1,
    default: 10,
    raise: 'Raise it when the KL stays away from its capacity.',
    lower: 'Lower it when the loss jumps.',
  }),
  rise: number({
    title: 'Rise of the capacity',
    unit: 'epochs',
    group: 'method',
    min: 0.01,
    max: 1000,
    step: 0.5,
    default: 10,
    raise: 'Raise it to let the code fill slowly.',
    lower: 'Lower it to reach the target sooner.',
  }),
  multiplierRate: number({
    title: 'Learning rate of the multiplier',
    unit: 'per nat and update',
    group: 'method',
    min: 0.000001,
    max: 10,
    step: 0.001,
    default: 0.001,
    raise: 'Raise it when the bound is reached too slowly.',
    lower: 'Lower it when the KL swings about the bound.',
  }),
  multiplierMost: number({
    title: 'Largest multiplier',
    unit: 'weight',
    group: 'method',
    min: 0.1,
    max: 1000,
    step: 1,
    default: 10,
    raise: 'Raise it when the bound is never reached.',
    lower: 'Lower it to limit how hard the bound may push.',
  }),
} as const;

function policy(o: ValuesOf<typeof own>): KlWeight {
  switch (o.control) {
    case 'capacity':
      return { kind: 'capacity', weight: o.force, nats: o.target, epochs: o.rise };
    case 'atLeast':
    case 'atMost':
      return {
        kind: 'lagrange',
        bound: o.control,
        nats: o.target,
        rate: o.multiplierRate,
        most: o.multiplierMost,
      };
    case 'freeBits':
      return { kind: 'freeBits', nats: o.target, by: 'total' };
    case 'freeBitsEach':
      return { kind: 'freeBits', nats: o.target, by: 'dimension' };
  }
}

export default method({
  id: 'kl-constrained',
  title: 'VAE with a set KL',
  family: 'kl-weight',
  plain: 'Says directly how much the code may, or must, tell about a sentence, and adapts the price to it.',
  goodWhen: 'you want models whose codes say equally much, or to rule out an ignored code.',
  watchOutFor: 'an upper bound alone does not keep the code from being ignored: a KL of 0 satisfies it.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + \gamma\,\lvert K - C_t\rvert, \quad \text{or}\ \ldots + \beta\,(K - \delta),\ \ldots + \textstyle\sum_j \max(\delta, K_j), \quad K = D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right)`,
  symbols: [
    ...elboSymbols,
    { tex: String.raw`\delta`, meaning: 'target of the KL, nats', option: 'target' },
    { tex: 'C_t', meaning: 'capacity at update t: rises to the target', option: 'rise' },
    { tex: String.raw`\gamma`, meaning: 'force that holds the KL at the capacity', option: 'force' },
    {
      tex: String.raw`\beta`,
      meaning: 'multiplier: climbs while the bound is broken',
      option: 'multiplierRate',
    },
  ],
  citation: 'Burgess et al. 2018; Kingma et al. 2016; Higgins et al. 2017',
  latent: true,
  own,
  // With plain steps at rate 1 the force throws the KL about its target.
  defaults: { optimizer: 'adam', learningRate: 0.001 },
  compose: (o) => ({ klWeight: policy(o) }),
});
