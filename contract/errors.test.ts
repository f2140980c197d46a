import { describe, expect, test } from 'vitest';
import { AppError, errorCodes, explain, isErrorCode, toPlainError } from './errors.ts';

describe('the error catalogue', () => {
  test('every code has a sentence and a remedy that end like sentences', () => {
    for (const code of errorCodes) {
      const { sentence, remedy } = explain(code);
      expect(sentence, code).toMatch(/[.)»]$/);
      expect(remedy, code).toMatch(/[.)}?]$/);
    }
  });

  test('facts stand in the sentence, lists with commas', () => {
    const { sentence, remedy } = explain('methods.unknown', { id: 'vea', known: ['vae', 'lagging'] });
    expect(sentence).toBe('There is no method «vea».');
    expect(remedy).toBe('Methods: vae, lagging.');
  });

  test('a missing fact shows as a question mark instead of a hole', () => {
    expect(explain('import.missing').sentence).toBe('There is no file ?.');
  });

  test('a foreseen error crosses a border with code and facts, a bug with the id of its report', () => {
    const reported: unknown[] = [];
    const report = (error: unknown) => {
      reported.push(error);
      return '7f';
    };
    expect(toPlainError(new AppError('runs.not-found', { id: 'r1' }), report)).toEqual({
      code: 'runs.not-found',
      facts: { id: 'r1' },
    });
    expect(reported).toEqual([]);
    const bug = new TypeError('x is undefined');
    expect(toPlainError(bug, report)).toEqual({ code: 'bug.unexpected', facts: { id: '7f' } });
    expect(reported).toEqual([bug]);
  });

  test('only own codes count as codes', () => {
    expect(isErrorCode('import.empty')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
  });
});
