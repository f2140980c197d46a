import type { Fields, OptionValues, RunField } from './field.ts';

/** The run that another one begins with, as one of its options names it. */
export interface Beginning {
  readonly option: string;
  readonly field: RunField;
  readonly runId: string;
}

/** Null where a run begins from random parameters. */
export function beginningOf(fields: Fields, options: OptionValues): Beginning | null {
  for (const [option, field] of Object.entries(fields)) {
    const runId = options[option];
    if (field.kind === 'run' && typeof runId === 'string' && runId !== '') return { option, field, runId };
  }
  return null;
}
