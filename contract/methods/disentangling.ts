import { number } from './field.ts';

/**
 * Training of methods whose term is estimated within a batch: batches of 64 and Adam, as in the library that compares
 * them (disentanglement_lib), since plain steps at rate 1 overshoot terms of this weight.
 */
export const disentangling = { batch: 64, optimizer: 'adam', learningRate: 0.001 } as const;

/** Price of information in the decomposed KL; `free` says what its lowest value does. */
export const informationWeightField = (free: string) =>
  number({
    title: 'Information weight α',
    unit: 'weight',
    group: 'method',
    min: 0,
    max: 100,
    step: 0.1,
    default: 1,
    raise: 'Raise it for codes that say less about their sentence.',
    lower: `Lower it for codes that say more; ${free}.`,
  });
