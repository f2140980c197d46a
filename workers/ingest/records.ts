import type { BadLine, ImportSettings } from '../../contract/entities.ts';
import { linesOf, textOf, type Line } from './decode.ts';
import { rowsOf } from './delimited.ts';
import { elementsOf } from './json-array.ts';
import type { FileFacts } from './sniff.ts';

export type Kind = NonNullable<ImportSettings['kind']>;

/** What a line or row of a file turned out to be: its cells in the order of the columns, or why it is of no use. */
export type Entry =
  | { readonly line: number; readonly cells: readonly (string | undefined)[] }
  | { readonly line: number; readonly text: string; readonly reason: BadLine['reason'] };

export interface Shape {
  readonly kind: Kind;
  readonly encoding: string;
  readonly hasHeader: boolean;
  readonly quotes: boolean;
  readonly delimiter: string;
  /** Column names; for files without a header `1`, `2`, ... */
  readonly columns: readonly string[];
}

export const shown = (text: string) => (text.length > 300 ? `${text.slice(0, 300)} …` : text);

/** Cells of a JSON value by column: nested keys are joined as `a.b`; a bare string is the column `text`. */
export function flatten(value: unknown, prefix = '', into = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return into;
  if (Array.isArray(value)) {
    // A list of words is a tokenised sentence; lists of anything else are no cell.
    if (value.every((item) => item === null || typeof item !== 'object'))
      into.set(prefix || 'text', value.join(' '));
  } else if (typeof value === 'object')
    for (const [key, inner] of Object.entries(value)) flatten(inner, prefix ? `${prefix}.${key}` : key, into);
  else into.set(prefix || 'text', String(value as string | number | boolean));
  return into;
}

export interface JsonValue {
  readonly line: number;
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly value: unknown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Values of JSON lines, or of one JSON array, in batches. */
export async function* valuesOf(
  facts: FileFacts,
  { kind, encoding }: Pick<Shape, 'kind' | 'encoding'>,
): AsyncGenerator<JsonValue[]> {
  const text = textOf(facts, encoding);
  if (kind === 'jsonl') {
    for await (const batch of linesOf(text))
      yield batch.map(({ line, text: row, cut }) => ({
        line,
        text: row,
        value: cut ? undefined : parsed(row),
      }));
    return;
  }
  let batch: JsonValue[] = [];
  for await (const element of elementsOf(text)) {
    batch.push({ ...element, value: parsed(element.text) });
    if (batch.length < 1000) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

const flaw = (line: number, text: string, reason: BadLine['reason']): Entry => ({
  line,
  text: shown(text),
  reason,
});

async function* delimitedEntries(facts: FileFacts, shape: Shape): AsyncGenerator<Entry[]> {
  const cutLines: Entry[] = [];
  const lines = async function* () {
    for await (const batch of linesOf(textOf(facts, shape.encoding)))
      yield batch.filter((line) => {
        if (line.cut) cutLines.push(flaw(line.line, line.text, 'too-long'));
        return !line.cut;
      });
  };
  let isHeader = shape.hasHeader;
  for await (const rows of rowsOf(lines(), shape)) {
    const entries: Entry[] = cutLines.splice(0);
    for (const row of rows) {
      if ('open' in row) entries.push(flaw(row.line, row.open, 'open-quote'));
      else if (row.cells.length === 1 && row.cells[0]!.trim() === '')
        entries.push(flaw(row.line, '', 'empty'));
      else if (isHeader) isHeader = false;
      else if (row.cells.length === shape.columns.length) entries.push(row);
      else entries.push(flaw(row.line, row.cells.join(shape.delimiter), 'columns'));
    }
    yield entries;
  }
}

const lineEntry = ({ line, text, cut }: Line): Entry =>
  cut ? flaw(line, text, 'too-long') : { line, cells: [text] };

/** Every entry of a file under a known shape, in batches. Throws the errors of decoding. */
export async function* entriesOf(facts: FileFacts, shape: Shape): AsyncGenerator<Entry[]> {
  const { kind } = shape;
  if (kind === 'lines') {
    for await (const batch of linesOf(textOf(facts, shape.encoding))) yield batch.map(lineEntry);
  } else if (kind === 'csv' || kind === 'tsv') yield* delimitedEntries(facts, shape);
  else
    for await (const batch of valuesOf(facts, shape))
      yield batch.map(({ line, text, value }): Entry => {
        if (value === undefined) return flaw(line, text, text.trim() === '' ? 'empty' : 'json');
        const cells = flatten(value);
        return { line, cells: shape.columns.map((name) => cells.get(name)) };
      });
}
