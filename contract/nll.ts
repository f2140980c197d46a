import type { Results } from './entities.ts';

/** What is known of a run's NLL: its value, or where only the ELBO is, an upper bound, printed with «≤». */
export function nllOf({
  nll,
  elbo,
}: Pick<Results, 'nll' | 'elbo'>): { value: number; bound: boolean } | null {
  if (nll !== null) return { value: nll, bound: false };
  return elbo === null ? null : { value: elbo, bound: true };
}

/** As tables print a value that is a bound. */
export const atMost = (text: string, bound: boolean): string => (bound ? `≤ ${text}` : text);
