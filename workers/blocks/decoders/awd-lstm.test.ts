import { expect, test } from 'vitest';
import { methodById } from '../../../contract/methods/index.ts';
import { declared, tinyModel } from '../testing.ts';
import { awdLstmLaws } from './awd-lstm.laws.ts';

awdLstmLaws('wasm');

test('parameters of the published sizes at a vocabulary of 10,000: 24,221,600 with two biases a gate', () => {
  const method = methodById('wd-lstm');
  const config = method.configure({
    ...method.preset('thorough', 'text'),
    embedding: 400,
    hidden: 1150,
  });
  const engine = declared();
  tinyModel(config, engine, { vocabulary: 10_000 });
  // One vector of biases a layer here, two there.
  expect(engine.total() + 4 * (1150 + 1150 + 400)).toBe(24_221_600);
});
