/**
 * Combinations of blocks that people make themselves. A run of one carries the whole combination among its options,
 * so that a run stays what it was when the preset is changed or deleted.
 */
import * as z from 'zod';
import { blocksSchema } from '../blocks-schema.ts';
import { AppError } from '../errors.ts';
import { fits } from '../fits.ts';
import type { Blocks } from '../blocks.ts';
import { whyUndefined, type Measure, type Undefined } from './defined.ts';
import type { OptionValues } from './field.ts';
import { method, type Method, type MethodConfig } from './method.ts';
import { methodById, methods } from './index.ts';
import { commonFields } from './shared-fields.ts';

const prefix = 'own:';
/** The option that holds the combination, as JSON. */
export const combinationOption = 'combination';

/** What a combination is, wherever it is kept. */
export const combination = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** The method it began with: its training rules are the combination's. */
  basis: z.string(),
  blocks: blocksSchema,
});
export type Combination = z.infer<typeof combination>;

/** One that was saved under a name. */
export const savedCombination = combination.extend({ id: z.string(), createdAt: z.number().int() });
export type SavedCombination = z.infer<typeof savedCombination>;

/** A combination as one is exported and brought. */
export const combinationFile = combination.extend({
  format: z.literal('latent-workbench-combination'),
  version: z.literal(1),
});

export const ownId = (id: string): string => prefix + id;
/** What stands behind `own:`. */
export const nameInOwn = (methodId: string): string => methodId.slice(prefix.length);
export const isOwn = (methodId: string): boolean => methodId.startsWith(prefix);

/** What a method's preset says of the options that all methods have. */
const sharedOf = (preset: OptionValues): OptionValues =>
  Object.fromEntries(Object.entries(preset).filter(([name]) => Object.hasOwn(commonFields, name)));

/** Widths and batch follow the form, whatever the combination was saved with. */
function sized(blocks: Blocks, { latent, batch }: { latent: number; batch: number }): Blocks {
  const { posterior } = blocks;
  if (posterior.kind === 'none') return blocks;
  return {
    ...blocks,
    posterior:
      posterior.kind === 'refined' ? { ...posterior, dim: latent, batch } : { ...posterior, dim: latent },
  };
}

/**
 * A combination as a method like any other. Throws `methods.unknown` for a basis that is not there and
 * `combinations.misfit` for blocks that do not fit, also with the width of the code that the options ask for.
 */
export function ownMethod(id: string, { name, basis, blocks }: Combination): Method {
  const base = methodById(basis);
  const made = method({
    id: ownId(id),
    title: name,
    family: 'own',
    plain: `Your own combination of blocks, begun with «${base.title}».`,
    goodWhen: 'you have a question that no published method answers.',
    watchOutFor:
      'nobody has tried it before: look at the curves, and keep the method it began with as a yardstick.',
    formula: '',
    symbols: [],
    citation: `own combination, from ${base.citation}`,
    latent: blocks.posterior.kind !== 'none',
    own: {},
    needs: { labels: blocks.labels.length === 0 ? 0 : Math.max(...blocks.labels) + 1 },
    defaults: (size, data) => sharedOf(base.preset(size, data)),
    compose: (o) => sized(blocks, o),
  });
  return {
    ...made,
    combined: blocks,
    configure: ({ [combinationOption]: _carried, ...values }) => {
      const config = made.configure(values);
      const [misfit] = fits(config.blocks);
      if (misfit) throw new AppError('combinations.misfit', { name, misfit });
      return config;
    },
  };
}

/** Option values of a run of a combination. */
export const carrying = (options: OptionValues, own: Combination): OptionValues => ({
  ...options,
  [combinationOption]: JSON.stringify(combination.parse(own)),
});

const known = new Map<string, Method>();

/** The method of a run: one of the catalogue, or the combination that its options carry. Throws `methods.unknown`. */
export function methodOf({ methodId, options }: { methodId: string; options: OptionValues }): Method {
  if (!isOwn(methodId)) return methodById(methodId);
  const carried = options[combinationOption];
  if (typeof carried !== 'string') throw new AppError('methods.unknown', { id: methodId, known: [] });
  const key = methodId + carried;
  const found = known.get(key) ?? ownMethod(nameInOwn(methodId), combination.parse(JSON.parse(carried)));
  known.set(key, found);
  return found;
}

/** What a file says. Throws `combinations.file`, `combinations.misfit` and `methods.unknown`. */
export function readCombination(text: string): Combination {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new AppError('combinations.file', { reason: 'it is not JSON' });
  }
  const parsed = combinationFile.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw new AppError('combinations.file', {
      reason: place === '' ? (issue?.message ?? '') : `${place}: ${issue?.message ?? ''}`,
    });
  }
  const { name, basis, blocks } = parsed.data;
  checkCombination({ name, basis, blocks });
  return { name, basis, blocks };
}

/** Throws `methods.unknown` and `combinations.misfit`. */
export function checkCombination({ name, basis, blocks }: Combination): void {
  methodById(basis);
  const [misfit] = fits(blocks);
  if (misfit) throw new AppError('combinations.misfit', { name, misfit });
}

export const fileOfCombination = (own: Combination): string =>
  `${JSON.stringify({ format: 'latent-workbench-combination', version: 1, ...own }, null, 2)}\n`;

/**
 * The options of a run with those that its method has been given since it was made, at what it did then. What belongs
 * to a combination, or to a method that is gone, stays as it is.
 */
export function withLaterOptions({
  methodId,
  options,
}: {
  methodId: string;
  options: OptionValues;
}): OptionValues {
  const method = methods.find(({ id }) => id === methodId);
  if (!method) return options;
  const later = Object.entries(method.fields).filter(([name]) => !Object.hasOwn(options, name));
  if (later.length === 0) return options;
  return {
    ...options,
    ...Object.fromEntries(later.map(([name, field]) => [name, field.former ?? field.default])),
  };
}

/** What the options of a run make of its method. Throws `methods.*`. */
export const configOf = (run: { methodId: string; options: OptionValues }): MethodConfig =>
  methodOf(run).configure(withLaterOptions(run));

/** Why a run has no such measure, by its own options; null where it has it. Throws `methods.*`. */
export const whyUndefinedIn = (
  run: { methodId: string; options: OptionValues },
  measure: Measure,
): Undefined | null => whyUndefined(measure, configOf(run).blocks);
