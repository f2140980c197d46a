import { expect, test } from 'vitest';
import { run } from '../testing/fixtures.ts';
import { matches, type RunFilter } from './run-filter.ts';

const open: RunFilter = { text: '', statuses: [], starred: false };
const describe = () => 'Variational autoencoder WordNet baseline';

test('an empty filter lets every run through', () => {
  expect(matches(run({ id: 'a' }), open, describe)).toBe(true);
});

test('every word has to occur, in any order and case', () => {
  expect(matches(run({ id: 'a' }), { ...open, text: 'wordnet  VARI' }, describe)).toBe(true);
  expect(matches(run({ id: 'a' }), { ...open, text: 'wordnet tales' }, describe)).toBe(false);
});

test('status and star narrow further', () => {
  const failed = run({ id: 'a', status: 'failed', star: true });
  expect(matches(failed, { ...open, statuses: ['failed', 'crashed'] }, describe)).toBe(true);
  expect(matches(failed, { ...open, statuses: ['finished'] }, describe)).toBe(false);
  expect(matches(run({ id: 'b' }), { ...open, starred: true }, describe)).toBe(false);
});
