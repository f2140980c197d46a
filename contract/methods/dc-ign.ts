import { AppError } from '../errors.ts';
import { choice, integer, number } from './field.ts';
import { elboSymbols } from './elbo-symbols.ts';
import { method } from './method.ts';

export default method({
  id: 'dc-ign',
  title: 'Factor batches (DC-IGN)',
  family: 'labels',
  plain: 'Gives each label its own part of the code by training on batches in which only that label varies.',
  goodWhen: 'the data set has two or more labels and you want to change one of them alone.',
  watchOutFor: 'batches where all other labels agree are small, so it learns slowly with many rare labels.',
  formula: String.raw`J = \mathbb{E}_{q_\phi(z \mid x)}\!\left[-\log p_\theta(x \mid \mathrm{clamp}_g(z))\right] + D_{\mathrm{KL}}\!\left(q_\phi(z \mid x)\,\Vert\,p(z)\right)`,
  symbols: [
    ...elboSymbols,
    { tex: 'g', meaning: 'the part of the code that may vary in this batch', option: 'groupWidth' },
    {
      tex: String.raw`\mathrm{clamp}_g`,
      meaning: 'sets all other parts to one value for the batch',
      option: 'clamp',
    },
  ],
  citation: 'Kulkarni et al. 2015',
  latent: true,
  needs: { labels: 2 },
  own: {
    factors: integer({
      title: 'Labels with a part of their own',
      unit: 'label columns, from the first',
      group: 'method',
      min: 2,
      max: 10,
      default: 2,
      raise: 'Raise it when the data set has more labels.',
      lower: 'Lower it when batches become too small.',
    }),
    groupWidth: integer({
      title: 'Dimensions of a label’s part',
      unit: 'dimensions',
      group: 'method',
      min: 1,
      max: 100,
      default: 1,
      raise: 'Raise it for labels with many values.',
      lower: 'Lower it to leave more of the code to everything else.',
    }),
    intrinsicRatio: number({
      title: 'Batches for everything else',
      unit: 'for each batch of a label',
      group: 'method',
      min: 0.1,
      max: 1000,
      step: 1,
      default: 10,
      raise: 'Raise it when reconstructions are poor.',
      lower: 'Lower it when the parts of the labels learn little.',
    }),
    invariance: number({
      title: 'Invariance gradient η',
      unit: 'share of the distance to the mean',
      group: 'method',
      min: 0,
      max: 1,
      default: 0,
      raise: 'Raise it (0.01 in the paper) to pull the parts that stand still together.',
      lower: 'Keep 0 to stop their gradient, as the release does.',
    }),
    clamp: choice({
      title: 'What stands still',
      unit: '',
      group: 'method',
      choices: [
        { value: 'mean', title: 'The mean of the batch' },
        { value: 'first', title: 'The first sentence of the batch' },
      ],
      default: 'mean',
      raise: 'The mean is what the paper describes.',
      lower: 'The first sentence is what the release does.',
    }),
  },
  compose: (o) => {
    const owned = o.factors * o.groupWidth;
    if (owned >= o.latent)
      throw new AppError('methods.option', {
        method: 'dc-ign',
        option: 'groupWidth',
        value: String(o.groupWidth),
        reason: `${o.factors} labels would own ${owned} of ${o.latent} latent dimensions, and at least one must be left`,
      });
    return {
      labels: Array.from({ length: o.factors }, (_, i) => i),
      procedure: {
        kind: 'factorBatches',
        groupWidth: o.groupWidth,
        intrinsicRatio: o.intrinsicRatio,
        invariance: o.invariance,
        clamp: o.clamp,
      },
    };
  },
});
