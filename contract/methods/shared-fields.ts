import type { Architecture, Evaluation, Training } from '../blocks.ts';
import { choice, integer, number, type Fields, type ValuesOf } from './field.ts';

/** Fields every method has. Defaults are the Standard size; `sizes.ts` holds the others. */
export const architectureFields = {
  embedding: integer({
    title: 'Word embedding width',
    unit: 'units',
    group: 'architecture',
    min: 4,
    max: 2048,
    default: 128,
    raise: 'Raise it for a large vocabulary and a lot of text; memory and time grow with it.',
    lower: 'Lower it for small data or a quick trial.',
  }),
  hidden: integer({
    title: 'LSTM units',
    unit: 'units',
    group: 'architecture',
    min: 4,
    max: 4096,
    default: 256,
    raise: 'Raise it for more fluent sentences; time grows with its square.',
    lower: 'Lower it to train faster, or when the decoder is so strong that it ignores the code.',
  }),
  dropoutIn: number({
    title: 'Dropout before the decoder',
    unit: 'probability',
    group: 'architecture',
    min: 0,
    max: 0.95,
    default: 0.5,
    raise: 'Raise it against over-fitting, or to make the decoder lean on the code.',
    lower: 'Lower it when the model under-fits a large text.',
  }),
  dropoutOut: number({
    title: 'Dropout after the decoder',
    unit: 'probability',
    group: 'architecture',
    min: 0,
    max: 0.95,
    default: 0.5,
    raise: 'Raise it against over-fitting.',
    lower: 'Lower it when the model under-fits a large text.',
  }),
} as const satisfies Fields;

/** Latent width: only methods with a code have it. */
export const latentField = integer({
  title: 'Latent dimensions',
  unit: 'dimensions',
  group: 'architecture',
  min: 1,
  max: 512,
  default: 16,
  raise: 'Raise it when every dimension is active and reconstructions are still poor.',
  lower: 'Lower it when most dimensions stay inactive; 1 or 2 can be drawn as a picture.',
});

export const trainingFields = {
  batch: integer({
    title: 'Batch size',
    unit: 'sentences',
    group: 'training',
    min: 1,
    max: 1024,
    default: 32,
    raise: 'Raise it for steadier, fewer updates; memory grows with it.',
    lower: 'Lower it when memory is short.',
  }),
  epochs: integer({
    title: 'Epochs',
    unit: 'epochs',
    group: 'training',
    min: 1,
    max: 1000,
    default: 40,
    raise: 'Raise it when the validation NLL is still falling at the end.',
    lower: 'Lower it for a quick trial.',
  }),
  updatesPerEpoch: integer({
    title: 'Updates per epoch',
    unit: 'updates, 0 for a whole pass',
    group: 'training',
    min: 0,
    max: 1_000_000,
    default: 0,
    raise: 'Raise it to see more text between two evaluations.',
    lower: 'Lower it (but not to 0) to evaluate often on a large text.',
  }),
  learningRate: number({
    title: 'Learning rate',
    unit: '',
    group: 'training',
    min: 0.00001,
    max: 50,
    step: 0.1,
    default: 1,
    raise: 'Raise it when the loss falls very slowly.',
    lower: 'Lower it when the loss jumps or is no longer a number.',
  }),
  optimizer: choice({
    title: 'Optimizer',
    unit: '',
    group: 'training',
    choices: [
      { value: 'sgd', title: 'SGD' },
      { value: 'adam', title: 'Adam' },
    ],
    default: 'sgd',
    raise: 'SGD follows the published schedule and wants a learning rate near 1.',
    lower: 'Adam adapts its steps to each parameter and wants a learning rate near 0.001.',
  }),
  clip: number({
    title: 'Gradient clipping',
    unit: 'global norm',
    group: 'training',
    min: 0.01,
    max: 1000,
    step: 0.5,
    default: 5,
    raise: 'Raise it to let large gradients through.',
    lower: 'Lower it when the loss jumps.',
  }),
  patience: integer({
    title: 'Patience',
    unit: 'epochs',
    group: 'training',
    min: 1,
    max: 100,
    default: 2,
    raise: 'Raise it to wait longer before the learning rate is halved.',
    lower: 'Lower it to halve sooner.',
  }),
  guardEpoch: integer({
    title: 'No halving before epoch',
    unit: 'epochs',
    group: 'training',
    min: 0,
    max: 1000,
    default: 15,
    raise: 'Raise it to keep the first learning rate longer.',
    lower: 'Lower it for small data, where a few epochs suffice.',
  }),
  halvings: integer({
    title: 'Halvings before the stop',
    unit: 'halvings',
    group: 'training',
    min: 1,
    max: 50,
    default: 5,
    raise: 'Raise it to train on with ever smaller learning rates.',
    lower: 'Lower it to stop sooner.',
  }),
} as const satisfies Fields;

export const evaluationFields = {
  importanceSamples: integer({
    title: 'Importance samples for the NLL',
    unit: 'samples per sentence',
    group: 'evaluation',
    min: 1,
    max: 5000,
    default: 500,
    raise: 'Raise it for a tighter NLL; time grows with it.',
    lower: 'Lower it for a quick look; the NLL is then a looser bound.',
  }),
  importanceSentences: integer({
    title: 'Test sentences for the importance-weighted NLL',
    unit: 'sentences, 0 for all',
    group: 'evaluation',
    min: 0,
    max: 1_000_000,
    default: 500,
    raise: 'Raise it for a steadier NLL.',
    lower: 'Lower it (but not to 0) for a quick look.',
  }),
  samples: integer({
    title: 'Sentences per sample set',
    unit: 'sentences',
    group: 'evaluation',
    min: 10,
    max: 100_000,
    default: 10_000,
    raise: 'Raise it for a steadier reverse perplexity; compare only equal counts.',
    lower: 'Lower it for a quick look.',
  }),
} as const satisfies Fields;

/** Fields of a method without a latent code. */
export const commonFields = { ...architectureFields, ...trainingFields, ...evaluationFields } as const;

type Common = ValuesOf<typeof commonFields>;

export function architectureOf(o: Common): Architecture {
  return {
    embedding: o.embedding,
    hidden: o.hidden,
    dropoutIn: o.dropoutIn,
    dropoutOut: o.dropoutOut,
  };
}

export function trainingOf(o: Common): Training {
  return {
    batch: o.batch,
    epochs: o.epochs,
    updatesPerEpoch: o.updatesPerEpoch,
    learningRate: o.learningRate,
    optimizer: o.optimizer,
    clip: o.clip,
    patience: o.patience,
    guardEpoch: o.guardEpoch,
    halvings: o.halvings,
  };
}

export function evaluationOf(o: Common): Evaluation {
  return {
    importanceSamples: o.importanceSamples,
    importanceSentences: o.importanceSentences,
    samples: o.samples,
  };
}
