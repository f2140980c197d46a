import { describe, expect, test } from 'vitest';
import { exampleOf } from './block-examples.ts';
import { kindsOf, parametersOf, startOf, startOfGroup, type Parameter } from './block-parameters.ts';
import { blockSchemas, slots } from './blocks-schema.ts';

const every = slots.flatMap((slot) => kindsOf(slot).map((kind) => [slot, kind] as const));

describe('every kind of every slot', () => {
  test.each(every)(
    '%s %s has an example in the catalogue, and parameters that the schema takes',
    (slot, kind) => {
      const { block } = exampleOf(slot, kind);
      expect(blockSchemas[slot].safeParse(block).success).toBe(true);
      const filled = Object.fromEntries(parametersOf(slot, kind).map((each) => [each.name, startOf(each)]));
      expect(blockSchemas[slot].safeParse({ ...block, ...filled }).error).toBeUndefined();
    },
  );
});

test('numbers bring their bounds, whole ones say so, and what the run’s options say is left out', () => {
  expect(parametersOf('posterior', 'refined').map(({ name }) => name)).toEqual([
    ...['steps', 'rate', 'momentum', 'encoder', 'spread'],
  ]);
  expect(parametersOf('posterior', 'refined')[0]).toEqual({
    ...{ name: 'steps', optional: false, kind: 'number', whole: true, min: 0, max: 100 },
  });
  expect(parametersOf('klWeight', 'constant')).toMatchObject([{ kind: 'number', whole: false }]);
});

test('groups of parameters and lists are told apart', () => {
  const between = parametersOf('regularizers', 'hsic').find(({ name }) => name === 'between') as Parameter & {
    kind: 'group';
  };
  expect(between.variants.map((parameters) => parameters.map(({ name }) => name))).toEqual([
    ['groups'],
    ['column'],
  ]);
  expect(startOfGroup(between.variants[0]!)).toEqual({ groups: 2 });
  expect(parametersOf('decoder', 'cnn').map(({ kind }) => kind)).toEqual(['number', 'list']);
  expect(parametersOf('adversary', 'jensenShannon').find(({ name }) => name === 'bottleneck')).toMatchObject({
    optional: true,
    kind: 'group',
  });
});
