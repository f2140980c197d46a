import { choice, integer, number, vectors, type OptionValues } from './field.ts';
import {
  criticRateField,
  criticUpdatesField,
  generatorRateField,
  noiseDimensionsField,
  penaltyField,
} from './generator.ts';
import { method } from './method.ts';
import type { DataKind, Size } from './sizes.ts';

/** Smaller where the size says so; a quick look is too short for the published rates. */
function defaults(size: Size, data: DataKind): OptionValues {
  const adam = { optimizer: 'adam', learningRate: 0.001 };
  if (data === 'synthetic') return { ...adam, latent: 50 };
  if (size !== 'quick') return adam;
  const rates = { learningRate: 0.006, outlineRate: 0.002, criticRate: 0.001, generatorRate: 0.001 };
  return { ...adam, ...rates, latent: 64 };
}

export default method({
  id: 'neural-outlines',
  title: 'Neural outlines',
  family: 'adversarial',
  plain:
    'First learns what sentences look like as vectors and keeps that; then a decoder learns to write from the vectors, and a generator learns to make new ones.',
  goodWhen:
    'the code should be one that a language model finds by itself, and never fade for the decoder’s sake.',
  watchOutFor:
    'the first epochs train the representation alone: reconstructions and samples mean nothing before they are over. Samples from outlines of real sentences show what the decoder alone does; where they are much better, the generator is the weak part.',
  formula: String.raw`r = \mathrm{Enc}(x)\ \text{fixed}, \quad \min_\theta\ \mathbb{E}_{\xi \sim \mathcal{N}(0, \sigma^2 I)}\!\left[-\log p_\theta(x \mid r + \xi)\right], \quad \min_g \max_f\ \overline{f(r)} - \overline{f(g(s))} - \lambda\, \overline{\left(\Vert\nabla f\Vert - 1\right)^2}`,
  symbols: [
    {
      tex: 'r',
      meaning:
        'the outline of a sentence: states of a language model that reads both ways, pooled over its words, each coordinate scaled to mean 0 and standard deviation 1',
      option: 'latent',
    },
    {
      tex: String.raw`p_\theta(x \mid r)`,
      meaning: 'the decoder: how likely it writes x from the outline r',
    },
    { tex: String.raw`\xi`, meaning: 'noise that the decoder learns to bear', option: 'codeNoise' },
    { tex: 'g(s)', meaning: 'the generator: an outline made from noise s', option: 'noiseDimensions' },
    { tex: 'f', meaning: 'the critic: higher for outlines of sentences', option: 'criticUpdates' },
    {
      tex: String.raw`\lambda`,
      meaning: 'price of slopes of the critic that are not 1',
      option: 'penaltyWeight',
    },
  ],
  citation: 'Subramanian et al. 2018',
  latent: true,
  own: {
    latent: integer({
      title: 'Width of the outline',
      unit: 'dimensions, half of them for each direction',
      group: 'architecture',
      min: 2,
      max: 4096,
      step: 2,
      default: 600,
      raise: 'Raise it when sentences written from real outlines miss what the sentences say.',
      lower: 'Lower it when the generator does not learn to make outlines, or to train faster.',
    }),
    representation: choice({
      title: 'Outlines are',
      unit: '',
      group: 'method',
      choices: [
        { value: 'bidirectional', title: 'States of a language model trained first, in this run' },
        { value: 'given', title: 'Vectors that lie with the data set' },
      ],
      default: 'bidirectional',
      raise: 'A language model of the run’s own needs nothing but the text.',
      lower:
        'Vectors of an encoder that you brought may know more than the text says; the width is then theirs, and the whole run trains decoder and generator.',
    }),
    vectors: vectors({
      title: 'Vectors of the data set',
      unit: '',
      group: 'method',
      raise: 'Only for outlines that are vectors of the data set: which ones, where there are several.',
      lower: 'Empty, they are the only ones there are.',
    }),
    pooling: choice({
      title: 'Words of a sentence are pooled by',
      unit: '',
      group: 'method',
      choices: [
        { value: 'mean', title: 'Their mean' },
        { value: 'max', title: 'Their largest value' },
      ],
      default: 'mean',
      raise: 'The mean lets every word count alike.',
      lower: 'The largest value keeps what stands out once.',
    }),
    outlineShare: number({
      title: 'Share of the epochs for the representation alone',
      unit: 'share, at least one epoch',
      group: 'method',
      min: 0,
      max: 0.95,
      step: 0.05,
      default: 0.25,
      raise: 'Raise it while the loss of the representation is still falling when its epochs end.',
      lower: 'Lower it to leave more epochs to decoder and generator.',
    }),
    outlineRate: number({
      title: 'Learning rate of the representation',
      unit: '',
      group: 'method',
      min: 0.000001,
      max: 0.1,
      step: 0.0001,
      default: 0.001,
      raise: 'Raise it when the loss of the representation falls very slowly.',
      lower: 'Lower it when that loss jumps.',
    }),
    codeNoise: number({
      title: 'Noise of the outline σ',
      unit: 'standard deviations',
      group: 'method',
      min: 0,
      max: 2,
      default: 0.1,
      raise: 'Raise it when sentences from real outlines are good and those from generated ones are not.',
      lower: 'Lower it when sentences from real outlines are poor.',
    }),
    noiseDimensions: noiseDimensionsField,
    playerLayers: integer({
      title: 'Hidden layers of generator and critic',
      unit: 'layers, each twice as wide as the outline',
      group: 'architecture',
      min: 1,
      max: 10,
      default: 5,
      raise: 'Raise it when the critic tells generated outlines apart to the end.',
      lower: 'Lower it to train faster.',
    }),
    penaltyWeight: penaltyField({
      title: 'Weight of the gradient penalty λ',
      step: 1,
      default: 10,
      read: 'outlines',
    }),
    criticUpdates: criticUpdatesField('Critic updates for one of the generator'),
    criticRate: criticRateField,
    generatorRate: generatorRateField,
  },
  defaults,
  compose: (o) => ({
    posterior:
      o.representation === 'given'
        ? { kind: 'given', dim: o.latent, noise: o.codeNoise, source: o.vectors }
        : {
            kind: 'bidirectional',
            dim: o.latent,
            pooling: o.pooling,
            noise: o.codeNoise,
            firstShare: o.outlineShare,
            learningRate: o.outlineRate,
          },
    prior: {
      kind: 'generator',
      noise: o.noiseDimensions,
      hidden: 2 * o.latent,
      layers: o.playerLayers,
      plain: true,
    },
    klWeight: { kind: 'off' },
    adversary: {
      kind: 'critic',
      hidden: 2 * o.latent,
      layers: o.playerLayers,
      lipschitz: { kind: 'penalty', weight: o.penaltyWeight },
      criticUpdates: o.criticUpdates,
      criticRate: o.criticRate,
      generatorRate: o.generatorRate,
      encoderScale: 0,
      schedule: [],
      plain: true,
      squareDecay: 0.9,
    },
    procedure: { kind: 'alternating' },
  }),
});
