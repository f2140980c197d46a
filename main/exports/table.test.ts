import { describe, expect, test } from 'vitest';
import { csv } from './csv.ts';
import { escapeLatex } from './latex.ts';
import { tableText, type ExportTable } from './table.ts';

const table: ExportTable = {
  title: 'Test split of «100% R&D_x», n = 3',
  columns: [
    { key: 'method', title: 'Method', numeric: false },
    { key: 'nll', title: 'NLL', numeric: true, lowerIsBetter: true },
    { key: 'kl', title: 'KL', numeric: true },
    { key: 'au', title: 'AU', numeric: true, lowerIsBetter: false },
  ],
  rows: [
    { method: 'vae_a', nll: '41.2 (0.6)', kl: -0.5, au: 2, hidden: 'never shown' },
    { method: 'lagging', nll: '40.9 (1.1)', kl: 3, au: 8 },
    { method: 'lstm-lm', nll: '45.0', kl: null, au: null },
  ],
};

test('CSV quotes what needs it and leaves out what is not shown', () => {
  expect(tableText(table, 'csv')).toBe(
    'Method,NLL,KL,AU\r\nvae_a,41.2 (0.6),-0.5,2\r\nlagging,40.9 (1.1),3,8\r\nlstm-lm,45.0,,\r\n',
  );
  expect(csv([['a,b', 'say "x"', 'two\nlines', null, true]])).toBe(
    '"a,b","say ""x""","two\nlines",,true\r\n',
  );
});

test('JSON holds title, columns and the shown cells', () => {
  expect(JSON.parse(tableText(table, 'json'))).toMatchObject({
    title: table.title,
    rows: [{ method: 'vae_a', nll: '41.2 (0.6)', kl: -0.5, au: 2 }, {}, { method: 'lstm-lm', kl: null }],
  });
  expect(tableText(table, 'json')).not.toContain('hidden');
});

describe('LaTeX', () => {
  const lines = tableText(table, 'latex')
    .split('\n')
    .map((line) => line.trim());

  test('has booktabs rules, and a mean and its spread in two aligned columns', () => {
    expect(lines).toContain('\\begin{tabular}{lr@{~}rrr}');
    expect(lines).toContain('Method & \\multicolumn{2}{c}{NLL} & KL & AU \\\\');
    for (const rule of ['\\toprule', '\\midrule', '\\bottomrule']) expect(lines).toContain(rule);
  });

  test('has the best of each column that has a direction in bold, whichever direction that is', () => {
    expect(lines).toContain('vae\\_a & 41.2 & (0.6) & $-$0.5 & 2 \\\\');
    expect(lines).toContain('lagging & \\textbf{40.9} & (1.1) & 3 & \\textbf{8} \\\\');
  });

  test('shows a dash for what is not there, and every row has the same number of cells', () => {
    expect(lines).toContain('lstm-lm & 45.0 &  & -- & -- \\\\');
    const cells = lines
      .filter((line) => line.includes(' & ') && !line.startsWith('Method'))
      .map((line) => line.split('&').length);
    expect(new Set(cells)).toEqual(new Set([5]));
  });

  test('marks a bound as mathematics does, and never as the best', () => {
    const rows = [
      { method: 'vfae', nll: '≤ 39.0 (0.2)' },
      { method: 'vae', nll: '41.2 (0.6)' },
      { method: 'lagging', nll: '40.9 (1.1)' },
    ];
    const text = tableText({ ...table, columns: table.columns.slice(0, 2), rows }, 'latex');
    expect(text).toContain('vfae & $\\le$ 39.0 & (0.2) \\\\');
    expect(text).toContain('lagging & \\textbf{40.9} & (1.1) \\\\');
  });

  test('escapes what means something to it', () => {
    expect(lines).toContain('\\caption{Test split of «100\\% R\\&D\\_x», n = 3}');
    expect(escapeLatex('\\{}$^~<unk>|"#')).toBe(
      '\\textbackslash{}\\{\\}\\$\\textasciicircum{}\\textasciitilde{}\\textless{}unk\\textgreater{}\\textbar{}\\textquotedbl{}\\#',
    );
  });
});
