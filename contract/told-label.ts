import type { Blocks } from './blocks.ts';

/** The label that the decoder of a method is told beside the code. */
export interface ToldLabel {
  /** Its place among the label columns that the method reads. */
  readonly index: number;
  /** Its column of the data set, from 0. */
  readonly column: number;
  /** Whether the encoder is told it too. */
  readonly encoder: boolean;
}

/** Null where the decoder reads the code alone: such a method rewrites nothing with another label. */
export function toldLabel({ condition, labels }: Pick<Blocks, 'condition' | 'labels'>): ToldLabel | null {
  if (condition.kind === 'none') return null;
  const column = labels[condition.column];
  if (column === undefined) throw new Error('a condition names a label that its method does not read');
  return { index: condition.column, column, encoder: condition.encoder };
}
