import { integer, number } from './field.ts';
import { labelColumnField, labelWidthField } from './labels.ts';
import { adam } from './matching.ts';
import { method } from './method.ts';
import { quickAdam, spreadField } from './spread.ts';

export default method({
  id: 'fader',
  title: 'Fader network',
  family: 'labels',
  plain:
    'An autoencoder whose code must not show a label: a classifier tries to read it there, and the decoder is told the label instead.',
  goodWhen: 'you want to rewrite a sentence with another label and keep everything else.',
  watchOutFor: 'there is no prior, so it writes no new sentences: give it a sentence and another label.',
  formula: String.raw`J = -\log p_\theta\!\left(x \mid E_\phi(x), y\right) - \lambda_t \log P_\psi\!\left(\bar{y} \mid E_\phi(x)\right), \quad \min_\psi\ -\log P_\psi\!\left(y \mid E_\phi(x)\right)`,
  symbols: [
    {
      tex: String.raw`E_\phi(x)`,
      meaning: 'the encoder: one code for the sentence x, without noise',
      option: 'latent',
    },
    { tex: 'y', meaning: 'the label, which the decoder is told', option: 'labelColumn' },
    { tex: String.raw`\bar{y}`, meaning: 'a wrong label, drawn anew in every update' },
    { tex: String.raw`P_\psi`, meaning: 'the classifier that tries to read the label from the code' },
    {
      tex: String.raw`\lambda_t`,
      meaning: 'price of a code that shows the label, rising from 0',
      option: 'labelWeight',
    },
  ],
  citation: 'Lample et al. 2017',
  latent: true,
  needs: { labels: 1 },
  own: {
    labelColumn: labelColumnField,
    labelWidth: labelWidthField,
    labelWeight: number({
      title: 'Weight of the label adversary λ',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 1000,
      step: 1,
      default: 10,
      raise: 'Raise it when a classifier can still tell the label from the code.',
      lower: 'Lower it when reconstructions suffer.',
    }),
    labelWarmUp: integer({
      title: 'Epochs until the full weight',
      unit: 'epochs',
      group: 'method',
      min: 1,
      max: 1000,
      default: 5,
      raise: 'Raise it when reconstructions break down as the weight rises.',
      lower: 'Lower it when training ends before the label has left the code.',
    }),
    classifierRate: number({
      title: 'Learning rate of the classifier',
      unit: '',
      group: 'method',
      min: 0.000001,
      max: 0.1,
      step: 0.0001,
      default: 0.0002,
      raise: 'Raise it when the classifier stays at chance although the code shows the label.',
      lower: 'Lower it when its loss jumps.',
    }),
    spread: spreadField,
  },
  defaults: (size, data) =>
    size === 'quick' && data === 'text' ? { ...quickAdam, updatesPerEpoch: 150 } : adam,
  compose: (o) => ({
    posterior: { kind: 'point', dim: o.latent, spread: o.spread },
    decoder: { kind: 'lstm', spread: o.spread },
    prior: { kind: 'none' },
    klWeight: { kind: 'off' },
    labels: [o.labelColumn - 1],
    condition: { kind: 'label', column: 0, width: o.labelWidth, encoder: false },
    adversary: {
      kind: 'labelAdversary',
      column: 0,
      weight: o.labelWeight,
      warmUp: o.labelWarmUp,
      learningRate: o.classifierRate,
    },
    procedure: { kind: 'alternating' },
  }),
});
