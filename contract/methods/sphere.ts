import { integer, number } from './field.ts';
import type { FormulaSymbol } from './method.ts';
import { latentField } from './shared-fields.ts';

/** Fields and symbols of methods whose codes are directions: points on the unit sphere. */
export const sphereLatent = integer({
  ...latentField,
  // On a line there are two directions only, and the sampler needs a circle at least.
  min: 2,
  lower: 'Lower it when most dimensions stay inactive; with 2 the codes lie on a circle.',
});

/** A unit vector in many dimensions has small coordinates: with plain SGD the decoder learns late to look at them. */
export const adam = { optimizer: 'adam', learningRate: 0.003 } as const;

const concentration = {
  unit: '',
  group: 'method',
  min: 0.01,
  max: 10_000,
  step: 1,
  default: 25,
} as const;

export const fixedConcentration = number({
  ...concentration,
  title: 'Concentration κ',
  raise: 'Raise it for sharper codes: they carry more, and sentences from the prior suffer.',
  lower: 'Lower it when sentences from the prior are poor; near 0 the code says nothing.',
});

export const firstConcentration = number({
  ...concentration,
  title: 'Concentration κ before training',
  raise: 'Raise it to begin with sharper codes.',
  lower: 'Lower it to begin nearer to the collapsed state.',
});

export const sphereSymbols: readonly FormulaSymbol[] = [
  { tex: 'z', meaning: 'the latent code of a sentence: a point on the unit sphere', option: 'latent' },
  { tex: 'd', meaning: 'dimensions of the code', option: 'latent' },
  { tex: String.raw`q_\phi(z \mid x)`, meaning: 'the posterior: a cap around the direction of the sentence' },
  { tex: String.raw`p_\theta(x \mid z)`, meaning: 'the decoder: how likely it writes x from z' },
  { tex: 'p(z)', meaning: 'the prior: all directions alike' },
];
