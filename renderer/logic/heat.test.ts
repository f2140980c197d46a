import { expect, test } from 'vitest';
import { heatStep } from './heat.ts';

test('a step begins at its number of bits', () => {
  expect([-1, 0, 1.99, 2, 7.9, 8, 13.9, 14, 40].map(heatStep)).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 5]);
});
