import { integer, number } from './field.ts';

/** Fields of methods whose prior is a generator that a critic teaches. */
const playerRate = (words: { title: string; raise: string; lower: string }) =>
  number({ unit: '', group: 'method', min: 0.000001, max: 0.1, step: 0.0001, default: 0.0001, ...words });

export const noiseDimensionsField = integer({
  title: 'Noise dimensions of the generator',
  unit: 'dimensions',
  group: 'method',
  min: 1,
  max: 1024,
  default: 100,
  raise: 'Raise it for more varied text.',
  lower: 'Lower it for a small text.',
});

/** `read`: what the critic tells apart. */
export const penaltyField = (own: { title: string; step: number; default: number; read: string }) => {
  const { read, ...rest } = own;
  return number({
    unit: 'weight',
    group: 'method',
    min: 0,
    max: 1000,
    raise: 'Raise it when the critic’s loss runs away.',
    lower: `Lower it when the critic cannot tell the ${read} apart.`,
    ...rest,
  });
};

export const criticUpdatesField = (title: string) =>
  integer({
    title,
    unit: 'updates',
    group: 'method',
    min: 1,
    max: 100,
    default: 5,
    raise: 'Raise it when the generator fools a critic that has not learned yet.',
    lower: 'Lower it to train faster.',
  });

export const criticRateField = playerRate({
  title: 'Learning rate of the critic',
  raise: 'Raise it when the critic’s loss stays at 0.',
  lower: 'Lower it when the critic’s loss jumps.',
});

export const generatorRateField = playerRate({
  title: 'Learning rate of the generator',
  raise: 'Raise it when generated sentences change too slowly.',
  lower: 'Lower it when generated sentences jump from one measurement to the next.',
});

export const classifierRateField = playerRate({
  title: 'Learning rate of the classifier',
  raise: 'Raise it when the classifier stays at chance although the code shows the label.',
  lower: 'Lower it when its loss jumps.',
});
