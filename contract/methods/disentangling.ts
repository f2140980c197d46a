/**
 * Training of methods whose term is estimated within a batch: batches of 64 and Adam, as in the library that compares
 * them (disentanglement_lib), since plain steps at rate 1 overshoot terms of this weight.
 */
export const disentangling = { batch: 64, optimizer: 'adam', learningRate: 0.001 } as const;
