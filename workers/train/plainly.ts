import type * as z from 'zod';
import type { plainError } from '../../contract/entities.ts';
import { toPlainError } from '../../contract/errors.ts';

/** An error as it crosses to main; a bug is written to standard error under its id, which main keeps in the log. */
export function plainly(error: unknown): z.infer<typeof plainError> {
  const { code, facts } = toPlainError(error, (bug) => {
    const id = Date.now().toString(36);
    process.stderr.write(
      `report ${id}: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}\n`,
    );
    return id;
  });
  const plain: z.infer<typeof plainError>['facts'] = {};
  for (const [name, fact] of Object.entries(facts))
    plain[name] = Array.isArray(fact) ? [...fact] : (fact as never);
  return { code, facts: plain };
}
