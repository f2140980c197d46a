import type * as z from 'zod';
import type { contract } from '../../contract/rpc.ts';
import { csv } from './csv.ts';
import { latexTable } from './latex.ts';

type TableInput = z.infer<NonNullable<(typeof contract)['exports']['table']['~orpc']['inputSchema']>>;
export type ExportTable = Omit<TableInput, 'format'>;
export type TableFormat = TableInput['format'];

export const tableEndings: Record<TableFormat, string> = { csv: '.csv', latex: '.tex', json: '.json' };

/** The visible rows, columns and order of a table as a file. */
export function tableText(table: ExportTable, format: TableFormat): string {
  const { title, columns, rows } = table;
  switch (format) {
    case 'latex':
      return latexTable(table);
    case 'csv':
      return csv([
        columns.map((column) => column.title),
        ...rows.map((row) => columns.map((column) => row[column.key] ?? null)),
      ]);
    case 'json': {
      const shown = rows.map((row) => Object.fromEntries(columns.map(({ key }) => [key, row[key] ?? null])));
      return `${JSON.stringify({ title, columns, rows: shown }, null, 2)}\n`;
    }
  }
}
