import { expect, test } from 'vitest';
import { run, sampleSet } from '../testing/fixtures.ts';
import { kindFor, obstacles } from './comparable.ts';

const [a, b] = [run({ id: 'a' }), run({ id: 'b' })];
const set = sampleSet({ id: 's', runId: 'a' });

test('runs on the same data with as many samples compare', () => {
  expect(obstacles([a, b], [set, { ...set, id: 't', runId: 'b' }])).toEqual([]);
});

test('other data and other numbers of samples are named', () => {
  expect(obstacles([a, { ...b, dataSetId: 'other' }], [set, { ...set, count: 200 }])).toEqual([
    'data',
    'samples',
  ]);
});

test('only reconstructions are aligned by their input', () => {
  expect([kindFor('code'), kindFor('input'), kindFor('rank')]).toEqual(['prior', 'reconstruction', 'prior']);
});
