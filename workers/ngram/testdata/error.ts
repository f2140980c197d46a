import { AppError } from '../../../contract/errors.ts';

/** The foreseen error that `work` ends with. */
export function errorOf(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
