import type { Blocks } from '../../contract/blocks.ts';
import { exampleOf } from '../../contract/block-examples.ts';
import { kindsOf } from '../../contract/block-parameters.ts';
import { blocksSchema, type Slot } from '../../contract/blocks-schema.ts';
import { columnsOf, fits, type Misfit } from '../../contract/fits.ts';
import { methodById } from '../../contract/methods/index.ts';
import { i18n } from '../text/index.ts';

/** A block while it is being edited: its numbers may be wrong for a moment. */
export type EditedBlock = Record<string, unknown> & { kind: string };

/** Words of names that come from the schema; a test asks for every one. */
export const kindTitle = (slot: Slot, kind: string): string => i18n.global.t(`combine.kind.${slot}.${kind}`);
export const parameterTitle = (name: string): string => i18n.global.t(`combine.parameter.${name}`);
export const valueTitle = (value: string): string => i18n.global.t(`combine.value.${value}`);
export const variantTitle = (name: string): string => i18n.global.t(`combine.variant.${name}`);

export const kindOptions = (slot: Slot) =>
  kindsOf(slot).map((kind) => ({ value: kind, title: kindTitle(slot, kind) }));

/** A block of a kind as the first method of the catalogue has it. */
export const beginBlock = (slot: Slot, kind: string): EditedBlock =>
  structuredClone(exampleOf(slot, kind).block) as EditedBlock;

/** The blocks of a method at the standard size, to begin with. */
export function blocksOfMethod(id: string): Blocks {
  const method = methodById(id);
  return structuredClone(method.configure(method.preset('standard', 'text')).blocks);
}

export interface Judged {
  /** Null while a number is out of its range. */
  readonly blocks: Blocks | null;
  readonly misfits: readonly Misfit[];
}

/**
 * What the edited blocks are worth. All codes have one width, and all label columns up to the largest that a block
 * names are read; batches of one label vary `varied` of them.
 */
export function judge(edited: object, varied: number): Judged {
  const parsed = blocksSchema.safeParse(edited);
  if (!parsed.success) return { blocks: null, misfits: [] };
  const named = Math.max(0, ...columnsOf(parsed.data).map((column) => column + 1));
  const count = parsed.data.procedure.kind === 'factorBatches' ? Math.max(named, varied) : named;
  const blocks: Blocks = { ...parsed.data, labels: Array.from({ length: count }, (_, i) => i) };
  return { blocks, misfits: fits(blocks) };
}
