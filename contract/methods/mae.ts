import { elboSymbols } from './elbo-symbols.ts';
import { choice, number } from './field.ts';
import { method } from './method.ts';

export default method({
  id: 'mae',
  title: 'Mutual posterior divergence',
  family: 'matching',
  plain: 'Pushes the codes of different sentences apart, and all of them about equally far.',
  goodWhen: 'the code is ignored and a warm-up of the KL does not help.',
  watchOutFor:
    'the push pays at most a fixed number of nats per dimension: small weights may not beat the KL.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right) + \eta\, \mathbb{E}_{a \ne b} \sum_k \log\!\left(1 + e^{-K_k^{ab}}\right) + \gamma\, \mathrm{SD}_{a \ne b}\!\left[K^{ab}\right]`,
  symbols: [
    ...elboSymbols,
    {
      tex: 'K^{ab}',
      meaning: 'KL from the posterior of sentence a to that of sentence b; with k, in one dimension',
    },
    { tex: String.raw`\eta`, meaning: 'price of posteriors that are alike', option: 'diversity' },
    { tex: String.raw`\gamma`, meaning: 'price of being unevenly far apart', option: 'smoothness' },
  ],
  citation: 'Ma, Zhou & Hovy 2019',
  latent: true,
  own: {
    diversity: number({
      title: 'Diversity weight η',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 1000,
      step: 0.5,
      default: 5,
      raise: 'Raise it when codes of different sentences lie on top of each other.',
      lower: 'Lower it when the KL grows without end.',
    }),
    smoothness: number({
      title: 'Smoothness weight γ',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 1000,
      step: 0.1,
      default: 0.1,
      raise: 'Raise it when a few sentences lie far away from all others.',
      lower: 'Lower it to let some sentences lie further away.',
    }),
    reduction: choice({
      title: 'Mean over pairs',
      unit: '',
      group: 'method',
      choices: [
        { value: 'pairMean', title: 'Of what each pair pays (as published)' },
        { value: 'meanThenSoftplus', title: 'Before it is turned into a price (as released)' },
      ],
      default: 'pairMean',
      raise: 'As published every pair counts by itself.',
      lower: 'As released a few distant pairs can pay for all.',
    }),
    freeNats: number({
      title: 'Free nats',
      unit: 'nats per sentence',
      group: 'method',
      min: 0,
      max: 100,
      step: 0.5,
      default: 0,
      raise: 'Raise it to let the code carry this much at no cost.',
      lower: 'At 0 every nat of the code is charged.',
    }),
    averageDecay: number({
      title: 'Averaged parameters: what an update leaves of the average',
      unit: 'share, 0 for no average',
      group: 'method',
      min: 0,
      max: 0.99999,
      step: 0.001,
      default: 0.999,
      former: 0,
      raise: 'Raise it to measure a smoother average of the parameters, over more updates.',
      lower: 'Lower it when the run is short; at 0 the parameters themselves are measured.',
    }),
  },
  // As released.
  defaults: { optimizer: 'adam', learningRate: 0.001 },
  compose: (o) => ({
    klWeight:
      o.freeNats === 0 ? { kind: 'constant', value: 1 } : { kind: 'freeBits', nats: o.freeNats, by: 'total' },
    regularizers: [
      { kind: 'diversity', weight: o.diversity, reduction: o.reduction },
      { kind: 'smoothness', weight: o.smoothness },
    ],
    procedure: o.averageDecay === 0 ? { kind: 'joint' } : { kind: 'polyak', decay: o.averageDecay },
  }),
});
