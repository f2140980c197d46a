import type { Line } from './decode.ts';

/** A quoted cell may hold line ends, but hardly ever this many: beyond it the quotation mark was never closed. */
const mostLinesInRecord = 50;

/** A row, or a line whose quotation mark is never closed; `line` is where it begins. */
export type Row =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly open: string };

/**
 * Cells of a record by RFC 4180, except that a cell which goes on after its closing quotation mark is read as it
 * stands, marks and all (`"Hello," she said`). `open`: the last quoted cell does not end in this text. `broken`: it
 * cannot end, because it would go on after a mark on a later line.
 */
export function cellsOf(text: string, delimiter: string): string[] | 'open' | 'broken' {
  const cells: string[] = [];
  for (let at = 0; ;) {
    let end = -1;
    if (text[at] === '"') {
      let value = '';
      for (let from = at + 1; ;) {
        const mark = text.indexOf('"', from);
        if (mark < 0) return 'open';
        value += text.slice(from, mark);
        if (text[mark + 1] !== '"') {
          end = mark + 1;
          break;
        }
        value += '"';
        from = mark + 2;
      }
      if (end === text.length || text.startsWith(delimiter, end)) cells.push(value);
      else if (text.slice(at, end).includes('\n')) return 'broken';
      else end = -1;
    }
    if (end < 0) {
      const found = text.indexOf(delimiter, at);
      end = found < 0 ? text.length : found;
      cells.push(text.slice(at, end));
    }
    if (end >= text.length) return cells;
    at = end + delimiter.length;
  }
}

/**
 * Rows of delimited text whose cells may be quoted and hold line ends. A mark that is never closed costs its own line
 * and no other: the lines after it are read anew. (`csv-parse` would hold everything up to the end of the file in one
 * cell and say so only there.)
 */
class QuotedRows {
  private readonly delimiter: string;
  /** Lines of a record that is not complete yet. */
  private begun: Line[] = [];

  constructor(delimiter: string) {
    this.delimiter = delimiter;
  }

  push(lines: readonly Line[], rows: Row[]): void {
    // Last line first: lines that are given back are the next ones to be read.
    const stack = lines.toReversed();
    for (let next = stack.pop(); next; next = stack.pop()) {
      const goesOn = this.begun.length > 0 && !next.text.includes('"');
      this.begun.push(next);
      const cells = goesOn ? 'open' : cellsOf(this.begun.map((part) => part.text).join('\n'), this.delimiter);
      if (typeof cells !== 'string' && this.begun.length <= mostLinesInRecord) {
        rows.push({ line: this.begun[0]!.line, cells });
        this.begun = [];
      } else if (cells !== 'open' || this.begun.length > mostLinesInRecord) {
        stack.push(...this.giveUp(rows).toReversed());
      }
    }
  }

  /** The end of the file: what is still open stays open. */
  end(rows: Row[]): void {
    while (this.begun.length > 0) this.push(this.giveUp(rows), rows);
  }

  private giveUp(rows: Row[]): Line[] {
    const [first, ...rest] = this.begun;
    this.begun = [];
    rows.push({ line: first!.line, open: first!.text });
    return rest;
  }
}

/** Rows in batches; with `quotes` off quotation marks are ordinary characters. */
export async function* rowsOf(
  lines: AsyncIterable<readonly Line[]>,
  { delimiter, quotes }: { delimiter: string; quotes: boolean },
): AsyncGenerator<Row[]> {
  const quoted = new QuotedRows(delimiter);
  for await (const batch of lines) {
    const rows: Row[] = [];
    if (quotes) quoted.push(batch, rows);
    else for (const { line, text } of batch) rows.push({ line, cells: text.split(delimiter) });
    yield rows;
  }
  const rows: Row[] = [];
  quoted.end(rows);
  yield rows;
}
