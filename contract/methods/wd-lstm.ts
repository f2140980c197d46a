import { integer, number } from './field.ts';
import { method } from './method.ts';

const rate = (title: string, fallback: number, what: string) =>
  number({
    title,
    unit: 'probability',
    group: 'method',
    min: 0,
    max: 0.95,
    step: 0.05,
    default: fallback,
    raise: `Raise it against over-fitting: more of ${what} is hidden in training.`,
    lower: 'Lower it when the model under-fits a large text.',
  });

export default method({
  id: 'wd-lstm',
  title: 'Weight-dropped LSTM language model',
  family: 'language-model',
  plain:
    'A strong language model without a code: several layers that are taught with parts of them switched off.',
  goodWhen: 'you want to know how good sentences can be without any latent code, with the best plain model.',
  watchOutFor:
    'its learning rate belongs to a loss per word; every sentence starts afresh, with no memory of the one before.',
  formula: String.raw`J = -\frac{1}{BT}\sum_{i,t} \log p_\theta(x_t \mid x_{<t}) + \alpha\, \overline{\tilde h^2} + \beta\, \overline{(h_{t+1} - h_t)^2}`,
  symbols: [
    { tex: 'B', meaning: 'sentences in a batch', option: 'batch' },
    { tex: 'T', meaning: 'words of a sentence, its end counted' },
    { tex: String.raw`p_\theta(x_t \mid x_{<t})`, meaning: 'chance of the next word after the words so far' },
    { tex: String.raw`\tilde h`, meaning: 'output of the last layer, parts of it dropped' },
    { tex: String.raw`\alpha`, meaning: 'price of a large output', option: 'activation' },
    {
      tex: String.raw`\beta`,
      meaning: 'price of an output that changes from word to word',
      option: 'temporal',
    },
  ],
  citation: 'Merity, Keskar & Socher 2018',
  latent: false,
  own: {
    layers: integer({
      title: 'LSTM layers',
      unit: 'layers',
      group: 'method',
      min: 1,
      max: 8,
      default: 3,
      raise: 'Raise it for a lot of text; time and memory grow with it.',
      lower: 'Lower it to train faster.',
    }),
    dropConnect: rate('DropConnect', 0.5, 'the weights between states'),
    dropBetween: rate('Dropout between layers', 0.25, 'what one layer tells the next'),
    dropWords: rate('Dropout of words', 0.1, 'the vocabulary'),
    activation: number({
      title: 'Activation cost α (AR)',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 100,
      step: 0.5,
      default: 2,
      raise: 'Raise it for smaller outputs.',
      lower: 'Lower it when the model under-fits; at 0 it is off.',
    }),
    temporal: number({
      title: 'Temporal cost β (TAR)',
      unit: 'weight',
      group: 'method',
      min: 0,
      max: 100,
      step: 0.5,
      default: 1,
      raise: 'Raise it for outputs that change slowly.',
      lower: 'Lower it when the model under-fits; at 0 it is off.',
    }),
    nonMonotone: integer({
      title: 'Evaluations before averaging',
      unit: 'evaluations',
      group: 'method',
      min: 1,
      max: 1000,
      default: 5,
      raise: 'Raise it to wait longer before parameters are averaged.',
      lower: 'Lower it to average sooner.',
    }),
    weightDecay: number({
      title: 'Weight decay',
      unit: 'share per update',
      group: 'method',
      min: 0,
      max: 0.01,
      step: 0.000001,
      default: 0.0000012,
      raise: 'Raise it for smaller weights.',
      lower: 'Lower it when the model under-fits.',
    }),
  },
  defaults: (size) => ({
    // The published rate and clipping belong to the loss per word; averaging stands in for halving the rate.
    learningRate: 30,
    clip: 0.25,
    guardEpoch: 1000,
    ...(size === 'quick'
      ? // A few hundred updates teach one layer with little of it switched off; three are still at the start then.
        { layers: 1, dropConnect: 0.1, dropBetween: 0.05, dropWords: 0.02, dropoutIn: 0.1, dropoutOut: 0.1 }
      : { dropoutIn: 0.4, dropoutOut: 0.4 }),
  }),
  compose: (o) => ({
    posterior: { kind: 'none' },
    prior: { kind: 'none' },
    klWeight: { kind: 'off' },
    reconstructsPer: 'word',
    decoder: {
      kind: 'awdLstm',
      layers: o.layers,
      dropBetween: o.dropBetween,
      dropConnect: o.dropConnect,
      dropWords: o.dropWords,
      activation: o.activation,
      temporal: o.temporal,
    },
    procedure: { kind: 'averaged', patience: o.nonMonotone, weightDecay: o.weightDecay },
  }),
});
