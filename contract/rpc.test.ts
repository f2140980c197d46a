import { expect, test } from 'vitest';
import { defaultSettings, importSettings, settings } from './entities.ts';
import { studyRequest } from './rpc.ts';

test('a partial change of the settings says nothing of the others', () => {
  expect(settings.partial().parse({ theme: 'dark' })).toEqual({ theme: 'dark' });
  expect(settings.parse(defaultSettings)).toEqual(defaultSettings);
});

test('import settings need a name and fill in the rest', () => {
  const filled = importSettings.parse({ name: ' tales ' });
  expect(filled).toMatchObject({ name: 'tales', encoding: 'utf-8', vocabulary: 10_000, keepOneOfEach: true });
  expect(Object.values(filled.split).reduce((a, b) => a + b)).toBe(100);
  expect(importSettings.safeParse({ name: '  ' }).success).toBe(false);
});

test('split shares must add up to 100', () => {
  const split = { train: 80, validation: 5, test: 5, evaluator: 5 };
  expect(importSettings.safeParse({ name: 'a', split }).success).toBe(false);
});

test('a study needs at least one method', () => {
  const request = { dataSetId: 'd', methodIds: [], size: 'quick', seeds: 1 };
  expect(studyRequest.safeParse(request).success).toBe(false);
  expect(studyRequest.parse({ ...request, methodIds: ['vae'] })).toMatchObject({
    options: {},
    pinnedTo: null,
  });
});
