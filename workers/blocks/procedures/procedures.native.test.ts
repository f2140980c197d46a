import { expect, test } from 'vitest';
import { availableBackends } from '../../tensor/index.ts';
import { procedureLaws } from './procedures.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) procedureLaws('cpu');
test.skipIf(native?.available)(`procedures on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
