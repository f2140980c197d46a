import { expect, test } from 'vitest';
import { availableBackends } from '../../tensor/index.ts';
import { adversaryLaws } from './adversaries.laws.ts';
import { faderLaws } from './fader.laws.ts';
import { toyLaws } from './toys.laws.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu');
if (native?.available) {
  adversaryLaws('cpu');
  faderLaws('cpu');
  toyLaws('cpu');
}
test.skipIf(native?.available)(`adversaries on the native runtime (skipped: ${native?.reason})`, () => {
  expect(native?.available).toBe(true);
});
