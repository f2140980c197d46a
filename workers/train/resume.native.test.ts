import { expect, test } from 'vitest';
import { availableBackends } from '../tensor/index.ts';
import { resumeLaws } from './resume.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) resumeLaws('cpu', 2);
test.skipIf(native?.available)(`interrupted runs on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
