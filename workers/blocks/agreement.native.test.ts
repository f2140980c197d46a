import { expect, test } from 'vitest';
import { availableBackends } from '../tensor/index.ts';
import { agreementLaws } from './methods.agreement.ts';

const native = availableBackends().find(({ backend }) => backend === 'cpu')!;
if (native.available) agreementLaws('cpu', 'wasm', { count: 20, tolerance: 1e-3 });
test.skipIf(native.available)(`WebAssembly beside the native runtime (skipped: ${native.reason})`, () => {
  expect(native.available).toBe(true);
});
