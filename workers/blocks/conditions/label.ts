import type { Condition } from '../../../contract/blocks.ts';
import { tf, type Step, type Tensor1D, type Tensor2D, type Tensor3D } from '../../tensor/index.ts';
import type { ConditionBlock, ConditionContext, Sentences } from '../block.ts';

/** Classes of one label column, int32 [batch]. */
export function columnOf({ labels }: Pick<Sentences, 'labels'>, column: number): Tensor1D {
  if (!labels) throw new Error('a block that reads labels stands in a method without any');
  const [, batch] = labels.shape;
  return tf.reshape(tf.slice(labels, [column, 0], [1, batch]), [batch]) as Tensor1D;
}

/** An embedding of the label beside the code (and beside every input of the encoder where that is asked for). */
export function label(
  { column, width, encoder }: Extract<Condition, { kind: 'label' }>,
  { classes, parameter }: ConditionContext,
): ConditionBlock {
  const table = (group: 'encoder' | 'decoder') =>
    parameter({
      name: `${group}.label`,
      group,
      shape: [classes[column]!.count, width],
      init: { kind: 'uniform', bound: 0.1 },
      sparse: true,
    });
  const told = encoder ? table('encoder') : null;
  const read = table('decoder');
  return {
    width,
    tellEncoder:
      told &&
      ((step: Step, x: Tensor3D, sentences: Sentences): Tensor3D => {
        const rows = step.embed(told, columnOf(sentences, column)) as Tensor2D;
        return tf.concat([x, tf.tile(tf.expandDims(rows, 0), [x.shape[0], 1, 1]) as Tensor3D], 2);
      }),
    append: (step, z, labels) =>
      tf.concat([z, step.embed(read, columnOf({ labels }, column)) as Tensor2D], 1),
  };
}
