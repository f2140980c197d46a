import { expect, test } from 'vitest';
import { measureNames, measuresOf, whyUndefined, type Measure } from './defined.ts';
import { methodById, methods, type OptionValues } from './index.ts';

const blocksOf = (id: string, options: OptionValues = {}) => {
  const method = methodById(id);
  return method.configure({ ...method.preset('standard', 'text'), ...options }).blocks;
};
const likelihood: readonly Measure[] = ['nll', 'elbo', 'kl', 'mi'];

test.each(['lstm-lm', 'wd-lstm'])(
  '%s has no code: an exact NLL and the perplexities of its samples',
  (id) => {
    expect(measuresOf(blocksOf(id))).toEqual(['nll', 'fppl', 'rppl']);
  },
);

// methods.md section 4: «not for AAE/WAE with deterministic codes, Fader, ARAE, outlines».
test.each(['aae', 'wae-mmd', 'wae-gan', 'vdb', 'fader', 'arae', 'neural-outlines'])(
  '%s has no density of codes, so neither NLL nor KL nor MI, but a reconstruction loss',
  (id) => {
    const measures = measuresOf(blocksOf(id));
    expect(likelihood.filter((measure) => measures.includes(measure))).toEqual([]);
    expect(measures).toContain('reconstruction');
    expect(measures.includes('rppl')).toBe(id !== 'fader');
  },
);

test('every other method has NLL, ELBO, reconstruction, KL, MI and active units', () => {
  const without = new Set(['lstm-lm', 'wd-lstm', 'vib', 'fader', 'arae', 'neural-outlines']);
  for (const each of ['aae', 'wae-mmd', 'wae-gan', 'vdb']) without.add(each);
  for (const { id } of methods.filter((method) => !without.has(method.id))) {
    const measures = measuresOf(blocksOf(id));
    expect(measures.slice(0, 6), id).toEqual(['nll', 'elbo', 'reconstruction', 'kl', 'mi', 'au']);
    expect(measures, id).toContain('rppl');
  }
});

test('vib writes nothing unless it is given a decoder', () => {
  expect(whyUndefined('rppl', blocksOf('vib'))).toBe('writes');
  expect(measuresOf(blocksOf('vib'))).toEqual(expect.arrayContaining(['kl', 'mi', 'labelAccuracy']));
});

test('options decide: a second layer, features with zeros, an encoder with spread', () => {
  expect(whyUndefined('nll', blocksOf('vfae', { layers: 'two' }))).toBe('bound');
  expect(measuresOf(blocksOf('vfae', { layers: 'two' }))).toContain('elbo');
  expect(whyUndefined('kl', blocksOf('info-dropout', { features: 'relu' }))).toBe('density');
  expect(measuresOf(blocksOf('wae-gan', { encoder: 'gaussian' }))).toContain('nll');
});

test('a measure has a reason or is defined, for every method', () => {
  for (const { id } of methods) {
    const blocks = blocksOf(id);
    expect(measureNames.filter((measure) => whyUndefined(measure, blocks) === null)).toEqual(
      methodById(id).measures,
    );
  }
});
