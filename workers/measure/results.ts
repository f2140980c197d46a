import type { Evaluation as Settings } from '../../contract/blocks.ts';
import type { Results } from '../../contract/entities.ts';
import type { HostBelief } from '../blocks/block.ts';
import { givesLikelihood, type Model } from '../blocks/model.ts';
import type { Engine } from '../tensor/index.ts';
import { spreadSentences, type Split } from '../text/split.ts';
import type { Breathe } from './breathe.ts';
import { evaluator, type Evaluation } from './evaluate.ts';
import { importanceScorer } from './importance.ts';
import { logMixture } from './mutual-information.ts';

/** Sentences in a set of the table mode: what published values were measured with (methods.md section 4). */
export const TABLE_SET = 32;
/** Sentences in the one set of the large mode. */
export const LARGE_SET = 5000;

/** «collapsed» when KL and MI are below 0.1 nats and no unit is active (methods.md section 4). */
export function collapseOf({ kl, mi, au }: Pick<Evaluation, 'kl' | 'mi' | 'au'>): Results['collapse'] {
  if (kl === null || mi === null || au === null) return 'undefined';
  return kl < 0.1 && mi < 0.1 && au === 0 ? 'collapsed' : 'alive';
}

export interface TestOptions {
  readonly hidden: number;
  readonly settings: Settings;
  readonly breathe: Breathe;
  readonly onShare?: (share: number) => void;
}

/** The measures on the test split that need no samples. */
export async function measureTest(
  model: Model,
  engine: Engine,
  test: Split,
  { hidden, settings, breathe, onShare }: TestOptions,
): Promise<Omit<Results, 'fppl' | 'rppl' | 'samples'>> {
  const { posterior } = model;
  const measured = posterior?.measured ?? null;
  const large = measured && posterior && collector(Math.min(LARGE_SET, test.count), posterior.dim);
  const scores = givesLikelihood(model);
  const part = scores ? 0.1 : 1;
  const evaluation = await evaluator(
    model,
    engine,
    hidden,
  )(test, {
    setSize: TABLE_SET,
    breathe,
    onShare: (share) => onShare?.(part * share),
    ...(large && { onBatch: (batch, { belief, z }) => large.add(batch.rows, belief, z) }),
  });
  const shared = {
    kl: evaluation.kl,
    mi: evaluation.mi,
    au: evaluation.au,
    auOf: posterior && posterior.dim,
    collapse: collapseOf(evaluation),
    mmd: evaluation.mmd,
    labelAccuracy: evaluation.label && evaluation.label.accuracy,
    labelInformation:
      evaluation.label && entropyOf(model.classes[model.predictor!.column]!.shares) - evaluation.label.loss,
    predictedTokens: evaluation.tokens,
  };
  if (!posterior && evaluation.nll !== null) {
    return {
      ...shared,
      nll: evaluation.nll,
      nllKind: 'exact',
      nllSentences: evaluation.sentences,
      elbo: null,
      reconstruction: null,
      miLarge: null,
      perplexity: Math.exp((evaluation.nll * evaluation.sentences) / evaluation.tokens),
    };
  }
  if (!large || !scores) {
    return {
      ...shared,
      nll: null,
      nllKind: 'undefined',
      nllSentences: 0,
      elbo: evaluation.nll,
      reconstruction: evaluation.reconstruction,
      miLarge: large && (await large.mutualInformation(model, breathe)),
      perplexity: null,
    };
  }
  const miLarge = await large.mutualInformation(model, breathe);
  const scored = spreadSentences(test, settings.importanceSentences || test.count);
  const importance = await importanceScorer(
    model,
    engine,
    hidden,
  )(scored, {
    samples: settings.importanceSamples,
    breathe,
    onShare: (share) => onShare?.(part + (1 - part) * share),
  });
  return {
    ...shared,
    nll: importance.nll,
    nllKind: 'importance-weighted',
    nllSentences: scored.count,
    elbo: evaluation.nll,
    reconstruction: evaluation.reconstruction,
    miLarge,
    perplexity: Math.exp((importance.nll * scored.count) / importance.tokens),
    predictedTokens: importance.tokens,
  };
}

/** Gathers the posteriors and samples of the first sentences of a split for the large mode of the MI. */
function collector(count: number, dim: number) {
  const z = new Float32Array(count * dim);
  const gathered: Record<string, Float32Array> = {};
  return {
    add(rows: Int32Array, belief: HostBelief, samples: Float32Array): void {
      for (const [i, row] of rows.entries()) {
        if (row >= count) continue;
        z.set(samples.subarray(i * dim, (i + 1) * dim), row * dim);
        for (const [name, values] of Object.entries(belief)) {
          const width = values.length / rows.length;
          gathered[name] ??= new Float32Array(count * width);
          gathered[name].set(values.subarray(i * width, (i + 1) * width), row * width);
        }
      }
    },
    /** E5 on the whole set; sentence by sentence, since it compares every pair. */
    async mutualInformation({ posterior }: Model, breathe: Breathe): Promise<number> {
      const density = posterior!.measured!.density(gathered);
      let sum = 0;
      for (let a = 0; a < count; a++) {
        sum -= density.entropy(a) + logMixture(density, z, a, 0, count);
        await breathe();
      }
      return sum / count;
    },
  };
}

/** Entropy of the shares of the classes, nats. */
const entropyOf = (shares: readonly number[]): number =>
  shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
