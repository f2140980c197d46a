import { expect, test } from 'vitest';
import { availableBackends } from '../tensor/index.ts';
import { methodLaws } from './methods.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) methodLaws('cpu');
test.skipIf(native?.available)(`methods on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
