import type { Results, Run } from '../../contract/entities.ts';
import { aRun } from './fixtures.ts';

/** A run that was measured, as of a language model; null where it has no results. */
export const measuredRun = (methodId: string, nll: number | null, change: Partial<Results> = {}): Run =>
  aRun({
    methodId,
    results:
      nll === null
        ? null
        : {
            ...{
              nll,
              nllKind: 'exact' as const,
              nllSentences: 1,
              elbo: null,
              reconstruction: null,
              kl: null,
              mi: null,
            },
            ...{
              miLarge: null,
              au: null,
              auOf: null,
              perplexity: 1,
              predictedTokens: 1,
              collapse: 'undefined' as const,
            },
            ...{ fppl: null, rppl: null, samples: 1 },
            ...change,
          },
  });
