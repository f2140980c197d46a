export type Cell = string | number | null | undefined;

/** Rows under their heads, columns as wide as they must be, numbers flush right. A value that is not there is a dash. */
export function columns(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (cell == null ? '–' : String(cell))));
  const numeric = heads.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i])));
  const widths = heads.map((head, i) =>
    Math.max(...[head, ...texts.map((row) => row[i] ?? '')].map((t) => t.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(heads), ...texts.map(line)].join('\n');
}

const isNumber = (cell: Cell) =>
  cell == null || typeof cell === 'number' || /^(≤ )?-?\d[\d.,]*( \(\S+\))?$/.test(cell);
