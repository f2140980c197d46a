import { expect, test } from 'vitest';
import { closeWindow } from './aggressive.ts';
import { procedureLaws } from './procedures.laws.ts';

procedureLaws('wasm');

const inner = { step: 15, batch: 0, loss: 60, words: 20, previous: 1e4, done: false };

test('a window that is better becomes the one to beat, and the sums begin anew', () => {
  expect(closeWindow(inner, 15)).toEqual({ ...inner, previous: 3, loss: 0, words: 0 });
});

test('an equal window does not end the loop, a worse one does', () => {
  expect(closeWindow({ ...inner, previous: 3 }, 15).done).toBe(false);
  expect(closeWindow({ ...inner, previous: 2.99 }, 15).done).toBe(true);
});

test('inside a window nothing is compared', () => {
  expect(closeWindow({ ...inner, step: 14, previous: 0 }, 15).done).toBe(false);
});
