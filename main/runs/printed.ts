import type { LogLine } from './files.ts';

/**
 * How serious a line is that a worker printed. The native library begins its lines with I, W, E or F and the date, and
 * what it prints of itself at every start is no warning to anyone; a worker's own line `report ID:` is a bug.
 */
export function levelOf(line: string): LogLine['level'] {
  if (/^I\d{4} |absl::InitializeLog/.test(line)) return 'info';
  return /^[EF]\d{4} |^report \w+:/.test(line) ? 'error' : 'warn';
}
