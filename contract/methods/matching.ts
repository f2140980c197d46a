import { choice, number, type OptionValues } from './field.ts';
import type { FormulaSymbol } from './method.ts';
import { quickAdam } from './spread.ts';

/** Fields and symbols of methods that match the codes of all sentences together with the prior. */
export const kernelField = choice({
  title: 'Kernel of the MMD',
  unit: '',
  group: 'method',
  choices: [
    { value: 'imq', title: 'Inverse multiquadratic, seven scales' },
    { value: 'rbf', title: 'Gaussian' },
    { value: 'mmdvae', title: 'Gaussian, narrow (as released for MMD-VAE)' },
  ],
  default: 'imq',
  raise: 'The inverse multiquadratic kernel still pulls codes that lie far out.',
  lower: 'A Gaussian kernel forgets codes that lie far out, but is the one most papers report.',
});

/** Price of the MMD between codes and prior. */
export const mmdWeight = number({
  title: 'MMD weight λ',
  unit: 'weight',
  group: 'method',
  min: 0,
  max: 10_000,
  step: 10,
  default: 100,
  raise: 'Raise it when sentences from the prior are poor.',
  lower: 'Lower it when reconstructions suffer.',
});

/** Price of being told apart from the prior, paid in the update of the model. */
export const matchingWeight = number({
  title: 'Matching weight λ',
  unit: 'weight',
  group: 'method',
  min: 0,
  max: 1000,
  step: 1,
  default: 10,
  raise: 'Raise it when sentences from the prior are poor.',
  lower: 'Lower it when reconstructions suffer.',
});

/** The same, paid by the encoder in a phase of its own: its step there, as a multiple of the run's learning rate. */
export const adversarialWeight = number({
  title: 'Adversarial weight λ',
  unit: 'weight',
  group: 'method',
  min: 0,
  max: 1000,
  step: 0.1,
  default: 1,
  raise: 'Raise it when codes of sentences stay apart from the prior.',
  lower: 'Lower it when reconstructions suffer.',
});

export const adversaryRate = number({
  title: 'Learning rate of the adversary',
  unit: '',
  group: 'method',
  min: 0.000001,
  max: 0.1,
  step: 0.0001,
  default: 0.0001,
  raise: 'Raise it when the discriminator loss stays at 1.386: it cannot tell the codes apart.',
  lower: 'Lower it when the discriminator loss falls towards 0: it wins too easily.',
});

export const encoderField = choice({
  title: 'Encoder',
  unit: '',
  group: 'method',
  choices: [
    { value: 'point', title: 'One code a sentence, no noise' },
    { value: 'gaussian', title: 'Gaussian' },
  ],
  default: 'point',
  raise: 'A code without noise reconstructs best; likelihood, KL and MI are then not defined.',
  lower: 'A Gaussian code has a density, so that KL and MI can be measured.',
});

/** As released for Wasserstein autoencoders; with plain descent a code stays one point for thousands of updates. */
export const adam: OptionValues = { optimizer: 'adam', learningRate: 0.001 };

/**
 * Of a discriminator between codes and prior. A code without noise that tells little more than the length of a sentence
 * lies on a line, and a line is told apart from a cloud at once: in a quick look the encoder is Gaussian.
 */
export const quickGame: OptionValues = {
  ...quickAdam,
  encoder: 'gaussian',
  batch: 32,
  updatesPerEpoch: 100,
};

/** The encoder that was chosen, and a decoder of weights like its own. */
export function encoderOf(o: { encoder: 'point' | 'gaussian'; latent: number; spread: number }) {
  return {
    posterior: { kind: o.encoder, dim: o.latent, spread: o.spread },
    decoder: { kind: 'lstm', spread: o.spread },
  } as const;
}

export const aggregateSymbols: readonly FormulaSymbol[] = [
  { tex: 'z', meaning: 'the latent code of a sentence', option: 'latent' },
  { tex: String.raw`p_\theta(x \mid z)`, meaning: 'the decoder: how likely it writes x from z' },
  { tex: 'q(z)', meaning: 'where the codes of all sentences together lie' },
  { tex: 'p(z)', meaning: 'the prior: a standard normal distribution' },
];
