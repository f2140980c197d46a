import type { Belief, HostBelief, LabelPredictor, Sentences } from '../blocks/block.ts';
import { columnOf } from '../blocks/conditions/label.ts';
import type { Model } from '../blocks/model.ts';
import { sentenceFeeds, sentencesOf } from '../blocks/sentences.ts';
import { tf, type Engine, type Step, type Tensor, type Tensor2D } from '../tensor/index.ts';
import { cutBatches, feedsOf, predictedTokens, type Batch } from '../text/batches.ts';
import type { Split } from '../text/split.ts';
import { activeUnits } from './active-units.ts';
import type { Breathe } from './breathe.ts';
import { codeDiscrepancy } from './code-discrepancy.ts';
import { counters } from './counters.ts';
import { groupsThatFit } from './fitting.ts';
import { mutualInformation } from './mutual-information.ts';

/** Means over the sentences of a split, KL weight 1, one sample a sentence, nats; null where not defined. */
export interface Evaluation {
  readonly sentences: number;
  /** Predicted tokens, sentence ends counted. */
  readonly tokens: number;
  /** What the learning-rate rule and the choice of the best parameters go by: the smaller, the better. */
  readonly loss: number;
  /** Rec + KL; the exact NLL of a model without a code; null for a code without a density. */
  readonly nll: number | null;
  /** Null where nothing is written from codes. */
  readonly reconstruction: number | null;
  readonly kl: number | null;
  /** E5 on sets of at most `setSize` sentences of equal length, weighted by their size. */
  readonly mi: number | null;
  readonly au: number | null;
  /** Of a label that the objective has the code tell: mean CE (nats) of the mean of 12 predictions, and accuracy. */
  readonly label: { readonly loss: number; readonly accuracy: number } | null;
  /** MMD² of sampled codes and prior, V-statistic, kernel `rbf`, on sets of at most 32; null without a prior. */
  readonly mmd: number | null;
}

/** What the encoder says of one batch, on the host. */
export interface BatchBeliefs {
  readonly belief: HostBelief;
  /** One sample a sentence, [batch, dim]. */
  readonly z: Float32Array;
}

export interface EvaluateOptions {
  /** Sentences in a set for the MI; published values used 32. */
  readonly setSize: number;
  readonly breathe: Breathe;
  readonly onShare?: (share: number) => void;
  readonly onBatch?: (batch: Batch, beliefs: BatchBeliefs) => void;
}

/** Sets of sentences taken together, at most. */
const SETS = 8;

/** Evaluates a model with dropout off, in batches as large as memory allows. */
export function evaluator(model: Model, engine: Engine, hidden: number) {
  const { posterior, predictor } = model;
  const measured = posterior?.measured ?? null;
  const program = engine.program<string, string>({
    name: 'evaluate',
    feeds: sentenceFeeds(model),
    body: (feeds, step): Record<string, Tensor> => {
      const sentences = sentencesOf(feeds);
      if (!posterior) return { reconstruction: model.nll(step, sentences, null, 'evaluate') };
      const belief = posterior.infer(step, sentences);
      const z = posterior.sample(step, belief);
      return {
        ...(model.writes && { reconstruction: model.nll(step, sentences, z, 'evaluate') }),
        ...(predictor && labelTerms(step, model, predictor, sentences, belief)),
        ...(measured && { kl: tf.sum(measured.kl(belief, step), 1) }),
        z,
        // A clone, since the mean may be one of the belief's tensors and every output is freed by itself.
        mean: tf.clone(posterior.mean(belief)),
        ...Object.fromEntries(posterior.belief.map((name) => [`belief ${name}`, belief[name]!])),
      };
    },
  });

  const discrepancy = codeDiscrepancy(model, engine);
  return async (split: Split, options: EvaluateOptions): Promise<Evaluation> => {
    const { setSize, breathe } = options;
    const batches = cutBatches(split, (length) => setSize * groupsThatFit(setSize, length, hidden, SETS));
    const means = posterior && new Float32Array(split.count * posterior.dim);
    const codes = discrepancy && new Float32Array(split.count * posterior!.dim);
    let [done, tokens, reconstruction, kl, mi, labelLoss, right] = [0, 0, 0, 0, 0, 0, 0];
    for (const [index, batch] of batches.entries()) {
      const out = program.run(feedsOf(split, batch), { counter: counters.evaluation + index }) as Record<
        string,
        Float32Array
      >;
      const rows = batch.rows.length;
      if (out['reconstruction']) reconstruction += sum(out['reconstruction']);
      if (predictor) {
        labelLoss += sum(out['labelLoss']!);
        right += sum(out['labelRight']!);
      }
      if (posterior) {
        means!.set(out['mean']!, done * posterior.dim);
        const belief = Object.fromEntries(posterior.belief.map((name) => [name, out[`belief ${name}`]!]));
        const z = out['z']!;
        if (measured) {
          kl += sum(out['kl']!);
          const density = measured.density(belief);
          for (let from = 0; from < rows; from += setSize) {
            const size = Math.min(setSize, rows - from);
            mi += size * mutualInformation(density, z, from, size);
          }
        }
        codes?.set(z, done * posterior.dim);
        options.onBatch?.(batch, { belief, z });
      }
      tokens += predictedTokens(batch);
      done += rows;
      options.onShare?.(done / split.count);
      await breathe();
    }
    const mean = (total: number): number => total / split.count;
    return {
      sentences: split.count,
      tokens,
      loss: model.writes
        ? mean(reconstruction + (model.chargesKl ? kl : 0))
        : mean((predictor?.weight ?? 0) * labelLoss + model.klPrice * kl),
      nll: !model.writes || (posterior && !measured) ? null : mean(reconstruction + kl),
      reconstruction: model.writes ? mean(reconstruction) : null,
      label: predictor && { loss: mean(labelLoss), accuracy: mean(right) },
      kl: measured && mean(kl),
      mi: measured && mean(mi),
      mmd: discrepancy && discrepancy(codes!),
      au: posterior && posterior.unitsCount !== false ? activeUnits(means!, posterior.dim) : null,
    };
  };
}

/** Predictions that are averaged (Alemi et al. 2017). */
const PREDICTIONS = 12;

/** -log of the mean of 12 predicted probabilities of the label, and whether their mean is largest there: [batch]. */
function labelTerms(
  step: Step,
  { posterior }: Model,
  { column, logits }: LabelPredictor,
  sentences: Sentences,
  belief: Belief,
): Record<string, Tensor> {
  const drawn = Array.from({ length: PREDICTIONS }, (_, i) => {
    const own: Step = {
      ...step,
      normal: (purpose, shape) => step.normal(`${purpose}, prediction ${i}`, shape),
    };
    return tf.softmax(logits(own, posterior!.sample(own, belief)));
  });
  const chances = tf.div(tf.addN(drawn), PREDICTIONS) as Tensor2D;
  const labels = columnOf(sentences, column);
  const target = tf.cast(tf.oneHot(labels, chances.shape[1]), 'float32');
  return {
    labelLoss: tf.neg(tf.log(tf.add(tf.sum(tf.mul(chances, target), 1), 1e-30))),
    labelRight: tf.cast(tf.equal(tf.argMax(chances, 1), labels), 'float32'),
  };
}

function sum(x: Float32Array): number {
  let total = 0;
  for (const value of x) total += value;
  return total;
}
