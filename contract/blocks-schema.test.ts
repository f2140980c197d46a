import { describe, expect, expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type { Blocks } from './blocks.ts';
import { blocksSchema, slots, type blockSchemas } from './blocks-schema.ts';
import { methods } from './methods/index.ts';

type Parsed = z.infer<typeof blocksSchema>;

test('types and schema of blocks are the same, in both directions and slot by slot', () => {
  expectTypeOf<Parsed>().toExtend<Blocks>();
  expectTypeOf<Blocks>().toExtend<Parsed>();
  expectTypeOf<keyof Parsed>().toEqualTypeOf<keyof Blocks>();
  expectTypeOf<z.infer<typeof blockSchemas.posterior>['kind']>().toEqualTypeOf<Blocks['posterior']['kind']>();
  expectTypeOf<z.infer<typeof blockSchemas.adversary>['kind']>().toEqualTypeOf<Blocks['adversary']['kind']>();
  expectTypeOf<z.infer<typeof blockSchemas.regularizers>['kind']>().toEqualTypeOf<
    Blocks['regularizers'][number]['kind']
  >();
});

describe('the schema takes the blocks of every method as they are', () => {
  test.each(methods.map((m) => [m.id, m] as const))('%s', (_, method) => {
    for (const size of ['quick', 'thorough'] as const) {
      const { blocks } = method.configure(method.preset(size, 'text'));
      expect(blocksSchema.parse(JSON.parse(JSON.stringify(blocks)))).toEqual(
        JSON.parse(JSON.stringify(blocks)),
      );
    }
  });
});

test('a kind, a parameter or a number that no block has is refused', () => {
  const vae = methods.find(({ id }) => id === 'vae')!;
  const { blocks } = vae.configure(vae.preset('quick', 'text'));
  const refused = (change: object) =>
    expect(blocksSchema.safeParse({ ...blocks, ...change }).success).toBe(false);
  refused({ posterior: { kind: 'laplace', dim: 2 } });
  refused({ posterior: { kind: 'gaussian', dim: 2, tail: 1 } });
  refused({ posterior: { kind: 'gaussian', dim: 0 } });
  refused({ klWeight: { kind: 'linear', start: 2, epochs: 3 } });
  refused({ extra: 1 });
});

test('every slot stands in the schema of all', () => {
  for (const slot of slots) expect(blocksSchema.shape).toHaveProperty(slot);
});
