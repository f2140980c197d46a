import { integer, type Fields } from './field.ts';

/** Which label column of the data set a method reads. */
export const labelColumnField = integer({
  title: 'Label column',
  unit: 'number of the column, from 1',
  group: 'method',
  min: 1,
  max: 50,
  default: 1,
  raise: 'Raise it to use another label of the data set.',
  lower: 'Lower it to use an earlier label.',
});

export const labelWidthField = integer({
  title: 'Label embedding width',
  unit: 'units',
  group: 'architecture',
  min: 1,
  max: 512,
  default: 50,
  raise: 'Raise it when there are many labels.',
  lower: 'Lower it for a small model.',
});

/** Fields of an option that a method has only where the data have `labels` label columns. */
export const withLabels = <const F extends Fields>(labels: number, fields: F): F =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...field, labels }])) as F;
