import { expect, test } from 'vitest';
import { putBefore } from './order.ts';

const ids = ['a', 'b', 'c', 'd'];
const moved = (id: string, place: number) => {
  const before = putBefore(ids, id, place);
  if (before === undefined) return ids;
  const others = ids.filter((other) => other !== id);
  others.splice(before === null ? others.length : others.indexOf(before), 0, id);
  return others;
};

test('a run comes to stand at the place it was moved to', () => {
  expect(moved('c', 0)).toEqual(['c', 'a', 'b', 'd']);
  expect(moved('a', 1)).toEqual(['b', 'a', 'c', 'd']);
  expect(moved('a', 3)).toEqual(['b', 'c', 'd', 'a']);
  expect(moved('b', 99)).toEqual(['a', 'c', 'd', 'b']);
});

test('a run that stands there already is not moved', () => {
  expect(putBefore(ids, 'a', 0)).toBeUndefined();
  expect(putBefore(ids, 'a', -1)).toBeUndefined();
  expect(putBefore(ids, 'd', 4)).toBeUndefined();
});
