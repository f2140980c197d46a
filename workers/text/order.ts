import { philox } from '../tensor/index.ts';

/** Order in which pass number `pass` over the training split visits its batches: a function of seed and pass alone. */
export function passOrder(seed: number, pass: number, batches: number): Int32Array {
  const order = Int32Array.from({ length: batches }, (_, i) => i);
  return philox(seed, `order of pass ${pass}`).shuffle(order);
}
