import type { Regularizer } from '../../../contract/blocks.ts';
import { tf, type Scalar, type Tensor2D } from '../../tensor/index.ts';
import type { BlockContext, RegularizerBlock } from '../block.ts';
import { columnOf } from '../conditions/label.ts';
import { hsic as dependence, hsicKernel, rootOf } from '../kernels-hsic.ts';

/** The columns of a code in `count` parts of equal width, as far as it divides. */
export function partsOf(z: Tensor2D, count: number): Tensor2D[] {
  const [rows, dim] = z.shape;
  const edge = (i: number): number => Math.round((i * dim) / count);
  return Array.from({ length: count }, (_, i) => i)
    .filter((i) => edge(i + 1) > edge(i))
    .map((i) => tf.slice(z, [0, edge(i)], [rows, edge(i + 1) - edge(i)]));
}

/** weight HSIC (or its root) between parts of the code, or of the code and a label as one-hot rows (Lopez et al. 2018). */
export function hsic(
  { weight, between, root, after }: Extract<Regularizer, { kind: 'hsic' }>,
  { classes, gauge }: BlockContext,
): RegularizerBlock {
  const weightNow = gauge({
    name: 'hsicWeight',
    start: after === 0 ? weight : 0,
    next: (_, { t, updatesPerEpoch }) => (t >= after * updatesPerEpoch ? weight : 0),
  });
  return {
    name: 'hsic',
    term: (_, { z, sentences, controls }) => {
      const variables =
        'groups' in between
          ? partsOf(z, between.groups)
          : [
              z,
              tf.cast(
                tf.oneHot(columnOf(sentences, between.column), classes[between.column]!.count),
                'float32',
              ) as Tensor2D,
            ];
      const value = dependence(variables.map(hsicKernel));
      return tf.mul(weightNow(controls), root ? rootOf(value) : value) as Scalar;
    },
  };
}
