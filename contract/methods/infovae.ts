import type { Blocks } from '../blocks.ts';
import { elboSymbols } from './elbo-symbols.ts';
import { choice, number, type ValuesOf } from './field.ts';
import { adversaryRate, kernelField } from './matching.ts';
import { method } from './method.ts';

const own = {
  alpha: number({
    title: 'Share of the KL waived α',
    unit: 'weight',
    group: 'method',
    min: -10,
    max: 1,
    step: 0.1,
    default: 1,
    raise: 'Raise it for codes that say more about their sentence; at 1 a single code costs nothing.',
    lower: 'Lower it to make every single code pay; at 0 it pays the full KL.',
  }),
  lambda: number({
    title: 'Matching weight λ',
    unit: 'weight',
    group: 'method',
    min: 0,
    max: 10_000,
    step: 10,
    default: 100,
    raise: 'Raise it when sentences from the prior are poor.',
    lower: 'Lower it when reconstructions suffer; for the discriminator and the KL, values near 1 are usual.',
  }),
  divergence: choice({
    title: 'How all codes together are compared with the prior',
    unit: '',
    group: 'method',
    choices: [
      { value: 'mmd', title: 'By a kernel (MMD)' },
      { value: 'kl', title: 'By the KL of the mixture of the batch' },
      { value: 'adversary', title: 'By a discriminator' },
    ],
    default: 'mmd',
    raise: 'The kernel needs no second network and no balance.',
    lower: 'A discriminator sees more than a batch, but must be kept in balance.',
  }),
  kernel: kernelField,
  adversaryRate,
} as const;

function divergence(o: ValuesOf<typeof own>): Partial<Blocks> {
  const weight = o.alpha + o.lambda - 1;
  if (weight === 0) return {};
  switch (o.divergence) {
    case 'mmd':
      return { regularizers: [{ kind: 'mmd', weight, kernel: o.kernel }] };
    case 'kl':
      return {
        regularizers: [
          { kind: 'decomposition', part: 'aggregate', weight, groupSize: 1, estimator: 'batch' },
        ],
      };
    case 'adversary':
      return {
        adversary: { kind: 'jensenShannon', weight, joint: false, learningRate: o.adversaryRate },
        procedure: { kind: 'alternating' },
      };
  }
}

export default method({
  id: 'infovae',
  title: 'InfoVAE',
  family: 'matching',
  plain: 'Sets two prices: one for what a single code tells, one for the shape of all codes together.',
  goodWhen:
    'you want to move between a VAE, a β-VAE, an MMD-VAE and an adversarial autoencoder by two numbers.',
  watchOutFor: 'with α at 1 nothing holds the width of a single posterior, so the KL can grow very large.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid z)\right] + (1-\alpha)\, D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right) + (\alpha+\lambda-1)\, D\!\left(q(z)\,\Vert\,p(z)\right)`,
  symbols: [
    ...elboSymbols,
    { tex: String.raw`\alpha`, meaning: 'share of the KL that is waived', option: 'alpha' },
    { tex: String.raw`\lambda`, meaning: 'price of the shape of all codes together', option: 'lambda' },
    { tex: 'D', meaning: 'how far all codes together lie from the prior', option: 'divergence' },
    { tex: 'q(z)', meaning: 'where the codes of all sentences together lie' },
  ],
  citation: 'Zhao, Song & Ermon 2017',
  latent: true,
  own,
  compose: (o) => ({
    klWeight: o.alpha === 1 ? { kind: 'off' } : { kind: 'constant', value: 1 - o.alpha },
    ...divergence(o),
  }),
});
