import { expect, test } from 'vitest';
import { availableBackends } from '../../tensor/index.ts';
import { vmfLaws } from './vmf.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) vmfLaws('cpu');
test.skipIf(native?.available)(`von Mises-Fisher on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
