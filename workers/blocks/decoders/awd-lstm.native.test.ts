import { expect, test } from 'vitest';
import { availableBackends } from '../../tensor/index.ts';
import { awdLstmLaws } from './awd-lstm.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) awdLstmLaws('cpu');
test.skipIf(native?.available)(`the AWD-LSTM on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
