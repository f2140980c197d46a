import { AppError } from '../errors.ts';
import type { Architecture, Blocks, Evaluation, Training } from '../blocks.ts';
import { measuresOf, type Measure } from './defined.ts';
import { fieldProblem, type Fields, type OptionValues, type ValuesOf } from './field.ts';
import { architectureOf, commonFields, evaluationOf, latentField, trainingOf } from './shared-fields.ts';
import { sizeValues, type DataKind, type Size } from './sizes.ts';

export type Family =
  | 'language-model'
  | 'baseline'
  | 'kl-weight'
  | 'schedule'
  | 'adversarial'
  | 'code'
  | 'inference'
  | 'labels'
  | 'matching'
  | 'disentangling'
  | 'decoder'
  | 'auxiliary'
  /** Combinations that people make themselves. */
  | 'own';

/** One symbol of a formula: what it means and, where there is one, the option that controls it. */
export interface FormulaSymbol {
  readonly tex: string;
  readonly meaning: string;
  readonly option?: string;
}

/** What a method cannot do without. */
export interface Needs {
  /** Label columns that the data set must have. */
  readonly labels: number;
}

/** Shared options that blocks may be made of. */
interface Shared {
  readonly latent: number;
  readonly batch: number;
}

export interface MethodSpec<F extends Fields> {
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  /** One sentence without jargon. */
  readonly plain: string;
  readonly goodWhen: string;
  readonly watchOutFor: string;
  /** The objective in LaTeX, minimised. */
  readonly formula: string;
  readonly symbols: readonly FormulaSymbol[];
  /** Short reference as text, e.g. «Bowman et al. 2016». */
  readonly citation: string;
  /** Time of a training step relative to `vae`, for the card; estimates use measurements. */
  readonly latent: boolean;
  /** Options of its own, beside the shared ones. */
  readonly own: F;
  /** Option values that differ from the size's, such as another optimizer; or how they follow from the size. */
  readonly defaults?: OptionValues | ((size: Size, data: DataKind) => OptionValues);
  /** What a method must be given besides text. */
  readonly needs?: Needs;
  /** The blocks that differ from those of the plain VAE (methods.md 8.2: a blank is the default). */
  readonly compose: (o: ValuesOf<F> & Shared) => Partial<Blocks>;
}

/** A method as every room sees it: card, form, validation and composition from one file. */
export interface Method {
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly plain: string;
  readonly goodWhen: string;
  readonly watchOutFor: string;
  readonly formula: string;
  readonly symbols: readonly FormulaSymbol[];
  readonly citation: string;
  readonly latent: boolean;
  readonly needs: Needs;
  readonly fields: Fields;
  /** Defined with the options of its standard size; of a run its own options decide (`whyUndefinedIn`). */
  readonly measures: readonly Measure[];
  /** The blocks of a combination as it was saved; absent where options make them. */
  readonly combined?: Blocks;
  /** Option values of a size on a kind of data. */
  readonly preset: (size: Size, data: DataKind) => OptionValues;
  /** Blocks, widths and training rules from complete option values. Throws `methods.*` on a bad one. */
  readonly configure: (values: OptionValues) => MethodConfig;
}

export interface MethodConfig {
  readonly blocks: Blocks;
  readonly architecture: Architecture;
  readonly training: Training;
  readonly evaluation: Evaluation;
}

/** The blocks of the plain VAE. */
const plainVae = (latent: number): Blocks => ({
  posterior: { kind: 'gaussian', dim: latent },
  prior: { kind: 'standardNormal' },
  klWeight: { kind: 'constant', value: 1 },
  regularizers: [],
  adversary: { kind: 'none' },
  labels: [],
  condition: { kind: 'none' },
  reconstructs: 1,
  decoder: { kind: 'lstm' },
  procedure: { kind: 'joint' },
});

/** Throws `methods.option` or `methods.unknown-option` naming the first thing that is wrong. */
export function checkOptions(id: string, fields: Fields, values: OptionValues): void {
  for (const option of Object.keys(values)) {
    if (!Object.hasOwn(fields, option)) {
      throw new AppError('methods.unknown-option', { method: id, option, known: Object.keys(fields) });
    }
  }
  for (const [option, field] of Object.entries(fields)) {
    const reason = fieldProblem(field, values[option]);
    if (reason !== undefined) {
      throw new AppError('methods.option', {
        method: id,
        option,
        value: String(values[option]),
        reason: `it must be ${reason}`,
      });
    }
  }
}

/** Throws `methods.option` where a first stage leaves no epoch for what follows it. */
function checkStages(id: string, { blocks, training }: MethodConfig): void {
  const { epochs } = training;
  if (epochs > 1 || blocks.posterior.kind !== 'bidirectional') return;
  const reason = 'it must be at least 2, since the first epochs train the encoder alone';
  throw new AppError('methods.option', { method: id, option: 'epochs', value: String(epochs), reason });
}

export function method<const F extends Fields>(spec: MethodSpec<F>): Method {
  const fields: Fields = {
    ...spec.own,
    ...(spec.latent ? { latent: spec.own['latent'] ?? latentField } : {}),
    ...commonFields,
  };
  const { own, compose, defaults = {}, needs = { labels: 0 }, ...words } = spec;
  const differing = typeof defaults === 'function' ? defaults : () => defaults;
  const blocksOf = (o: ValuesOf<F> & Shared): Blocks => ({
    ...plainVae(o.latent),
    ...compose(o),
  });
  const standard = Object.fromEntries(Object.entries(fields).map(([name, f]) => [name, f.default]));
  return {
    ...words,
    fields,
    needs,
    measures: measuresOf(blocksOf({ ...standard, ...differing('standard', 'text') } as ValuesOf<F> & Shared)),
    preset: (size, data) => {
      const sized = sizeValues(size, data);
      const known = Object.entries(sized).filter(([name]) => Object.hasOwn(fields, name));
      return { ...standard, ...Object.fromEntries(known), ...differing(size, data) };
    },
    configure: (values) => {
      checkOptions(spec.id, fields, values);
      // Checked field by field just above, so the values have the types of their fields.
      const typed = values as ValuesOf<F> & Shared & Parameters<typeof architectureOf>[0];
      const config = {
        blocks: blocksOf(typed),
        architecture: architectureOf(typed),
        training: trainingOf(typed),
        evaluation: evaluationOf(typed),
      };
      checkStages(spec.id, config);
      return config;
    },
  };
}
