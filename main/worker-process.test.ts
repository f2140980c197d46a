import { expect, test } from 'vitest';
import { isChatter } from './worker-process.ts';

test('what TensorFlow says at every start is left out of the log, warnings and errors are not', () => {
  expect(
    isChatter('WARNING: All log messages before absl::InitializeLog() is called are written to STDERR'),
  ).toBe(true);
  expect(isChatter('I0000 00:00:1.5 3245 port.cc:153] oneDNN custom operations are on.')).toBe(true);
  expect(isChatter('W0000 00:00:1.5 3245 device.cc:1] out of memory soon')).toBe(false);
  expect(isChatter('E0000 00:00:1.5 3245 device.cc:1] no such device')).toBe(false);
  expect(isChatter('In 1999 it was so.')).toBe(false);
});
