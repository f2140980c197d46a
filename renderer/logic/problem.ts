import { AppError, explain } from '../../contract/errors.ts';
import { expectedError, NotConnected } from '../client.ts';
import { t } from '../text/index.ts';

export interface Explanation {
  readonly sentence: string;
  readonly remedy: string;
}

/** What a person reads about an error, whatever its kind. */
export function explainProblem(error: unknown): Explanation {
  const expected = error instanceof AppError ? error : expectedError(error);
  if (expected) return explain(expected.code, expected.facts);
  if (error instanceof NotConnected) {
    return { sentence: t('problem.notConnected'), remedy: t('problem.notConnectedRemedy') };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { sentence: t('problem.bug', { reason }), remedy: t('problem.bugRemedy') };
}
