import type { Decoding } from '../../contract/entities.ts';
import type { Model } from '../blocks/model.ts';
import { sentenceFeeds, sentencesOf } from '../blocks/sentences.ts';
import { tf, type Engine, type FeedSpec, type Feeds, type Tensor, type Tensor2D } from '../tensor/index.ts';
import { cutBatches, feedsOf } from '../text/batches.ts';
import type { Split } from '../text/split.ts';
import type { Vocabulary } from '../text/vocabulary.ts';
import type { Breathe } from './breathe.ts';
import { aggregateCodes } from './aggregate-codes.ts';
import { codesNoise, drawnLabels } from './codes.ts';
import { counters } from './counters.ts';
import { decoderOf } from './decode.ts';

export interface Step {
  readonly breathe: Breathe;
  readonly onShare?: (share: number) => void;
}

/** Everything that writes sentences with a model; `training` is what a model without a prior draws codes from. */
export function writerOf(model: Model, engine: Engine, vocabulary: Vocabulary, training?: Split) {
  const { posterior, prior, classes } = model;
  const decode = decoderOf(model, engine);
  const toTexts = (ids: readonly Int32Array[]): string[] => ids.map((each) => vocabulary.sentence(each));

  const fromNoise =
    prior &&
    engine.program<string, 'read'>({
      name: 'codes from the prior',
      feeds: { noise: { dtype: 'float32' }, ...labelFeeds(model) },
      body: (feeds, step) => {
        const z = prior.sample(step, feeds['noise'] as Tensor2D);
        return { read: tf.clone(model.reads(step, z, labelsOf(feeds))) };
      },
    });
  const encode =
    posterior &&
    engine.program<string, 'mean' | 'sample'>({
      name: 'codes of sentences',
      feeds: sentenceFeeds(model),
      body: (feeds, step) => {
        const belief = posterior.infer(step, sentencesOf(feeds));
        return { mean: posterior.mean(belief), sample: posterior.sample(step, belief) };
      },
    });

  const read =
    posterior &&
    classes.length > 0 &&
    engine.program<string, 'read'>({
      name: 'codes with labels',
      feeds: { z: { dtype: 'float32' }, ...labelFeeds(model) },
      body: (feeds, step) => ({
        read: tf.clone(model.reads(step, feeds['z'] as Tensor2D, labelsOf(feeds))),
      }),
    });
  const readOf = (codes: Float32Array, count: number, labels: readonly Int32Array[]): Float32Array => {
    if (!read) return codes;
    const fed = { z: { data: codes, shape: [count, posterior.dim] }, ...labelsFed(labels) };
    return read.run(fed, { counter: 0 }).read as Float32Array;
  };

  /** The same from q(z) of the training sentences, each read with its own labels. */
  const fromAggregate = (seed: number, first: number, count: number): Float32Array => {
    if (!training || !encode) throw new Error('codes of training sentences need the training split');
    return aggregateCodes(
      training,
      { seed, first, count, width: model.read },
      (sentences, batch, counter) => {
        const fed = feedsOf(sentences, batch);
        const { sample } = encode.run(fed, { counter });
        const labels = classes.map((_, c) =>
          Int32Array.from(batch.rows, (row) => sentences.labels![c]![row]!),
        );
        return readOf(sample as Float32Array, batch.rows.length, labels);
      },
    );
  };

  /** What is read of codes `first` to `first + count` of a seed, [count, read]; null for a model without a code. */
  const fromPriorCodes = (seed: number, first: number, count: number): Float32Array | null => {
    if (model.drawsSentences) return fromAggregate(seed, first, count);
    if (!fromNoise) return null;
    const data = codesNoise(seed, first, count, prior.noise);
    const labels = labelsFed(classes.map((column, c) => drawnLabels(column, c, seed, first, count)));
    const { read } = fromNoise.run(
      { noise: { data, shape: [count, prior.noise] }, ...labels },
      { counter: 0 },
    );
    return read as Float32Array;
  };

  /** Codes of sentences, a batch at a time. */
  function* encodeSome(
    sentences: Split,
    { sampled, seed = 0 }: Encoding,
  ): Generator<undefined, Float32Array | null> {
    if (!encode) return null;
    const { dim } = posterior;
    const out = new Float32Array(sentences.count * dim);
    for (const batch of cutBatches(sentences, 256)) {
      const codes = encode.run(feedsOf(sentences, batch), {
        counter: counters.posterior + (seed % 4096) * 65_536 + (batch.rows[0]! % 65_536),
      });
      const chosen = (sampled ? codes.sample : codes.mean) as Float32Array;
      batch.rows.forEach((row, i) => out.set(chosen.subarray(i * dim, (i + 1) * dim), row * dim));
      yield;
    }
    return out;
  }

  return {
    /**
     * `count` sentences from the prior, from code `first` on; from the model itself where it has no code, from codes of
     * training sentences where its prior is none that could be drawn from.
     */
    async fromPrior(
      {
        count,
        decoding,
        seed,
        first = 0,
      }: { count: number; decoding: Decoding; seed: number; first?: number },
      { breathe, onShare }: Step,
    ): Promise<string[]> {
      const source = { count, codes: fromPriorCodes(seed, first, count) };
      return toTexts(await decode(source, { decoding, seed, first, breathe, onShare }));
    },

    /**
     * Codes of sentences, [sentences, dim]: posterior means, or samples of the noise that `seed` names.
     * Null for a model without a code.
     */
    encode(sentences: Split, how: Encoding): Float32Array | null {
      const codes = encodeSome(sentences, how);
      for (;;) {
        const { done, value } = codes.next();
        if (done) return value;
      }
    },
    /** The same with a breath between executions, for many sentences or a posterior that takes its time. */
    async encodeCalmly(sentences: Split, how: Encoding, breathe: Breathe): Promise<Float32Array | null> {
      const codes = encodeSome(sentences, how);
      for (;;) {
        const { done, value } = codes.next();
        if (done) return value;
        await breathe();
      }
    },

    /** One sentence for every code, [count, dim]; `labels` gives the classes of each label column, [columns][count]. */
    async fromCodes(
      codes: Float32Array,
      {
        decoding,
        labels = [],
        seed = 0,
      }: { decoding: Decoding; labels?: readonly Int32Array[]; seed?: number },
      { breathe, onShare }: Step,
    ): Promise<string[]> {
      const count = codes.length / posterior!.dim;
      const source = { count, codes: readOf(codes, count, labels) };
      return toTexts(await decode(source, { decoding, seed, breathe, onShare }));
    },
  };
}
export type Writer = ReturnType<typeof writerOf>;

/** Posterior means, or samples of the noise that `seed` names. */
interface Encoding {
  readonly sampled: boolean;
  readonly seed?: number;
}

const labelFeeds = ({ classes }: Pick<Model, 'classes'>): Record<string, FeedSpec> =>
  classes.length > 0 ? { labels: { dtype: 'int32' } } : {};
const labelsOf = (feeds: Readonly<Record<string, Tensor>>): Tensor2D | null =>
  (feeds['labels'] as Tensor2D | undefined) ?? null;
/** Classes of each column, [columns][count], as a feed. */
function labelsFed(labels: readonly Int32Array[]): Feeds<string> {
  if (labels.length === 0) return {};
  const count = labels[0]!.length;
  const data = new Int32Array(labels.length * count);
  labels.forEach((column, c) => data.set(column, c * count));
  return { labels: { data, shape: [labels.length, count] } };
}
