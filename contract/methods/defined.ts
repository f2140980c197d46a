import type { Blocks, Posterior } from '../blocks.ts';
import { standsStill } from '../stages.ts';

/** What is measured on the test split, in the order of the pages (methods.md section 4). */
export const measureNames = [
  ...['nll', 'elbo', 'reconstruction', 'kl', 'mi', 'au'],
  ...['labelAccuracy', 'labelInformation', 'mmd', 'fppl', 'rppl'],
] as const;
export type Measure = (typeof measureNames)[number];

/** Why a measure is not defined, by the name of the reason. */
export const undefinedBecause = {
  code: 'Not defined: this method has no code.',
  writes: 'Not defined: this method writes no sentences.',
  point: 'Not defined: each code of this method is a single point, which has no density.',
  density: 'Not defined: features of this code can be exactly 0, so it has no density.',
  bound: 'Not defined: with a second layer above the code only a bound is known, the ELBO.',
  scaled: 'Not defined: all codes are scaled alike, so how much a coordinate varies says nothing of its use.',
  prior: 'Not defined: this method has no prior to draw codes from.',
  ownCodes:
    'Not defined: codes are drawn from those of training sentences, so there is no prior to compare with.',
  label: 'Not defined: the objective does not have the code tell a label.',
} as const;
export type Undefined = keyof typeof undefinedBecause;

type Described = Pick<Blocks, 'posterior' | 'prior' | 'reconstructs' | 'regularizers'>;

/** Likelihood, KL and mutual information need a density of the code. */
function withoutDensity(posterior: Posterior): Undefined | null {
  if (posterior.kind === 'rectified') return 'density';
  return posterior.kind === 'point' || posterior.kind === 'unit' || standsStill(posterior) ? 'point' : null;
}

/** Null where a composition has the measure (methods.md section 4, applicability). */
export function whyUndefined(measure: Measure, blocks: Described): Undefined | null {
  const { posterior, prior, regularizers } = blocks;
  const writes = blocks.reconstructs > 0;
  if (posterior.kind === 'none')
    return measure === 'nll' || measure === 'fppl' || measure === 'rppl' ? null : 'code';
  switch (measure) {
    case 'nll':
      // The density of a code whose prior has a layer above it is an integral.
      return whyUndefined('elbo', blocks) ?? (prior.kind === 'layered' ? 'bound' : null);
    case 'elbo':
      return writes ? withoutDensity(posterior) : 'writes';
    case 'reconstruction':
      return writes ? null : 'writes';
    case 'kl':
    case 'mi':
      return withoutDensity(posterior);
    case 'au':
      // On the sphere of a code with many coordinates each varies little, however much it is used.
      // Nor does it where every coordinate is scaled to vary by 1.
      return posterior.kind === 'unit' || standsStill(posterior) ? 'scaled' : null;
    case 'labelAccuracy':
    case 'labelInformation':
      return regularizers.some(({ kind }) => kind === 'labelHead') ? null : 'label';
    case 'mmd':
      if (prior.kind === 'none') return 'prior';
      return prior.kind === 'aggregate' ? 'ownCodes' : null;
    case 'fppl':
    case 'rppl':
      if (!writes) return 'writes';
      return prior.kind === 'none' ? 'prior' : null;
  }
}

export const measuresOf = (blocks: Described): readonly Measure[] =>
  measureNames.filter((measure) => whyUndefined(measure, blocks) === null);
