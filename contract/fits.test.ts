import { describe, expect, test } from 'vitest';
import type { Blocks } from './blocks.ts';
import { columnsOf, fits, misfits, type Misfit } from './fits.ts';
import { methodById, methods } from './methods/index.ts';

const blocksOf = (id: string, options = {}): Blocks => {
  const method = methodById(id);
  return method.configure({ ...method.preset('standard', 'text'), ...options }).blocks;
};
const vae = blocksOf('vae');

describe('the blocks of every method of the catalogue fit', () => {
  test.each(methods.map(({ id }) => id))('%s', (id) => expect(fits(blocksOf(id))).toEqual([]));
});

const joint = { kind: 'joint' } as const;
const alternating = { kind: 'alternating' } as const;
const none = { kind: 'none' } as const;
const mmd = { kind: 'mmd', weight: 1, kernel: 'imq' } as const;
const point: Partial<Blocks> = { posterior: { kind: 'point', dim: 8 }, klWeight: { kind: 'off' } };
const cases: Record<Misfit, readonly [why: string, base: Blocks, change: Partial<Blocks>][]> = {
  noCode: [
    ['terms without a code', blocksOf('lstm-lm'), { regularizers: [mmd] }],
    ['a prior without a code', blocksOf('lstm-lm'), { prior: { kind: 'standardNormal' } }],
  ],
  awdNeedsNoCode: [['a decoder that reads no code', vae, { decoder: blocksOf('wd-lstm').decoder }]],
  averagedNeedsNoCode: [['averaging beside a code', vae, { procedure: blocksOf('wd-lstm').procedure }]],
  labelMissing: [
    [
      'a told label that is not read',
      vae,
      { condition: { kind: 'label', column: 0, width: 4, encoder: false } },
    ],
  ],
  priorOfPosterior: [
    ['a Gaussian on the sphere', vae, { prior: { kind: 'sphere' } }],
    ['directions without the sphere', blocksOf('vmf-vae'), { prior: { kind: 'standardNormal' } }],
  ],
  klNeedsDensity: [['a KL of single points', vae, { ...point, klWeight: { kind: 'constant', value: 1 } }]],
  reconstructsNothing: [['no task at all', vae, { reconstructs: 0 }]],
  mmdNeedsPrior: [['MMD to no prior', vae, { ...point, prior: none, regularizers: [mmd] }]],
  partsNeedGaussian: [
    [
      'total correlation of directions',
      blocksOf('vmf-vae'),
      {
        regularizers: [{ kind: 'decomposition', part: 'total', weight: 1, groupSize: 1, estimator: 'batch' }],
      },
    ],
  ],
  pairsNeedGaussian: [
    ['likeness of points', vae, { ...point, regularizers: [{ kind: 'smoothness', weight: 1 }] }],
  ],
  reencodingNeedsDensity: [
    [
      're-encoding of points',
      vae,
      { ...point, regularizers: [{ kind: 'reencoding', weight: 1, longest: 5 }] },
    ],
  ],
  reencodingNeedsNoLabel: [
    ['a told label', blocksOf('vfae'), { regularizers: [{ kind: 'reencoding', weight: 1, longest: 5 }] }],
  ],
  noiseCostNeedsNoise: [['no multiplied noise', vae, { regularizers: [{ kind: 'noiseCost', weight: 1 }] }]],
  regressionNeedsStates: [
    [
      'a convolution has no states',
      blocksOf('cnn-vae'),
      { regularizers: [{ kind: 'codeRegression', weight: 1 }] },
    ],
  ],
  groupsTooMany: [
    [
      'more groups than dimensions',
      { ...vae, posterior: { kind: 'gaussian', dim: 2 } },
      { regularizers: [{ kind: 'hsic', weight: 1, between: { groups: 3 }, root: false, after: 0 }] },
    ],
  ],
  refinedAlone: [
    ['a further term', blocksOf('sa-vae'), { regularizers: [mmd] }],
    ['free bits', blocksOf('sa-vae'), { klWeight: { kind: 'freeBits', nats: 1, by: 'total' } }],
    [
      'another order of updates',
      blocksOf('sa-vae'),
      { procedure: { kind: 'aggressive', window: 5, maxInner: 9 } },
    ],
  ],
  codeStandsStill: [
    [
      'covariance of codes that nothing moves',
      blocksOf('neural-outlines'),
      { regularizers: [{ kind: 'covariance', of: 'codes', offDiagonal: 1, diagonal: 1 }] },
    ],
    [
      'a label that codes are to hide',
      blocksOf('arae', { transfer: 'label' }),
      { posterior: blocksOf('neural-outlines').posterior },
    ],
    [
      'a label for an encoder that does not read it',
      blocksOf('neural-outlines'),
      { labels: [0], condition: { kind: 'label', column: 0, width: 4, encoder: true } },
    ],
  ],
  givenNeedsSource: [['vectors of nobody', blocksOf('neural-outlines', { representation: 'given' }), {}]],
  alternatingNeedsAdversary: [['nobody to alternate with', vae, { procedure: alternating }]],
  adversaryNeedsAlternating: [['an adversary that never learns', blocksOf('aae'), { procedure: joint }]],
  discriminatorNeedsPrior: [['nothing to compare with', blocksOf('aae'), { prior: none }]],
  criticNeedsGenerator: [['a critic without a generator', blocksOf('arae'), { prior: none }]],
  generatorNeedsCritic: [
    ['a generator that never learns', blocksOf('arae'), { adversary: none, procedure: joint }],
  ],
  factorBatchesNeedLabels: [['no label to vary', blocksOf('dc-ign'), { labels: [] }]],
  factorBatchesTooWide: [
    ['labels own every dimension', blocksOf('dc-ign'), { posterior: { kind: 'gaussian', dim: 1 } }],
  ],
  aggressiveNeedsDensity: [
    [
      'no mutual information to watch',
      vae,
      { ...point, procedure: { kind: 'aggressive', window: 5, maxInner: 9 } },
    ],
  ],
};

describe('what does not fit is said', () => {
  const all = misfits.flatMap((misfit) =>
    cases[misfit].map(([why, base, change]) => ({ misfit, why, base, change })),
  );
  test.each(all)('$misfit: $why', ({ misfit, base, change }) => {
    expect(fits({ ...base, ...change })).toContain(misfit);
  });
});

test('several misfits come in one order, each once', () => {
  const found = fits({ ...vae, ...point, prior: none, regularizers: [mmd, mmd], procedure: alternating });
  expect(found).toEqual(['mmdNeedsPrior', 'alternatingNeedsAdversary']);
});

test('blocks name their labels', () => {
  expect(columnsOf(blocksOf('fader'))).toEqual([0, 0]);
  expect(columnsOf(vae)).toEqual([]);
});
