import type { ImportSettings } from '../../contract/entities.ts';
import { AppError } from '../../contract/errors.ts';
import { linesOf, textOf, type Line } from './decode.ts';
import { rowsOf } from './delimited.ts';
import { flatten, valuesOf, type Kind, type Shape } from './records.ts';
import { columnsOf, looksLikeHeader, type Column } from './columns.ts';
import type { FileFacts } from './sniff.ts';

/** Entries looked at to guess what a file is and what its columns are. */
const looked = 1000;
/** What this share of the lines agrees on is what the file is. */
const most = 0.9;
const delimiters = [',', ';', '|'] as const;

export interface Guess {
  readonly shape: Shape;
  readonly columns: readonly Column[];
}

/** The user's wishes; what is absent is guessed. */
export type Wanted = Pick<Partial<ImportSettings>, 'kind' | 'hasHeader' | 'columns' | 'quotes'> & {
  encoding: string;
};

async function first<T>(batches: AsyncIterable<readonly T[]>, n: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const batch of batches) {
    taken.push(...batch.slice(0, n - taken.length));
    if (taken.length >= n) break;
  }
  return taken;
}

async function* given(lines: readonly Line[]): AsyncGenerator<readonly Line[]> {
  yield lines;
}

const share = <T>(items: readonly T[], holds: (item: T) => boolean) =>
  items.length === 0 ? 0 : items.filter(holds).length / items.length;

/** The commonest number of cells, and the share of rows that have it. */
function width(rows: readonly { cells: readonly string[] }[]): { cells: number; share: number } {
  const groups = [...Map.groupBy(rows, (row) => row.cells.length)].sort((a, b) => b[1].length - a[1].length);
  const [cells, group] = groups[0] ?? [1, []];
  return { cells, share: rows.length === 0 ? 0 : group.length / rows.length };
}

interface TableForm {
  readonly kind: 'csv' | 'tsv';
  readonly delimiter: string;
  readonly quotes: boolean;
}

const filled = (rows: readonly { cells: readonly string[] }[]) =>
  rows.filter(({ cells }) => cells.length > 1 || cells[0]!.trim() !== '');

async function rowsIn(lines: readonly Line[], form: Omit<TableForm, 'kind'>) {
  const rows = await first(rowsOf(given(lines), form), Infinity);
  return filled(rows.flatMap((row) => ('cells' in row ? [row] : [])));
}

/**
 * Tab-separated text seldom quotes its cells, and sentences do begin with quotation marks: it is read as quoted only
 * where every cell that opens with a mark also closes with one.
 */
function quotesTabs(lines: readonly Line[]): boolean {
  const opened = lines.flatMap(({ text }) => text.split('\t')).filter((cell) => cell.startsWith('"'));
  return opened.length > 0 && opened.every((cell) => /^"(?:[^"]|"")*"$/.test(cell));
}

/** The separator that gives most rows of equal width; a comma unless another one does. */
async function commaForm(lines: readonly Line[], quotes: boolean) {
  const forms = await Promise.all(
    delimiters.map(async (delimiter) => {
      const rows = await rowsIn(lines, { delimiter, quotes });
      return { delimiter, rows: rows.length, ...width(rows) };
    }),
  );
  return forms.reduce((best, form) =>
    form.cells > 1 && (best.cells < 2 || form.share > best.share) ? form : best,
  );
}

/** What a file is by its content; its name only breaks a tie. */
async function guessKind(facts: FileFacts, lines: readonly Line[]): Promise<Kind> {
  const texts = lines.map((line) => line.text).filter((text) => text.trim() !== '');
  const start = texts.join('\n').trimStart();
  const name = facts.file.name.replace(/\.gz$/i, '');
  if (texts.length > 1 && share(texts, (text) => /^\s*\{.*\}\s*$/.test(text)) >= most) return 'jsonl';
  if (/\.(jsonl|ndjson)$/i.test(name) && /^["[{]/.test(start)) return 'jsonl';
  // A line of text may begin with a bracket («[laughs] no»), but not with a bracket and then JSON.
  if (/^\[\s*(["{]|\[\s*")/.test(start)) return 'json';
  if (/^\{\s*"/.test(start)) return 'json';
  const tabs = width(
    lines.map(({ text }) => ({ cells: text.split('\t') })).filter(({ cells }) => cells.join('') !== ''),
  );
  if (tabs.cells > 1 && tabs.share >= most) return 'tsv';
  const named = /\.csv$/i.test(name);
  const comma = await commaForm(lines, true);
  // Sentences hold commas too, though seldom all of them the same number: few lines prove nothing.
  if (comma.cells > 1 && comma.share >= most && (named || comma.rows >= 20)) return 'csv';
  if (named && (comma.cells > 1 || share(texts, (text) => text.startsWith('"')) >= 0.5)) return 'csv';
  return 'lines';
}

interface Table extends Omit<Shape, 'kind' | 'encoding' | 'columns'> {
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | undefined)[])[];
}

/** Names of columns: unique, and never empty. */
function uniqueNames(cells: readonly string[]): string[] {
  const names: string[] = [];
  for (const [i, cell] of cells.entries()) {
    const wished = cell.trim() || String(i + 1);
    let name = wished;
    for (let n = 2; names.includes(name); n++) name = `${wished} ${n}`;
    names.push(name);
  }
  return names;
}

async function delimitedTable(lines: readonly Line[], kind: 'csv' | 'tsv', wanted: Wanted): Promise<Table> {
  const wish = wanted.quotes ?? true;
  const quotes = wish && (kind === 'csv' || quotesTabs(lines));
  const delimiter = kind === 'tsv' ? '\t' : (await commaForm(lines, quotes)).delimiter;
  const rows = await rowsIn(lines, { delimiter, quotes });
  const { cells } = width(rows);
  const even = rows.map((row) => row.cells).filter((row) => row.length === cells);
  const hasHeader = wanted.hasHeader ?? (rows[0]?.cells.length === cells && looksLikeHeader(even));
  const head = rows[0]?.cells ?? [];
  const names = Array.from({ length: cells }, (_, i) => (hasHeader ? (head[i] ?? '') : ''));
  return { delimiter, quotes, hasHeader, names: uniqueNames(names), rows: hasHeader ? even.slice(1) : even };
}

async function jsonTable(facts: FileFacts, kind: 'json' | 'jsonl', encoding: string): Promise<Table> {
  const values = await first(valuesOf(facts, { kind, encoding }), looked);
  const flat = values.filter(({ value }) => value !== undefined).map(({ value }) => flatten(value));
  const names = [...new Set(flat.flatMap((cells) => [...cells.keys()]))];
  const rows = flat.map((cells) => names.map((name) => cells.get(name)));
  return { delimiter: '', quotes: false, hasHeader: true, names, rows };
}

function linesTable(lines: readonly Line[]): Table {
  const rows = lines.map(({ text }) => [text]);
  return { delimiter: '', quotes: false, hasHeader: false, names: ['text'], rows };
}

/** A column that was given a part must be there; one to be ignored need not, and a line is its own text. */
function checkColumns(
  facts: FileFacts,
  kind: Kind,
  wanted: ImportSettings['columns'],
  names: readonly string[],
): void {
  for (const [column, role] of Object.entries(wanted ?? {}))
    if ((role === 'label' || (role === 'text' && kind !== 'lines')) && !names.includes(column))
      throw new AppError('import.column', { file: facts.file.name, column, columns: names });
}

/** How to read a file: the user's wishes, and a guess for what they left open. Throws `import.column`. */
export async function guessShape(facts: FileFacts, wanted: Wanted): Promise<Guess> {
  const { encoding } = wanted;
  const lines = await first(linesOf(textOf(facts, encoding)), looked);
  const kind = wanted.kind ?? (await guessKind(facts, lines));
  const table =
    kind === 'lines'
      ? linesTable(lines)
      : kind === 'csv' || kind === 'tsv'
        ? await delimitedTable(lines, kind, wanted)
        : await jsonTable(facts, kind, encoding);
  const { names, rows, ...form } = table;
  checkColumns(facts, kind, wanted.columns, names);
  return {
    shape: { kind, encoding, ...form, columns: names },
    columns: columnsOf(names, rows, { wanted: wanted.columns, whole: rows.length < looked }),
  };
}
