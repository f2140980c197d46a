import { expect, test } from 'vitest';
import { methodById } from '../../../contract/methods/index.ts';
import { cnnLaws } from './cnn.laws.ts';
import { receptiveField } from './cnn.ts';

cnnLaws('wasm');

const method = methodById('cnn-vae');
const { context } = method.fields;
if (context?.kind !== 'choice') throw new Error('cnn-vae has no choice of decoders');

/** Dilations of a size, as the published table has them. */
const published: Record<string, readonly number[]> = {
  small: [1, 2, 4],
  medium: [1, 2, 4, 8, 16],
  large: [1, 2, 4, 8, 16, 1, 2, 4, 8, 16],
  'very-large': [1, 2, 4, 8, 16, 1, 2, 4, 8, 16, 1, 2, 4, 8, 16],
};

test.each(context.choices.map(({ value, title }) => [value, title] as const))(
  'the %s decoder sees as many words back as the form says: %s',
  (value, title) => {
    const { decoder } = method.configure({ ...method.preset('standard', 'text'), context: value }).blocks;
    if (decoder.kind !== 'cnn') throw new Error('cnn-vae has another decoder');
    expect(decoder.dilations).toEqual(published[value]);
    // Width 3: every layer looks two dilations further back.
    const words = decoder.dilations.reduce((sum, dilation) => sum + 2 * dilation, 1);
    expect(receptiveField(decoder.dilations)).toBe(words);
    expect(title).toMatch(new RegExp(`^Sees ${words} words back `));
  },
);
