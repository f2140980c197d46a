import { number, type NumberField, type OptionValues } from './field.ts';

/** Bound of the weights of encoder and decoder before training (methods.md 1.4: 0.01). */
export const spreadField = number({
  title: 'Bound of the weights before training',
  unit: '',
  group: 'architecture',
  min: 0.0001,
  max: 1,
  default: 0.01,
  raise:
    'Raise it when training is short: from small weights the codes of all sentences are one point at first.',
  lower: 'Lower it when the loss jumps in the first updates.',
});

/** Of methods whose release starts from U(-0.1, 0.1). */
export const wideSpreadField: NumberField = { ...spreadField, default: 0.1, former: 0.01 };

/** A quick look ends before codes from small weights part; the rate goes with so few updates. */
export const quickAdam: OptionValues = { optimizer: 'adam', learningRate: 0.003, spread: 0.1 };
