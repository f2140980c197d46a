import type { Belief } from '../blocks/block.ts';
import type { Model } from '../blocks/model.ts';
import { sentenceFeeds, sentencesOf } from '../blocks/sentences.ts';
import { tf, type Engine, type Tensor, type Tensor1D, type Tensor2D } from '../tensor/index.ts';
import { cutBatches, feedsOf, predictedTokens } from '../text/batches.ts';
import type { Split } from '../text/split.ts';
import type { Breathe } from './breathe.ts';
import { counters } from './counters.ts';
import { groupsThatFit } from './fitting.ts';
import { logSumExp } from './mutual-information.ts';

/** E13: -log of the mean of exp(log weights), nats. log weight = log p(x|z) + log p(z) - log q(z|x). */
export function importanceWeightedNll(logWeights: Float64Array | readonly number[]): number {
  return Math.log(logWeights.length) - logSumExp(logWeights);
}

/** Samples of one sentence in one execution. */
const CHUNK = 100;
/** Samples in one execution over all of its sentences, at most. */
const ROWS = 400;

/** Repeats each row `k` times: [rows, width] to [rows * k, width], copies of a row side by side. */
const repeatRows = (x: Tensor2D, k: number): Tensor2D => {
  const [rows, width] = x.shape;
  return tf.reshape(tf.tile(tf.reshape(x, [rows, 1, width]), [1, k, 1]), [rows * k, width]);
};

/** The importance-weighted NLL of sentences. Equal to taking one sentence at a time: no sum runs over sentences. */
export function importanceScorer(model: Model, engine: Engine, hidden: number) {
  const { posterior, prior } = model;
  const measured = posterior?.measured;
  const priorDensity = prior?.logDensity;
  if (!measured || !priorDensity)
    throw new Error('the importance-weighted NLL needs densities of posterior and prior');
  const scorers = new Map<number, ReturnType<typeof scorer>>();
  const scorer = (k: number) =>
    engine.program({
      name: `importance weights, ${k} samples`,
      feeds: sentenceFeeds(model),
      body: (feeds, step): { logWeights: Tensor } => {
        const sentences = sentencesOf(feeds);
        const [, count] = sentences.tokens.shape;
        const once = posterior.infer(step, sentences);
        const belief: Belief = Object.fromEntries(
          posterior.belief.map((name) => [name, repeatRows(once[name]!, k)]),
        );
        const z = posterior.sample(step, belief);
        const copies = (x: Tensor2D): Tensor2D => {
          const [height] = x.shape;
          return tf.reshape(tf.tile(tf.reshape(x, [height, count, 1]), [1, 1, k]), [height, count * k]);
        };
        const { tokens, labels } = sentences;
        const nll = model.nll(
          step,
          { tokens: copies(tokens), labels: labels && copies(labels) },
          z,
          'evaluate',
        );
        const logWeights = tf.sub(
          tf.sub(priorDensity(z, step), measured.logDensity(belief, z)),
          nll,
        ) as Tensor1D;
        return { logWeights };
      },
    });

  return async (
    split: Split,
    { samples, breathe, onShare }: { samples: number; breathe: Breathe; onShare?: (share: number) => void },
  ): Promise<{ nll: number; tokens: number }> => {
    const chunks: number[] = [];
    for (let left = samples; left > 0; left -= CHUNK) chunks.push(Math.min(CHUNK, left));
    const chunk = Math.min(samples, CHUNK);
    const together = (length: number): number =>
      groupsThatFit(chunk, length, hidden, Math.max(1, Math.floor(ROWS / chunk)));
    let [total, tokens, done, counter] = [0, 0, 0, counters.importance];
    for (const batch of cutBatches(split, together)) {
      const rows = batch.rows.length;
      // The last sentence stands in for those that lack, so that each length is one shape.
      const full = Int32Array.from(
        { length: together(batch.length) },
        (_, i) => batch.rows[i] ?? batch.rows[rows - 1]!,
      );
      const sentences = feedsOf(split, { ...batch, rows: full });
      const weights = Array.from({ length: rows }, () => new Float64Array(samples));
      let filled = 0;
      for (const k of chunks) {
        let program = scorers.get(k);
        if (!program) scorers.set(k, (program = scorer(k)));
        const { logWeights } = program.run(sentences, { counter: counter++ });
        for (let i = 0; i < rows; i++) weights[i]!.set(logWeights.subarray(i * k, (i + 1) * k), filled);
        filled += k;
        await breathe();
      }
      for (const each of weights) total += importanceWeightedNll(each);
      tokens += predictedTokens(batch);
      done += rows;
      onShare?.(done / split.count);
    }
    return { nll: total / split.count, tokens };
  };
}
