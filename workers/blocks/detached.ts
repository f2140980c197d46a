import { tf, type Tensor } from '../tensor/index.ts';

/**
 * A function of a tensor through which no gradient passes; without one, the tensor itself. A function whose ops have
 * no gradient must stand inside: the tape follows every path, also one that ends in zero.
 */
export function detached<X extends Tensor, Y extends Tensor = X>(
  x: X,
  of: (x: X) => Y = (same) => tf.clone(same) as unknown as Y,
): Y {
  const body = tf.customGrad(((given: X) => ({
    value: of(given),
    gradFunc: () => tf.zeros(given.shape),
  })) as unknown as Parameters<typeof tf.customGrad>[0]);
  return body(x) as unknown as Y;
}
