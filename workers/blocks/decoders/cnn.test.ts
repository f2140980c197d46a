import { expect, test } from 'vitest';
import { methodById } from '../../../contract/methods/index.ts';
import { cnnLaws } from './cnn.laws.ts';
import { receptiveField } from './cnn.ts';

cnnLaws('wasm');

test.each([
  ['small', 15],
  ['medium', 63],
  ['large', 125],
  ['very-large', 187],
])('the %s decoder sees %d words', (context, words) => {
  const method = methodById('cnn-vae');
  const { decoder } = method.configure({ ...method.preset('standard', 'text'), context }).blocks;
  if (decoder.kind !== 'cnn') throw new Error('cnn-vae has another decoder');
  expect(receptiveField(decoder.dilations)).toBe(words);
});
