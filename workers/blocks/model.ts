import type { MethodConfig } from '../../contract/methods/index.ts';
import { firstEpochs } from '../../contract/stages.ts';
import {
  tf,
  type Engine,
  type Group,
  type Scalar,
  type Step,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '../tensor/index.ts';
import { adversaries } from './adversaries/index.ts';
import {
  build,
  type BlockContext,
  type Classes,
  type Controls,
  type DecoderBlock,
  type GaugeSpec,
  type KlWeightBlock,
  type LabelPredictor,
  type LossOf,
  type Mode,
  type Objective,
  type Phase,
  type PosteriorBlock,
  type PriorBlock,
  type Sentences,
} from './block.ts';
import { conditions } from './conditions/index.ts';
import { decoders } from './decoders/index.ts';
import { posteriors } from './posteriors/index.ts';
import { priors } from './priors/index.ts';
import { regularizers } from './regularizers/index.ts';

/** The blocks of a method, with their parameters made in an engine. */
export interface Model {
  /** The players that the main objective trains. */
  readonly groups: readonly Group[];
  /** Words with an id. */
  readonly vocabulary: number;
  /** The label columns that the method reads. */
  readonly classes: readonly Classes[];
  /** Whether it reads vectors of the sentences beside their words. */
  readonly vectors: boolean;
  /** Width of what the decoder reads; 0 without a code. */
  readonly read: number;
  readonly posterior: PosteriorBlock | null;
  readonly prior: PriorBlock | null;
  readonly decoder: DecoderBlock;
  readonly gauges: readonly GaugeSpec[];
  /** Whether sentences can be written from codes. */
  readonly writes: boolean;
  /** Whether new sentences come from q(z) of the training sentences, since no prior can be drawn from. */
  readonly drawsSentences: boolean;
  /** A label that the objective has the code tell; null where it asks for none. */
  readonly predictor: LabelPredictor | null;
  /** Price of the KL in the validation loss of a model that writes nothing. */
  readonly klPrice: number;
  /** Whether the objective charges the KL: then the validation loss is the ELBO's, otherwise the reconstruction. */
  readonly chargesKl: boolean;
  /** Whether the last parameters are kept, not those of the smallest validation loss. */
  readonly keepsLast: boolean;
  /** What the decoder reads of codes: [batch, dim] to [batch, read]; labels int32 [columns, batch]. */
  reads(step: Step, z: Tensor2D, labels: Tensor2D | null): Tensor2D;
  /** -log p(x|z) (-log p(x) without a code), nats summed over the tokens: [batch]. */
  nll(step: Step, sentences: Sentences, z: Tensor2D | null, mode: Mode): Tensor1D;
  /** The training objective on a batch, dropout on. */
  readonly main: Phase;
  /** The main phase with sampled codes [batch, dim] changed on their way to the decoder. */
  altered(alter: (z: Tensor2D) => Tensor2D): Phase;
  /** The phases of one update in their order. */
  cycle(epoch: number): readonly Phase[];
}

/** Whether the importance-weighted NLL is defined: sentences are written, and codes have densities (methods.md E13). */
export const givesLikelihood = ({
  posterior,
  prior,
  writes,
}: Pick<Model, 'posterior' | 'prior' | 'writes'>): boolean =>
  writes && posterior?.measured != null && prior?.logDensity != null;

export interface ModelSource {
  readonly config: Pick<MethodConfig, 'blocks' | 'architecture' | 'training'>;
  readonly vocabulary: number;
  readonly classes?: readonly Classes[];
  /** Sentences of the training split. */
  readonly sentences: number;
  readonly klWeight: KlWeightBlock;
}

export function buildModel(
  {
    config: { blocks, architecture, training },
    vocabulary,
    classes = [],
    sentences: trained,
    klWeight,
  }: ModelSource,
  engine: Pick<Engine, 'parameter'>,
): Model {
  const groups = new Set<Group>();
  const gauges: GaugeSpec[] = [];
  const parameter: BlockContext['parameter'] = (spec) => {
    if (spec.group !== 'adversary' && spec.group !== 'fixed') groups.add(spec.group);
    return engine.parameter(spec);
  };
  const condition = build(conditions, blocks.condition, { classes, parameter });
  const latent = blocks.posterior.kind === 'none' ? 0 : blocks.posterior.dim;
  const context: BlockContext = {
    architecture,
    vocabulary,
    classes,
    sentences: trained,
    firstEpochs: firstEpochs(blocks, training),
    latent,
    read: latent + (condition?.width ?? 0),
    tellEncoder: condition?.tellEncoder ?? null,
    told: condition?.tellEncoder ? condition.width : 0,
    parameter,
    nll: (step, { tokens, labels }, z, mode) => decoder.nll(step, tokens, z && reads(step, z, labels), mode),
    gauge: (spec) => {
      const index = gauges.push(spec) - 1;
      return ({ gauges }) => tf.reshape(tf.slice(gauges!, [index], [1]), []) as Scalar;
    },
  };
  const reads: Model['reads'] = (step, z, labels) => condition?.append(step, z, labels) ?? z;
  const posterior = build(posteriors, blocks.posterior, context);
  const prior = build(priors, blocks.prior, context);
  const decoder = build(decoders, blocks.decoder, context);
  const adversary = build(adversaries, blocks.adversary, context);
  const terms = blocks.regularizers.map((spec) => build(regularizers, spec, context));
  if (adversary?.term) terms.push(adversary.term);
  // Nothing asks anything of a decoder that does not reconstruct.
  if (blocks.reconstructs === 0) groups.delete('decoder');
  // Nor is an encoder that stands still asked anything.
  const still = posterior?.still ?? null;
  if (still) groups.delete('encoder');
  const gaugeOfKl = klWeight.gauge && context.gauge(klWeight.gauge);

  const { nll } = context;

  /** All sentences of a batch are equally long: their words and sentence ends are what is predicted. */
  const meanOver = ({ tokens }: Sentences): number =>
    blocks.reconstructsPer === 'word' ? tokens.shape[0] - 1 : 1;

  const objective = (
    step: Step,
    sentences: Sentences,
    controls: Controls,
    alter: (z: Tensor2D) => Tensor2D = (z) => z,
  ): Objective => {
    if (!posterior) {
      const traced = decoder.traced?.(step, sentences.tokens, null, 'train');
      const reconstruction = tf.mean(traced?.nll ?? nll(step, sentences, null, 'train')) as Scalar;
      const costs = traced?.costs ?? {};
      const weight = 1 / meanOver(sentences);
      let loss = weight === 1 ? reconstruction : (tf.mul(weight, reconstruction) as Scalar);
      for (const cost of Object.values(costs)) loss = tf.add(loss, cost);
      return { loss, also: { reconstruction, kl: tf.scalar(0), ...costs } };
    }
    const belief = posterior.infer(step, sentences);
    const z = posterior.sample(step, belief, controls);
    const also: Record<string, Scalar> = { kl: tf.scalar(0) };
    let loss = tf.scalar(0) as Scalar;
    let states: Tensor3D | null = null;
    if (blocks.reconstructs > 0) {
      const code = reads(step, alter(z), sentences.labels);
      const traced = decoder.traced?.(step, sentences.tokens, code, 'train');
      const each = traced?.nll ?? decoder.nll(step, sentences.tokens, code, 'train');
      const reconstruction = tf.mean(each) as Scalar;
      states = traced?.states ?? null;
      also['reconstruction'] = reconstruction;
      // At weight 1 the very same operations as without a weight.
      const weight = blocks.reconstructs / meanOver(sentences);
      loss = weight === 1 ? reconstruction : tf.mul(weight, reconstruction);
    }
    if (posterior.measured) {
      const parts = posterior.measured.kl(belief, step);
      const kl = tf.mean(tf.sum(parts, 1)) as Scalar;
      const at = { weight: controls.klWeight, gauge: gaugeOfKl?.(controls) ?? null };
      const charged = klWeight.penalty?.(parts, at) ?? tf.mul(controls.klWeight, kl);
      also['kl'] = kl;
      loss = tf.add(loss, charged) as Scalar;
    }
    for (const { name, term } of terms) {
      const value = term(step, { sentences, belief, z, posterior, prior, decoder, states, controls });
      also[name] = name in also ? (tf.add(also[name]!, value) as Scalar) : value;
      loss = tf.add(loss, value) as Scalar;
    }
    return { loss, also };
  };

  const lossOf: LossOf = (step, sentences, belief, weight) => {
    const z = posterior!.sample(step, belief);
    const reconstruction = tf.mean(nll(step, sentences, z, 'train')) as Scalar;
    const kl = tf.mean(tf.sum(posterior!.measured!.kl(belief, step), 1)) as Scalar;
    return { loss: tf.add(reconstruction, tf.mul(weight, kl)) as Scalar, reconstruction, kl };
  };
  const trains = posterior?.trains?.(lossOf);
  if (trains && (terms.length > 0 || klWeight.penalty))
    throw new Error('a posterior that trains in its own way takes no further terms');

  const main: Phase = {
    name: 'model',
    groups: [...groups],
    batch: 'visited',
    objective: (step, sentences, controls) => objective(step, sentences, controls),
    ...trains,
  };
  const cycle: Model['cycle'] =
    adversary && posterior
      ? adversary.cycle({
          posterior,
          prior,
          decoder,
          main,
          codes: (step, sentences, controls) =>
            posterior.sample(step, posterior.infer(step, sentences), controls),
        })
      : () => [main];
  return {
    groups: [...groups],
    vocabulary,
    classes,
    vectors: blocks.posterior.kind === 'given',
    read: context.read,
    posterior,
    prior,
    decoder,
    gauges,
    writes: !posterior || blocks.reconstructs > 0,
    drawsSentences: blocks.prior.kind === 'aggregate',
    predictor: terms.find(({ predictor }) => predictor)?.predictor ?? null,
    klPrice: blocks.klWeight.kind === 'constant' ? blocks.klWeight.value : 1,
    chargesKl: posterior?.measured != null && blocks.klWeight.kind !== 'off',
    keepsLast: [adversary, klWeight].some((block) => block?.keepsLast),
    reads,
    nll,
    main,
    altered: (alter) => ({
      ...main,
      objective: (step, sentences, controls) => objective(step, sentences, controls, alter),
    }),
    cycle: (epoch) => {
      const first = still?.first;
      if (!first) return cycle(epoch);
      // What follows counts its epochs from its own beginning.
      return epoch < first.epochs ? [first.phase] : cycle(epoch - first.epochs);
    },
  };
}
