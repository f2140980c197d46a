import { expect, test } from 'vitest';
import { kindsOf, parametersOf, type Parameter } from '../../contract/block-parameters.ts';
import { slots } from '../../contract/blocks-schema.ts';
import { misfits } from '../../contract/fits.ts';
import { methods } from '../../contract/methods/index.ts';
import { i18n, t } from '../text/index.ts';
import { beginBlock, blocksOfMethod, judge } from './combine.ts';

function namesOf(parameters: readonly Parameter[]): string[] {
  return parameters.flatMap((each): string[] => {
    if (each.name === 'kind') return [];
    const own = `combine.parameter.${each.name}`;
    if (each.kind === 'choice') return [own, ...each.values.map((value) => `combine.value.${value}`)];
    if (each.kind !== 'group') return [own];
    return [own, ...each.variants.flatMap((variant) => namesOf(variant))];
  });
}

test('every kind, parameter, value and misfit has its words, and there are no others', () => {
  const all = slots.flatMap((slot) =>
    kindsOf(slot).flatMap((kind) => [`combine.kind.${slot}.${kind}`, ...namesOf(parametersOf(slot, kind))]),
  );
  const wanted = new Set([...all, ...misfits.map((misfit) => `misfit.${misfit}`)]);
  expect([...wanted].filter((key) => !i18n.global.te(key))).toEqual([]);
  const { combine } = i18n.global.messages.value.en;
  const shown = [
    ...Object.keys(combine.parameter).map((name) => `combine.parameter.${name}`),
    ...Object.keys(combine.value).map((name) => `combine.value.${name}`),
  ];
  expect(shown.filter((key) => !wanted.has(key))).toEqual([]);
  expect(t('misfit.noCode')).toContain('Without a code');
});

test('every method of the catalogue can be begun with, and fits as it is', () => {
  for (const { id } of methods) {
    const blocks = blocksOfMethod(id);
    expect(judge(blocks, blocks.labels.length), id).toEqual({ blocks, misfits: [] });
  }
});

test('labels are read up to the largest column that a block names', () => {
  const told = { kind: 'label', column: 2, width: 8, encoder: false };
  expect(judge({ ...blocksOfMethod('vae'), condition: told }, 1).blocks?.labels).toEqual([0, 1, 2]);
});

test('a number out of its range is no block; one that fits nothing is said', () => {
  const wrong = { ...blocksOfMethod('vae'), klWeight: { kind: 'constant', value: -1 } };
  expect(judge(wrong, 1)).toEqual({ blocks: null, misfits: [] });
  const alone = { ...blocksOfMethod('vae'), adversary: beginBlock('adversary', 'jensenShannon') };
  expect(judge(alone, 1).misfits).toEqual(['adversaryNeedsAlternating']);
});
