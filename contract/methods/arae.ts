import { choice, integer, number } from './field.ts';
import {
  classifierRateField,
  criticRateField,
  criticUpdatesField,
  generatorRateField,
  noiseDimensionsField,
  penaltyField,
} from './generator.ts';
import { labelColumnField, labelWidthField, withLabels } from './labels.ts';
import { method } from './method.ts';

/** Release for sentences: 300 units everywhere, batches of 64; smaller where the size says so. */
const released = { clip: 1, embedding: 300, hidden: 300, latent: 300, batch: 64 };
const quick = {
  clip: 1,
  latent: 64,
  playerWidth: 128,
  criticRate: 0.001,
  generatorRate: 0.001,
  classifierRate: 0.001,
  optimizer: 'adam',
  learningRate: 0.002,
};
const synthetic = { clip: 1, latent: 50, playerWidth: 100 };

/** Epochs from which one more round of critic, encoder and generator is made. */
const schedules = { none: [], '2-4-6': [2, 4, 6] } as const;

export default method({
  id: 'arae',
  title: 'ARAE',
  family: 'adversarial',
  plain:
    'An autoencoder whose prior is learned: a generator makes codes from noise, and a critic compares them with codes of sentences until they look alike.',
  goodWhen: 'sentences from a fixed prior are poor because real codes do not look like it.',
  watchOutFor:
    'three players must keep in balance; look at the reverse perplexity, since a generator that repeats itself can look fluent.',
  formula: String.raw`\min_{\phi,\theta}\ -\tfrac{1}{m}\sum \log p_\theta\!\left(x \mid E_\phi(x)\right), \quad \max_f\ \overline{f(E_\phi(x))} - \overline{f(g(s))}, \quad \min_{\phi,\,g}\ \overline{f(E_\phi(x))} - \overline{f(g(s))}; \quad \text{with labels}\ \max_\psi\ \overline{\log P_\psi(y \mid E_\phi(x))}, \quad \min_\phi\ -\lambda\, \overline{\log P_\psi(\bar{y} \mid E_\phi(x))}`,
  symbols: [
    {
      tex: String.raw`E_\phi(x)`,
      meaning: 'the encoder: one code of length 1 for the sentence x',
      option: 'latent',
    },
    { tex: String.raw`p_\theta(x \mid z)`, meaning: 'the decoder: how likely it writes x from z' },
    { tex: 'm', meaning: 'words of the batch: the loss is a mean over words' },
    { tex: 'g(s)', meaning: 'the generator: a code made from noise s', option: 'noiseDimensions' },
    { tex: 'f', meaning: 'the critic: higher for codes of sentences', option: 'criticUpdates' },
    {
      tex: 'y',
      meaning: 'the label, told to the decoder where sentences are to be rewritten',
      option: 'transfer',
    },
    { tex: String.raw`\bar{y}`, meaning: 'a wrong label, drawn anew in every update' },
    { tex: String.raw`P_\psi`, meaning: 'the classifier that tries to read the label from the code' },
    { tex: String.raw`\lambda`, meaning: 'price of a code that shows the label', option: 'labelWeight' },
  ],
  citation: 'Zhao et al. 2018',
  latent: true,
  own: {
    latent: integer({
      title: 'Width of the code',
      unit: 'dimensions',
      group: 'architecture',
      min: 1,
      max: 4096,
      default: 300,
      raise: 'The published code is as wide as the LSTM and is its last state itself.',
      lower: 'Lower it for a narrower code, which is then a linear map of the last state.',
    }),
    codeNoise: number({
      title: 'Noise of the code r',
      unit: 'standard deviation',
      group: 'method',
      min: 0,
      max: 2,
      default: 0.05,
      raise: 'Raise it when sentences from nearby codes have nothing in common.',
      lower: 'Lower it when reconstructions are poor.',
    }),
    noiseDecay: number({
      title: 'Noise kept after every 100 updates',
      unit: 'factor',
      group: 'method',
      min: 0,
      max: 1,
      step: 0.0005,
      default: 0.9995,
      raise: 'Raise it to keep the noise longer.',
      lower: 'Lower it to let the noise fade.',
    }),
    noiseDimensions: noiseDimensionsField,
    playerWidth: integer({
      title: 'Units of generator and critic',
      unit: 'units in each of two hidden layers',
      group: 'architecture',
      min: 4,
      max: 4096,
      default: 300,
      raise: 'Raise it with the width of the code.',
      lower: 'Lower it for a quick trial.',
    }),
    lipschitz: choice({
      title: 'How the critic is held back',
      unit: '',
      group: 'method',
      choices: [
        { value: 'penalty', title: 'Gradient penalty (2018 release)' },
        { value: 'clip', title: 'Clipped weights (2017 release)' },
      ],
      default: 'penalty',
      raise: 'The gradient penalty is steadier and lets the critic use its units.',
      lower: 'Clipped weights are faster and are what was published first.',
    }),
    penaltyWeight: penaltyField({
      title: 'Weight of the gradient penalty',
      step: 0.1,
      default: 1,
      read: 'codes',
    }),
    clipBound: number({
      title: 'Bound of clipped weights',
      unit: 'absolute value',
      group: 'method',
      min: 0.0001,
      max: 1,
      step: 0.001,
      default: 0.01,
      raise: 'Raise it when the critic cannot tell the codes apart.',
      lower: 'Lower it when the critic’s loss runs away.',
    }),
    criticUpdates: criticUpdatesField('Critic updates in a round'),
    criticRate: criticRateField,
    generatorRate: generatorRateField,
    encoderScale: number({
      title: 'How much the encoder heeds the critic',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 10,
      default: 0.1,
      raise: 'Raise it when codes of sentences stay apart from generated ones.',
      lower: 'Lower it when reconstructions suffer.',
    }),
    rounds: choice({
      title: 'Rounds of the players',
      unit: '',
      group: 'method',
      choices: [
        { value: 'none', title: 'One in every update (2018 release)' },
        { value: '2-4-6', title: 'One more from epochs 2, 4 and 6 on (2017 release)' },
      ],
      default: 'none',
      raise: 'More rounds train generator and critic further while the autoencoder settles.',
      lower: 'One round is faster.',
    }),
    ...withLabels(1, {
      transfer: choice({
        title: 'Rewrite with another label',
        unit: '',
        group: 'method',
        choices: [
          { value: 'none', title: 'No, labels are not read' },
          { value: 'label', title: 'The decoder is told the label, and the code must not show it' },
        ],
        default: 'none',
        raise: 'With the label a sentence can be rewritten with another one.',
        lower: 'Without it the code says everything, the label included.',
      }),
      labelColumn: labelColumnField,
      labelWidth: labelWidthField,
      labelWeight: number({
        title: 'Weight of the classifier of the label λ',
        unit: 'weight',
        group: 'method',
        min: 0,
        max: 1000,
        step: 0.1,
        default: 1,
        raise: 'Raise it when rewritten sentences keep the label they had.',
        lower: 'Lower it when reconstructions suffer.',
      }),
      classifierRate: classifierRateField,
    }),
  },
  defaults: (size, data) => (data === 'synthetic' ? synthetic : size === 'quick' ? quick : released),
  compose: (o) => ({
    posterior: { kind: 'unit', dim: o.latent, noise: o.codeNoise, decay: o.noiseDecay },
    prior: { kind: 'generator', noise: o.noiseDimensions, hidden: o.playerWidth, layers: 2 },
    klWeight: { kind: 'off' },
    reconstructsPer: 'word',
    decoder: { kind: 'lstm', start: 'zero', spread: 0.1 },
    ...(o.transfer === 'label' && {
      labels: [o.labelColumn - 1],
      condition: { kind: 'label', column: 0, width: o.labelWidth, encoder: false },
    }),
    adversary: {
      kind: 'critic',
      hidden: o.playerWidth,
      layers: 2,
      lipschitz:
        o.lipschitz === 'clip'
          ? { kind: 'clip', bound: o.clipBound }
          : { kind: 'penalty', weight: o.penaltyWeight },
      criticUpdates: o.criticUpdates,
      criticRate: o.criticRate,
      generatorRate: o.generatorRate,
      encoderScale: o.encoderScale,
      schedule: schedules[o.rounds],
      ...(o.transfer === 'label' && {
        label: { column: 0, weight: o.labelWeight, learningRate: o.classifierRate },
      }),
    },
    procedure: { kind: 'alternating' },
  }),
});
