import { expect, test } from 'vitest';
import { availableBackends } from '../../tensor/index.ts';
import { cnnLaws } from './cnn.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) cnnLaws('cpu');
test.skipIf(native?.available)(`convolutions on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
