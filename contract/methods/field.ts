import * as z from 'zod';
import { vectorsId } from '../vectors-id.ts';

/** Where a field is drawn in the form. */
export type FieldGroup = 'method' | 'architecture' | 'training' | 'evaluation';

interface FieldWords {
  readonly title: string;
  /** `nats`, `epochs`, `units`, `sentences`, or an empty string for a bare number. */
  readonly unit: string;
  readonly group: FieldGroup;
  /** What happens when the value is raised, one sentence. */
  readonly raise: string;
  /** What happens when the value is lowered, one sentence. */
  readonly lower: string;
  /** Label columns without which a data set is not offered it; none where it is not given. */
  readonly labels?: number;
  /** What runs did that were made before the option was there; its default where it is not given. */
  readonly former?: OptionValue;
}

export interface NumberField extends FieldWords {
  readonly kind: 'integer' | 'number';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
}

export interface ChoiceField<V extends string = string> extends FieldWords {
  readonly kind: 'choice';
  readonly choices: readonly { readonly value: V; readonly title: string }[];
  readonly default: V;
}

/** Which of the vectors that lie with the data set; empty for the only ones. */
export interface VectorsField extends FieldWords {
  readonly kind: 'vectors';
  readonly default: '';
}

/** The id of a finished run that a run begins with; empty for none. */
export interface RunField extends FieldWords {
  readonly kind: 'run';
  /** Of one of these methods, on the same data set. */
  readonly methods: readonly string[];
  /** Options that must be equal in both. */
  readonly equal: readonly string[];
  readonly default: string;
}

export type Field = NumberField | ChoiceField | VectorsField | RunField;
export type Fields = Readonly<Record<string, Field>>;
export type ValueOf<F extends Field> = F extends NumberField
  ? number
  : F extends ChoiceField<infer V>
    ? V
    : string;
export type ValuesOf<F extends Fields> = { -readonly [K in keyof F]: ValueOf<F[K]> };
export type OptionValue = number | string;
export type OptionValues = Readonly<Record<string, OptionValue>>;

export function integer(field: Omit<NumberField, 'kind' | 'step'> & { step?: number }): NumberField {
  return { kind: 'integer', step: 1, ...field };
}
export function number(field: Omit<NumberField, 'kind' | 'step'> & { step?: number }): NumberField {
  return { kind: 'number', step: 0.01, ...field };
}
export function choice<const V extends string>(field: Omit<ChoiceField<V>, 'kind'>): ChoiceField<V> {
  return { kind: 'choice', ...field };
}

export function vectors(field: Omit<VectorsField, 'kind' | 'default'>): VectorsField {
  return { kind: 'vectors', default: '', ...field };
}

export function runField(field: Omit<RunField, 'kind' | 'default' | 'unit'>): RunField {
  return { kind: 'run', unit: '', default: '', ...field };
}

/** The schema that validates one field; its messages are the ones shown under the field. */
export function fieldSchema(field: Field): z.ZodType<OptionValue> {
  if (field.kind === 'run') return z.string({ error: 'the id of a run' }).max(200);
  if (field.kind === 'choice') {
    const titles = field.choices.map((c) => c.value).join(', ');
    return z.enum(
      field.choices.map((c) => c.value),
      { error: `one of: ${titles}` },
    );
  }
  if (field.kind === 'vectors')
    return z.string().regex(vectorsId, { error: 'the id of vectors of the data set' }).or(z.literal(''));
  const base = z.number({ error: 'a number' });
  const whole = field.kind === 'integer' ? base.int({ error: 'a whole number' }) : base;
  return whole
    .min(field.min, { error: `at least ${field.min}` })
    .max(field.max, { error: `at most ${field.max}` });
}

/** What a field takes and has by default, in a few words. */
export function fieldText(field: Field): string {
  if (field.kind === 'choice')
    return `one of ${field.choices.map(({ value, title }) => `${value} (${title})`).join(', ')}; default ${field.default}`;
  if (field.kind === 'vectors') return 'the id of vectors of the data set; default the only ones';
  if (field.kind === 'run')
    return `the id of a finished run of ${field.methods.join(' or ')} on the same data; none by default`;
  return `${field.min} to ${field.max}, default ${field.default}`;
}

/** What is wrong with a value, as the words under the field; undefined when it is right. */
export function fieldProblem(field: Field, value: unknown): string | undefined {
  const result = fieldSchema(field).safeParse(value);
  return result.success ? undefined : result.error.issues[0]?.message;
}
