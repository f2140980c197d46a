import type { ExportTable } from './table.ts';

/** Characters that mean something to LaTeX, as they are printed. */
const special: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
};

export const escapeLatex = (text: string) => text.replace(/[\\{}$&%#_~^<>|"]/g, (letter) => special[letter]!);

/** `12.3 (0.4)` or `≤ 12.3 (0.4)`, as tables of means over seeds have it: mean and spread, each to be aligned. */
const meanAndSpread = /^((?:≤ )?-?\d[\d.,]*)\s*\((-?\d[\d.,]*)\)$/;

/**
 * A table that compiles as it is in a document with `booktabs`. Columns of numbers stand flush right; a mean and its
 * spread are two columns under one head, so that both line up. The best value of a column is bold.
 */
export function latexTable({ title, columns, rows }: ExportTable): string {
  const split = columns.map((column) =>
    rows.some((row) => meanAndSpread.test(String(row[column.key] ?? ''))),
  );
  const format = columns.map((column, i) => (split[i] ? 'r@{~}r' : column.numeric ? 'r' : 'l')).join('');
  const head = columns.map((column, i) => {
    const text = escapeLatex(column.title);
    return split[i] ? `\\multicolumn{2}{c}{${text}}` : text;
  });
  const best = columns.map((column) => bestOf(column, rows));
  const body = rows.map((row) =>
    columns
      .map((column, i) => {
        const value = row[column.key] ?? null;
        const strong = value !== null && best[i] !== undefined && numberOf(value) === best[i];
        return split[i] ? twoCells(value, strong) : oneCell(value, strong);
      })
      .join(' & '),
  );
  return [
    '% needs \\usepackage{booktabs} and \\usepackage[T1]{fontenc}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escapeLatex(title)}}`,
    `  \\begin{tabular}{${format}}`,
    '    \\toprule',
    `    ${head.join(' & ')} \\\\`,
    '    \\midrule',
    ...body.map((line) => `    ${line} \\\\`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

const nothing = '--';
const bold = (text: string, strong: boolean) => (strong ? `\\textbf{${text}}` : text);
/** A hyphen is not a minus, and the sign of a bound is one of mathematics. */
const signs = (text: string) => text.replace(/^≤ /, '$\\le$ ').replace(/^-(?=\d)/, '$-$');

function oneCell(value: string | number | null, strong: boolean): string {
  return value === null ? nothing : bold(signs(escapeLatex(String(value))), strong);
}

function twoCells(value: string | number | null, strong: boolean): string {
  const [, mean, spread] = meanAndSpread.exec(String(value ?? '')) ?? [];
  if (mean === undefined) return `${oneCell(value, strong)} & `;
  return `${bold(signs(mean), strong)} & (${spread})`;
}

/** A bound is no number: it cannot be the best of a column. */
function numberOf(value: string | number | null): number {
  if (typeof value === 'number') return value;
  const [, mean] = meanAndSpread.exec(value ?? '') ?? [];
  const text = (mean ?? value ?? '').trim();
  return text === '' ? NaN : Number(text);
}

/** The best value of a column whose direction is known; nothing with fewer than two numbers to choose from. */
function bestOf(column: ExportTable['columns'][number], rows: ExportTable['rows']): number | undefined {
  if (!column.numeric || column.lowerIsBetter === undefined) return undefined;
  const values = rows.map((row) => numberOf(row[column.key] ?? null)).filter(Number.isFinite);
  if (values.length < 2) return undefined;
  return column.lowerIsBetter ? Math.min(...values) : Math.max(...values);
}
