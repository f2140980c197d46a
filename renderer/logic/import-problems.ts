import type { ImportSettings } from '../../contract/entities.ts';
import type { Preview } from '../../contract/rpc.ts';
import { t } from '../text/index.ts';
import { f } from '../text/format.ts';

export interface ImportProblem {
  /** Step of the wizard on which it can be mended. */
  readonly step: number;
  readonly text: string;
}

/** What keeps an import from starting. */
export function importProblems(settings: ImportSettings, columns: Preview['columns']): ImportProblem[] {
  const problems: ImportProblem[] = [];
  const roles = columns.map((column) => settings.columns?.[column.name] ?? column.role);
  if (columns.length > 0 && roles.filter((role) => role === 'text').length !== 1) {
    problems.push({ step: 2, text: t('wizard.needText') });
  }
  const sum = Object.values(settings.split).reduce((a, b) => a + b, 0);
  if (!(Math.abs(sum - 100) < 1e-6)) {
    problems.push({
      step: 3,
      text: t('wizard.splitSum', { sum: f.fixed(sum, Number.isInteger(sum) ? 0 : 1) }),
    });
  }
  if (settings.name.trim() === '') problems.push({ step: 4, text: t('wizard.nameNeeded') });
  return problems;
}
