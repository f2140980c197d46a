import { expect, test } from 'vitest';
import { special } from '../../contract/datasets.ts';
import { cutBatches, feedOf, predictedTokens } from './batches.ts';
import { passOrder } from './order.ts';
import { spreadSentences, lengthOf, sentenceOf, splitFrom } from './split.ts';

/** 200 sentences of 1 to 9 words; word ids tell which sentence they are of. */
const split = splitFrom(Array.from({ length: 200 }, (_, i) => Array<number>(1 + ((i * 7) % 9)).fill(4 + i)));

test('every sentence is in exactly one batch, and a batch holds one length only', () => {
  const batches = cutBatches(split, 8);
  const rows = batches.flatMap((batch) => [...batch.rows]);
  expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  for (const { length, rows } of batches) {
    expect(rows.length).toBeLessThanOrEqual(8);
    for (const row of rows) expect(lengthOf(split, row)).toBe(length);
  }
});

test('only the last batch of a length is not full, so there are more than N / B batches', () => {
  const batches = cutBatches(split, 8);
  const partial = batches.filter((batch) => batch.rows.length < 8);
  expect(partial.length).toBeLessThanOrEqual(9);
  expect(new Set(partial.map((batch) => batch.length)).size).toBe(partial.length);
  expect(batches.length).toBeGreaterThan(200 / 8);
  expect(batches.map((batch) => batch.length)).toEqual(
    batches.map((batch) => batch.length).toSorted((a, b) => a - b),
  );
});

test('the size of a batch may depend on its length', () => {
  for (const { length, rows } of cutBatches(split, (length) => (length > 4 ? 2 : 5)))
    expect(rows.length).toBeLessThanOrEqual(length > 4 ? 2 : 5);
});

test('a feed is time-major, from sentence start to sentence end', () => {
  const two = splitFrom([
    [7, 8],
    [9, 10],
  ]);
  const [batch] = cutBatches(two, 2);
  const { data, shape } = feedOf(two, batch!);
  expect(shape).toEqual([4, 2]);
  expect([...data]).toEqual([special.start, special.start, 7, 9, 8, 10, special.end, special.end]);
  expect(predictedTokens(batch!)).toBe(6);
});

test('a pass visits every batch once; order depends on seed and pass alone', () => {
  const order = passOrder(3, 5, 40);
  expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect([...passOrder(3, 5, 40)]).toEqual([...order]);
  expect([...passOrder(3, 6, 40)]).not.toEqual([...order]);
  expect([...passOrder(4, 5, 40)]).not.toEqual([...order]);
});

test('some sentences of a split are taken evenly from all of it', () => {
  const few = spreadSentences(split, 3);
  expect(few.count).toBe(3);
  const places = [0, Math.floor(split.count / 3), Math.floor((2 * split.count) / 3)];
  places.forEach((place, i) => expect([...sentenceOf(few, i)]).toEqual([...sentenceOf(split, place)]));
  expect(spreadSentences(split, 1000)).toBe(split);
});
