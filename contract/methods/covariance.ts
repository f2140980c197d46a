import { elboSymbols } from './elbo-symbols.ts';
import { number } from './field.ts';
import type { FormulaSymbol } from './method.ts';

/** Fields and symbols of methods that press the covariance of the code to the identity. */
export const offDiagonalField = number({
  title: 'Weight off the diagonal',
  unit: 'weight',
  group: 'method',
  min: 0,
  max: 10_000,
  step: 1,
  default: 10,
  raise: 'Raise it when dimensions move together.',
  lower: 'Lower it when reconstructions suffer.',
});

export const diagonalField = (usual: number) =>
  number({
    title: 'Weight on the diagonal',
    unit: 'weight',
    group: 'method',
    min: 0,
    max: 100_000,
    step: 1,
    default: usual,
    raise: 'Raise it to hold every dimension at the spread of the prior.',
    lower: 'Lower it to let dimensions have other spreads.',
  });

export const covarianceSymbols: readonly FormulaSymbol[] = [
  ...elboSymbols,
  { tex: String.raw`\lambda_{od}`, meaning: 'price of dimensions that move together', option: 'offDiagonal' },
  { tex: String.raw`\lambda_d`, meaning: 'price of a spread other than 1', option: 'diagonal' },
];
