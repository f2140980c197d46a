import { expect, test } from 'vitest';
import { methodById, methods, type Method } from '../../contract/methods/index.ts';
import { byFamily, matchingMethods, type MethodFilter } from './method-choice.ts';

const all: MethodFilter = { search: '', family: null, chosen: null };
const ids = (found: readonly Method[]) => found.map(({ id }) => id);
const some = ['lstm-lm', 'vae', 'beta-vae', 'lagging', 'vae-anneal'].map(methodById);

test('families stand in the order of their first cards, and lose no card', () => {
  expect(byFamily(some).map(({ family, methods: own }) => [family, ids(own)])).toEqual([
    ['language-model', ['lstm-lm']],
    ['baseline', ['vae']],
    ['kl-weight', ['beta-vae', 'vae-anneal']],
    ['schedule', ['lagging']],
  ]);
  expect(byFamily(methods).flatMap(({ methods: own }) => own)).toHaveLength(methods.length);
});

test('every word of a search must stand on the card, in any order and any case', () => {
  expect(ids(matchingMethods(some, { ...all, search: ' ANNEALING kl ' }))).toEqual(['vae-anneal']);
  expect(ids(matchingMethods(some, { ...all, search: 'he 2019' }))).toEqual(['lagging']);
  expect(matchingMethods(some, { ...all, search: 'annealing zebra' })).toEqual([]);
  expect(matchingMethods(some, all)).toEqual(some);
});

test('the name of the family and the short name are found too', () => {
  expect(ids(matchingMethods(some, { ...all, search: 'training schedule' }))).toEqual(['lagging']);
  expect(ids(matchingMethods(some, { ...all, search: 'lstm-lm' }))).toEqual(['lstm-lm']);
});

test('filters hold together', () => {
  expect(ids(matchingMethods(some, { ...all, family: 'kl-weight' }))).toEqual(['beta-vae', 'vae-anneal']);
  const chosen = ['vae', 'beta-vae'];
  expect(ids(matchingMethods(some, { ...all, chosen }))).toEqual(chosen);
  expect(ids(matchingMethods(some, { ...all, chosen, family: 'kl-weight' }))).toEqual(['beta-vae']);
});
