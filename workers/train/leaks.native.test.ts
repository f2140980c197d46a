import { expect, test } from 'vitest';
import { availableBackends } from '../tensor/index.ts';
import { leakLaws } from './leaks.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) leakLaws('cpu');
test.skipIf(native?.available)(`leaks on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
