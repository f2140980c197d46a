import type { Blocks, Regularizer } from './blocks.ts';
import { standsStill } from './stages.ts';

/** Why blocks do not fit together; each has its sentence in the catalogue (`misfit`). */
export const misfits = [
  'noCode',
  'awdNeedsNoCode',
  'averagedNeedsNoCode',
  'labelMissing',
  'priorOfPosterior',
  'klNeedsDensity',
  'reconstructsNothing',
  'mmdNeedsPrior',
  'partsNeedGaussian',
  'pairsNeedGaussian',
  'reencodingNeedsDensity',
  'reencodingNeedsNoLabel',
  'noiseCostNeedsNoise',
  'regressionNeedsStates',
  'groupsTooMany',
  'refinedAlone',
  'codeStandsStill',
  'givenNeedsSource',
  'alternatingNeedsAdversary',
  'adversaryNeedsAlternating',
  'discriminatorNeedsPrior',
  'criticNeedsGenerator',
  'generatorNeedsCritic',
  'factorBatchesNeedLabels',
  'factorBatchesTooWide',
  'aggressiveNeedsDensity',
] as const;
export type Misfit = (typeof misfits)[number];

/** The prior that a posterior's KL has a closed form with; codes without a density have no KL. */
const priorOf: Partial<Record<Blocks['posterior']['kind'], Blocks['prior']['kind']>> = {
  gaussian: 'standardNormal',
  refined: 'standardNormal',
  layered: 'layered',
  lognormal: 'lognormal',
  vmf: 'sphere',
  vmfLearned: 'sphere',
};
/** Priors that codes without a density may be compared with. */
const priorsOfPoints: Partial<Record<Blocks['posterior']['kind'], readonly Blocks['prior']['kind'][]>> = {
  point: ['none', 'standardNormal'],
  unit: ['none', 'sphere', 'generator'],
  bidirectional: ['generator'],
  given: ['generator'],
  rectified: ['none', 'aggregate'],
};

/** Whether codes can be drawn from a prior that training does not shape after them. */
const isFixed = ({ kind }: Blocks['prior']): boolean => !['none', 'generator', 'aggregate'].includes(kind);

/** What keeps the blocks from making one method, in the order of the slots; nothing where they fit. */
export function fits(blocks: Blocks): Misfit[] {
  if (blocks.posterior.kind === 'none') return isPlainLanguageModel(blocks) ? [] : ['noCode'];
  const found = new Set<Misfit>();
  const wants = (holds: boolean, misfit: Misfit) => void (holds || found.add(misfit));
  const { posterior, prior, klWeight, regularizers, adversary, labels, condition, procedure } = blocks;
  const partner = priorOf[posterior.kind];
  const gaussian = posterior.kind === 'gaussian';
  const count = labels.length;

  wants(blocks.decoder.kind !== 'awdLstm', 'awdNeedsNoCode');
  wants(procedure.kind !== 'averaged', 'averagedNeedsNoCode');
  wants(
    columnsOf(blocks).every((column) => column < count),
    'labelMissing',
  );
  if (partner) wants(prior.kind === partner, 'priorOfPosterior');
  else wants(priorsOfPoints[posterior.kind]?.includes(prior.kind) ?? false, 'priorOfPosterior');
  wants(partner !== undefined || klWeight.kind === 'off', 'klNeedsDensity');
  if (blocks.reconstructs === 0) {
    wants(
      regularizers.some(({ kind }) => kind === 'labelHead'),
      'reconstructsNothing',
    );
    wants(condition.kind === 'none', 'reconstructsNothing');
  }

  for (const term of regularizers) for (const misfit of misfitsOf(term, blocks, gaussian)) found.add(misfit);
  if (posterior.kind === 'refined') {
    const adaptive = ['freeBits', 'capacity', 'lagrange'].includes(klWeight.kind);
    const alone = regularizers.length === 0 && adversary.kind === 'none' && procedure.kind === 'joint';
    wants(alone && !adaptive && blocks.reconstructs === 1 && !blocks.reconstructsPer, 'refinedAlone');
  }
  if (posterior.kind === 'given') wants(posterior.source !== '', 'givenNeedsSource');
  if (standsStill(posterior)) {
    wants(!regularizers.some(({ kind }) => pullsOnCodes[kind]), 'codeStandsStill');
    wants(condition.kind === 'none' || !condition.encoder, 'codeStandsStill');
    wants(adversary.kind !== 'critic' || !adversary.label, 'codeStandsStill');
  }

  wants(adversary.kind !== 'none' || procedure.kind !== 'alternating', 'alternatingNeedsAdversary');
  wants(adversary.kind === 'none' || procedure.kind === 'alternating', 'adversaryNeedsAlternating');
  if (adversary.kind === 'jensenShannon') wants(isFixed(prior), 'discriminatorNeedsPrior');
  wants(adversary.kind !== 'critic' || prior.kind === 'generator', 'criticNeedsGenerator');
  wants(prior.kind !== 'generator' || adversary.kind === 'critic', 'generatorNeedsCritic');

  if (procedure.kind === 'factorBatches') {
    wants(count > 0, 'factorBatchesNeedLabels');
    wants(procedure.groupWidth * count < posterior.dim, 'factorBatchesTooWide');
  }
  wants(procedure.kind !== 'aggressive' || partner !== undefined, 'aggressiveNeedsDensity');
  return misfits.filter((misfit) => found.has(misfit));
}

/** Terms that change nothing where the encoder is not trained with them. */
const pullsOnCodes: Partial<Record<Regularizer['kind'], boolean>> = {
  classMmd: true,
  covariance: true,
  hsic: true,
};

/** What a method without a code may be made of. */
const isPlainLanguageModel = (blocks: Blocks): boolean =>
  blocks.prior.kind === 'none' &&
  blocks.klWeight.kind === 'off' &&
  blocks.regularizers.length === 0 &&
  blocks.adversary.kind === 'none' &&
  blocks.condition.kind === 'none' &&
  blocks.labels.length === 0 &&
  blocks.reconstructs === 1 &&
  ['joint', 'averaged', 'polyak'].includes(blocks.procedure.kind);

function misfitsOf(
  term: Regularizer,
  { posterior, prior, decoder, condition, reconstructs }: Blocks,
  gaussian: boolean,
): Misfit[] {
  const dim = posterior.kind === 'none' ? 0 : posterior.dim;
  switch (term.kind) {
    case 'mmd':
      return isFixed(prior) ? [] : ['mmdNeedsPrior'];
    case 'decomposition': {
      const misfit: Misfit[] = gaussian && prior.kind === 'standardNormal' ? [] : ['partsNeedGaussian'];
      const byGroups = term.part === 'between' || term.part === 'within';
      return byGroups && dim % term.groupSize !== 0 ? [...misfit, 'groupsTooMany'] : misfit;
    }
    case 'diversity':
    case 'smoothness':
      return gaussian ? [] : ['pairsNeedGaussian'];
    case 'reencoding':
      // The sentence is written from a code of the prior, to which no label belongs.
      return [
        ...(gaussian ? [] : (['reencodingNeedsDensity'] as const)),
        ...(condition.kind === 'none' ? [] : (['reencodingNeedsNoLabel'] as const)),
      ];
    case 'noiseCost':
      return posterior.kind === 'rectified' ? [] : ['noiseCostNeedsNoise'];
    case 'codeRegression':
      return decoder.kind === 'lstm' && reconstructs > 0 ? [] : ['regressionNeedsStates'];
    case 'hsic':
      return 'groups' in term.between && term.between.groups > dim ? ['groupsTooMany'] : [];
    case 'classMmd':
    case 'covariance':
    case 'bagOfWords':
    case 'labelHead':
      return [];
  }
}

/** Every index into the labels that a block names. */
export function columnsOf({ posterior, regularizers, adversary, condition }: Blocks): number[] {
  const terms = regularizers.flatMap((term) => {
    if (term.kind === 'classMmd' || term.kind === 'labelHead') return [term.column];
    return term.kind === 'hsic' && 'column' in term.between ? [term.between.column] : [];
  });
  return [
    ...(posterior.kind === 'layered' ? [posterior.column] : []),
    ...terms,
    ...(adversary.kind === 'labelAdversary' ? [adversary.column] : []),
    ...(adversary.kind === 'critic' && adversary.label ? [adversary.label.column] : []),
    ...(condition.kind === 'label' ? [condition.column] : []),
  ];
}
