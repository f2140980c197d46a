import * as z from 'zod';
import { blockSchemas, type Slot } from './blocks-schema.ts';

/** One parameter of a block as a form draws it, derived from the schema. */
export type Parameter = { readonly name: string; readonly optional: boolean } & (
  | { readonly kind: 'number'; readonly whole: boolean; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'switch' }
  /** Whole numbers in a row. */
  | { readonly kind: 'list'; readonly min: number; readonly max: number }
  /** One of several groups of parameters. */
  | { readonly kind: 'group'; readonly variants: readonly (readonly Parameter[])[] }
);

/** What follows the shared options of a run, and is asked for there. */
const elsewhere: readonly string[] = ['kind', 'dim', 'batch', 'source'];

function objectsOf(schema: z.ZodType): z.ZodObject[] {
  if (schema instanceof z.ZodObject) return [schema];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((each) => objectsOf(each as z.ZodType));
  throw new Error('a block is an object, or one of several');
}

const kindOf = ({ shape }: z.ZodObject): string => {
  const { kind } = shape;
  if (!(kind instanceof z.ZodLiteral)) throw new Error('a block has a kind');
  return String([...kind.values][0]);
};

/** Kinds of a slot, in the order of the schema. */
export const kindsOf = (slot: Slot): string[] => objectsOf(blockSchemas[slot]).map(kindOf);

/** Parameters of a kind. Throws for a kind that the slot does not have. */
export function parametersOf(slot: Slot, kind: string): Parameter[] {
  const found = objectsOf(blockSchemas[slot]).find((schema) => kindOf(schema) === kind);
  if (!found) throw new Error(`${slot} has no kind ${kind}`);
  return parametersOfObject(found, elsewhere);
}

function parametersOfObject({ shape }: z.ZodObject, without: readonly string[] = []): Parameter[] {
  return Object.entries(shape)
    .filter(([name]) => !without.includes(name))
    .map(([name, schema]) => parameterOf(name, schema as z.ZodType, false));
}

function parameterOf(name: string, schema: z.ZodType, optional: boolean): Parameter {
  if (schema instanceof z.ZodOptional) return parameterOf(name, schema.unwrap() as z.ZodType, true);
  if (schema instanceof z.ZodReadonly) return parameterOf(name, schema.unwrap() as z.ZodType, optional);
  const about = { name, optional };
  if (schema instanceof z.ZodNumber) return { ...about, kind: 'number', ...rangeOf(schema) };
  if (schema instanceof z.ZodBoolean) return { ...about, kind: 'switch' };
  if (schema instanceof z.ZodEnum) return { ...about, kind: 'choice', values: schema.options.map(String) };
  if (schema instanceof z.ZodLiteral)
    return { ...about, kind: 'choice', values: [...schema.values].map(String) };
  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodNumber) {
    const { min, max } = rangeOf(schema.element);
    return { ...about, kind: 'list', min, max };
  }
  return { ...about, kind: 'group', variants: objectsOf(schema).map((each) => parametersOfObject(each)) };
}

function rangeOf(schema: z.ZodNumber): { whole: boolean; min: number; max: number } {
  const { minValue: min, maxValue: max } = schema;
  if (min === null || max === null) throw new Error('every number of a block has bounds');
  return { whole: schema.format === 'safeint', min, max };
}

/** A value to begin with: 1 where it may be. */
export function startOf(parameter: Parameter): unknown {
  switch (parameter.kind) {
    case 'number':
      return Math.min(parameter.max, Math.max(parameter.min, 1));
    case 'choice':
      return parameter.values[0];
    case 'switch':
      return false;
    case 'list':
      return [parameter.min];
    case 'group':
      return startOfGroup(parameter.variants[0]!);
  }
}

export const startOfGroup = (parameters: readonly Parameter[]): Record<string, unknown> =>
  Object.fromEntries(
    parameters.filter(({ optional }) => !optional).map((each) => [each.name, startOf(each)]),
  );
