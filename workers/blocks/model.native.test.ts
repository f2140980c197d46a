import { expect, test } from 'vitest';
import { availableBackends } from '../tensor/index.ts';
import { lstmLaws } from './lstm.laws.ts';
import { modelLaws } from './model.laws.ts';
import { refinedLaws } from './posteriors/refined.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) {
  lstmLaws('cpu');
  modelLaws('cpu');
  refinedLaws('cpu');
}
test.skipIf(native?.available)(`models on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
