import type { compareRow } from '../../contract/rpc.ts';
import type * as z from 'zod';

export type CompareRow = z.infer<typeof compareRow>;
export type Alignment = 'code' | 'input' | 'rank';

export interface Cell {
  readonly text: string;
  readonly fppl: number;
  readonly source?: string;
}

/**
 * Puts sentences of several sets side by side: those of the same code seed (their place in the set), of the same
 * input sentence, or of the same rank by forward perplexity, best first. A set without a partner has an empty cell.
 */
export function alignSets(sets: readonly (readonly Cell[])[], align: Alignment): CompareRow[] {
  if (align === 'input') return byInput(sets);
  const columns = align === 'code' ? sets : sets.map((set) => set.toSorted((a, b) => a.fppl - b.fppl));
  const length = Math.max(0, ...columns.map((column) => column.length));
  return Array.from({ length }, (_, i) => ({
    key: String(i + 1),
    cells: columns.map((column) => cellOf(column[i])),
  }));
}

/** Inputs in the order of the first set that has them; a repeated input is paired with its own repetition. */
function byInput(sets: readonly (readonly Cell[])[]): CompareRow[] {
  const rows = new Map<string, CompareRow>();
  sets.forEach((set, column) => {
    const seen = new Map<string, number>();
    for (const cell of set) {
      if (cell.source === undefined) continue;
      const repetition = seen.get(cell.source) ?? 0;
      seen.set(cell.source, repetition + 1);
      const id = `${repetition} ${cell.source}`;
      const row = rows.get(id) ?? { key: cell.source, cells: sets.map(() => null) };
      row.cells[column] = cellOf(cell);
      rows.set(id, row);
    }
  });
  return [...rows.values()];
}

const cellOf = (cell: Cell | undefined) => (cell ? { text: cell.text, fppl: cell.fppl } : null);
