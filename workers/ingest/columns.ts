import type { ImportSettings } from '../../contract/entities.ts';

/** More values than this are no label but an id. */
export const mostLabelValues = 200;
/** A label is a word or two, not a sentence. */
const longestLabel = 60;
const examplesShown = 3;

export type Role = NonNullable<ImportSettings['columns']>[string];

export interface Column {
  readonly name: string;
  readonly role: Role;
  readonly examples: readonly string[];
  /** Among the rows that were looked at. */
  readonly distinct: number;
}

const isNumber = (cell: string) => cell.trim() !== '' && Number.isFinite(Number(cell));
const wordsIn = (cell: string) => cell.trim().split(/\s+/).length;

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

const headerWords =
  /^(text|sentences?|reviews?|content|body|comment|tweet|labels?|class|category|target|topic|sentiment|stars|rating|score|y|id|index|title|lang|language)$/i;

/** Whether the first row names the columns: short distinct cells, none a number, and unlike those below. */
export function looksLikeHeader(rows: readonly (readonly string[])[]): boolean {
  const [head, ...body] = rows;
  if (!head || body.length === 0 || new Set(head).size !== head.length || head.some(isNumber)) return false;
  if (head.some((cell) => cell.trim() === '' || cell.length > 40 || wordsIn(cell) > 3)) return false;
  if (head.some((cell) => headerWords.test(cell.trim()))) return true;
  return head.some((cell, c) => {
    const below = body.map((row) => row[c] ?? '');
    if (below.every(isNumber)) return true;
    // A name over sentences; but where another cell of this row is a value below, the row is one of them.
    const isValue = head.some((other, o) => o !== c && body.some((row) => row[o] === other));
    return !isValue && wordsIn(cell) <= 2 && median(below.map(wordsIn)) >= 4;
  });
}

interface Summary {
  readonly name: string;
  readonly filled: readonly string[];
  readonly length: number;
  readonly longest: number;
  readonly distinct: number;
  readonly numeric: boolean;
}

function summarise(name: string, cells: readonly string[]): Summary {
  const filled = cells.filter((cell) => cell.trim() !== '');
  return {
    name,
    filled,
    length: median(cells.map((cell) => cell.length)),
    longest: filled.reduce((most, cell) => Math.max(most, cell.length), 0),
    distinct: new Set(filled).size,
    numeric: filled.length > 0 && filled.every(isNumber),
  };
}

export interface Known {
  /** Parts the user gave; a column he did not name is guessed. */
  readonly wanted: ImportSettings['columns'];
  /** The rows are all there are. */
  readonly whole: boolean;
}

/** Few short values, each on several rows. */
function isLabel({ filled, longest, distinct }: Summary, columns: number, whole: boolean): boolean {
  if (filled.length === 0 || longest > longestLabel) return false;
  // One value so far: the rest of a sorted file may bring others, and `label<TAB>text` says what it is.
  if (distinct === 1) return columns === 2 || !whole;
  return distinct <= Math.min(mostLabelValues, Math.max(2, filled.length / 4));
}

/** The parts of the columns: the likeliest text has the longest median cell, labels have few values. */
export function columnsOf(
  names: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
  { wanted, whole }: Known,
): Column[] {
  const summaries = names.map((name, c) =>
    summarise(
      name,
      rows.map((row) => row[c] ?? ''),
    ),
  );
  const asked = (name: string) => (wanted && Object.hasOwn(wanted, name) ? wanted[name] : undefined);
  const free = summaries.filter(({ name }) => asked(name) === undefined);
  const worded = free.some(({ numeric }) => !numeric) ? free.filter(({ numeric }) => !numeric) : free;
  const text =
    summaries.find(({ name }) => asked(name) === 'text') ??
    worded.toSorted((a, b) => b.length - a.length || b.distinct - a.distinct)[0];
  return summaries.map((summary): Column => {
    const label = isLabel(summary, names.length, whole);
    return {
      name: summary.name,
      role: asked(summary.name) ?? (summary === text ? 'text' : label ? 'label' : 'ignore'),
      examples: [...new Set(summary.filled)].slice(0, examplesShown).map((cell) => cell.slice(0, 200)),
      distinct: summary.distinct,
    };
  });
}
