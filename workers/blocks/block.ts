import type { Architecture, TermName } from '../../contract/blocks.ts';
import type {
  Group,
  NextWord,
  OptimizerSpec,
  Parameter,
  ParameterSpec,
  Scalar,
  Step,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
} from '../tensor/index.ts';

/** One implementation for every kind of a slot of contract/blocks.ts: a kind that is missing does not compile. */
export type BlockMap<Spec extends { kind: string }, Built, Context> = {
  readonly [Kind in Spec['kind']]: (spec: Extract<Spec, { kind: Kind }>, context: Context) => Built;
};

/** The block of a description. */
export function build<Spec extends { kind: string }, Built, Context>(
  map: BlockMap<Spec, Built, Context>,
  spec: Spec,
  context: Context,
): Built {
  // The map holds, under each kind, the function that takes descriptions of that kind.
  const make = map[spec.kind as Spec['kind']] as (spec: Spec, context: Context) => Built;
  return make(spec, context);
}

/** What a block with parameters is built in. */
export interface BlockContext {
  readonly architecture: Architecture;
  /** Words with an id, the special symbols included. */
  readonly vocabulary: number;
  /** Width of the latent code; 0 where the method has none. */
  readonly latent: number;
  /** Width of what the decoder reads: the code and what is told beside it. */
  readonly read: number;
  /** The label columns that the method reads. */
  readonly classes: readonly Classes[];
  /** Sentences of the training split. */
  readonly sentences: number;
  /** Epochs of a first stage, in which the encoder is trained alone; 0 without one. */
  readonly firstEpochs: number;
  /** Appends the label to every row of inputs [time, batch, width], where the method tells it to the encoder. */
  readonly tellEncoder: ((step: Step, x: Tensor3D, sentences: Sentences) => Tensor3D) | null;
  /** Columns that it appends. */
  readonly told: number;
  parameter(spec: ParameterSpec): Parameter;
  /** -log p(x|z) of the decoder, nats: [batch]; for bodies of programs, when every block is built. */
  nll(step: Step, sentences: Sentences, z: Tensor2D | null, mode: Mode): Tensor1D;
  /** A number that changes between updates, without being trained. Answers how an objective reads it. */
  gauge(spec: GaugeSpec): (controls: Controls) => Scalar;
}

/** One label column: how many values it has, and the share of the training sentences that bears each. */
export interface Classes {
  readonly count: number;
  readonly shares: readonly number[];
}

/** Tells a label to decoder and encoder. */
export interface ConditionBlock {
  /** Columns that it appends. */
  readonly width: number;
  readonly tellEncoder: ((step: Step, x: Tensor3D, sentences: Sentences) => Tensor3D) | null;
  /** What the decoder reads: [batch, dim] to [batch, dim + width]; labels int32 [columns, batch]. */
  append(step: Step, z: Tensor2D, labels: Tensor2D | null): Tensor2D;
}
export type ConditionContext = Pick<BlockContext, 'classes' | 'parameter'>;

/** What the terms of one update were, by name, nats; `loss`, `reconstruction` and `kl` are always there. */
export type Terms = Readonly<Partial<Record<'reconstruction' | 'kl' | TermName, number>>>;

/** A number that is scheduled or adapted on the host: a ramp, a dual variable, an annealed noise. */
export interface GaugeSpec {
  readonly name: TermName;
  readonly start: number;
  /** Value of update `t` (counted from 0), from the value and the terms of the update before it. */
  next(value: number, at: { t: number; updatesPerEpoch: number; terms: Terms }): number;
}

/** What is fed beside the sentences. */
export interface Controls {
  readonly klWeight: Scalar;
  /** [gauges]; null where the method has none. */
  readonly gauges: Tensor1D | null;
}

/** A batch as blocks see it. */
export interface Sentences {
  /** int32 [time, batch] with `<s>` and `</s>`. */
  readonly tokens: Tensor2D;
  /** int32 [columns, batch]: the class of each sentence; null where the method reads no labels. */
  readonly labels: Tensor2D | null;
  /** [batch, width]: vectors that were made outside of the run; where the method reads some. */
  readonly vectors?: Tensor2D;
  /** [time, batch]: 1 at `</s>`, else 0; where sentences are not equally long. What follows it is not read. */
  readonly ends?: Tensor2D;
}

/** Dropout is on while training only. */
export type Mode = 'train' | 'evaluate';

/** Parameters of q(z|x) for each sentence of a batch, by name; every tensor is [batch, ...]. */
export type Belief = Readonly<Record<string, Tensor2D>>;
/** The same read back from the device. */
export type HostBelief = Readonly<Record<string, Float32Array>>;

/** Densities of a posterior family in double precision, for measures that nothing is trained on. */
export interface Density {
  /** Entropy of q(z|x_b), nats. */
  entropy(b: number): number;
  /** log q(z_a|x_b), nats; `z` is [rows, dim] in a row. */
  log(z: Float32Array, a: number, b: number): number;
}

export interface PosteriorBlock {
  readonly dim: number;
  /** Names of the tensors of a belief. */
  readonly belief: readonly string[];
  /** q(z|x) of a batch of sentences. */
  infer(step: Step, sentences: Sentences): Belief;
  /** One sample a sentence, differentiable in the belief: [batch, dim]. */
  sample(step: Step, belief: Belief, controls?: Controls): Tensor2D;
  /** The code that stands for a sentence: [batch, dim]. */
  mean(belief: Belief): Tensor2D;
  /** False where the variance of a coordinate says nothing about whether it is used. */
  readonly unitsCount?: boolean;
  /** What needs a density q(z|x); null for an encoder that gives one code without noise. */
  readonly measured: MeasuredPosterior | null;
  /** An encoder that is not trained with the rest. */
  readonly still?: StillEncoder;
  /** Trains the model in its own way, in place of the gradient through one reparameterised sample. */
  readonly trains?: (loss: LossOf) => Pick<Phase, 'prepare' | 'objective'>;
}

/** An encoder that is trained alone for the first epochs, or not at all, and stands still then. */
export interface StillEncoder {
  /** Its own stage: how many epochs, and their updates. Null where nothing of it is trained. */
  readonly first: { readonly epochs: number; readonly phase: Phase } | null;
  /** What is scaled to become the code: [batch, dim]. */
  raw(step: Step, sentences: Sentences): Tensor2D;
  /** Mean and standard deviation of it over the training sentences, [dim] each: measured when those epochs are over. */
  readonly scale: { readonly mean: Parameter; readonly deviation: Parameter };
}

/** Rec + weight KL of sentences under given beliefs, dropout on: the loss [] and its means over the batch. */
export type LossOf = (
  step: Step,
  sentences: Sentences,
  belief: Belief,
  klWeight: Scalar | number,
) => { loss: Scalar; reconstruction: Scalar; kl: Scalar };

export interface MeasuredPosterior {
  /** KL(q(z|x) || p(z)) in parts that add up, nats: [batch, dim], or [batch, 1] where it has no parts. */
  kl(belief: Belief, step: Step): Tensor2D;
  /** log q(z|x), nats: [batch]. */
  logDensity(belief: Belief, z: Tensor2D): Tensor1D;
  density(belief: HostBelief): Density;
  /** Of diagonal Gaussians their parameters, [batch, dim] each: what pairs and mixtures of posteriors are made from. */
  gaussian?(belief: Belief): { mean: Tensor2D; logVariance: Tensor2D };
}

export interface PriorBlock {
  /** Standard normal numbers that one code is made of. */
  readonly noise: number;
  /** Codes from noise: [batch, noise] to [batch, dim]. */
  sample(step: Step, noise: Tensor2D): Tensor2D;
  /** The same while the prior itself is trained, where that differs. */
  train?(step: Step, noise: Tensor2D): Tensor2D;
  /** log p(z), nats: [batch]; null where it has no closed form. */
  readonly logDensity: ((z: Tensor2D, step: Step) => Tensor1D) | null;
}

/** What a decoder says of sentences in training. */
export interface Traced {
  /** -log p(x|z), nats, summed over the words and the sentence end: [batch]. */
  readonly nll: Tensor1D;
  /** States at the words read, before dropout: [time, batch, hidden]. */
  readonly states: Tensor3D;
  /** What it charges beside the words, by name, weights included. */
  readonly costs?: Readonly<Partial<Record<TermName, Scalar>>>;
}

/** What a decoder remembers between two words, by name: [batch, ...]. */
export type Memory = Readonly<Record<string, Tensor2D>>;

export interface DecoderBlock {
  /** -log p(x|z), nats, summed over the words and the sentence end: [batch]. Tokens int32 [time, batch]. */
  nll(step: Step, tokens: Tensor2D, z: Tensor2D | null, mode: Mode): Tensor1D;
  /** The same with its states at the words read, before dropout: [time, batch, hidden]. */
  traced?(step: Step, tokens: Tensor2D, z: Tensor2D | null, mode: Mode): Traced;
  /** Widths of the tensors of its memory. */
  readonly memory: Readonly<Record<string, number>>;
  /** Memory before the first word. */
  begin(z: Tensor2D | null, rows: number, step: Step): Memory;
  /** The word after `ids` (int32 [batch]), dropout off. */
  next(step: Step, memory: Memory, ids: Tensor1D, z: Tensor2D | null): { word: NextWord; memory: Memory };
}

/** What a term of the objective may look at. */
export interface View {
  readonly sentences: Sentences;
  readonly belief: Belief;
  /** The sampled codes that the decoder reads, [batch, dim]. */
  readonly z: Tensor2D;
  readonly posterior: PosteriorBlock;
  readonly prior: PriorBlock | null;
  readonly decoder: DecoderBlock;
  /** States of the decoder at the words read, [time, batch, hidden]; null where it keeps them to itself. */
  readonly states: Tensor3D | null;
  readonly controls: Controls;
}

/** A term that is added to the batch loss once (methods.md 1.3), its weight included. */
/** A label read off the code, for the measures. */
export interface LabelPredictor {
  /** Index into the label columns of the method. */
  readonly column: number;
  /** Its weight in the objective. */
  readonly weight: number;
  /** [batch, classes]. */
  logits(step: Step, z: Tensor2D): Tensor2D;
}

export interface RegularizerBlock {
  readonly predictor?: LabelPredictor;
  /** Name of its curve; terms of the same name are shown as one. */
  readonly name: TermName;
  term(step: Step, view: View): Scalar;
}

/** A loss, with the named terms it is made of: scalars, means over the batch, nats. */
export interface Objective {
  readonly loss: Scalar;
  readonly also: Readonly<Partial<Record<keyof Terms, Scalar>>>;
}

/** One kind of update: which players move on which loss. */
export interface Phase {
  /** Unique in a method; names its program, its optimizer and its loss among the terms. */
  readonly name: 'model' | 'encoder' | 'decoder' | TermName;
  /** Players that move; every other parameter stays bit-identical. */
  readonly groups: readonly Group[];
  /** The batch that the pass has come to, or one drawn at random. */
  readonly batch: 'visited' | 'random';
  /** Its own rule; without one it is the run's, with the run's learning rate, clipping and optimizer. */
  readonly rule?: {
    readonly optimizer: OptimizerSpec;
    /** Its own, or so many times the run's, as that stands. */
    readonly learningRate: number | { readonly ofTheRun: number };
    readonly clip?: number;
    /** Elements that move are cut to [-bound, bound] afterwards. */
    readonly bound?: number;
  };
  /**
   * What it needs of a second batch, drawn at random: [sentences, width]. A program of its own computes it, so that
   * no graph depends on two lengths; the objective finds it as `prepared.second`.
   */
  second?(step: Step, sentences: Sentences, controls: Controls): Tensor2D;
  /** Computed first, outside what is differentiated: constants of the objective. */
  prepare?(step: Step, sentences: Sentences, controls: Controls): Readonly<Record<string, Tensor>>;
  objective(
    step: Step,
    sentences: Sentences,
    controls: Controls,
    prepared: Readonly<Record<string, Tensor>>,
  ): Objective;
}

/** What an adversary needs of the model it plays against. */
export interface Opponent {
  readonly posterior: PosteriorBlock;
  readonly prior: PriorBlock | null;
  readonly decoder: DecoderBlock;
  /** The objective of the model on its own. */
  readonly main: Phase;
  /** Codes of sentences, [batch, dim]. */
  codes(step: Step, sentences: Sentences, controls: Controls): Tensor2D;
}

export interface AdversaryBlock {
  /**
   * True where the validation loss does not see what the second player does to the model, or only as a loss: then the
   * last parameters are kept, and the learning rate stays.
   */
  readonly keepsLast?: boolean;
  /** What the model pays in its own update, weight included, the adversary standing still; null when it pays elsewhere. */
  readonly term: RegularizerBlock | null;
  /** The phases of one update in their order, `opponent.main` among them; `epoch` counts from 0. */
  cycle(opponent: Opponent): (epoch: number) => readonly Phase[];
}

export interface KlWeightContext {
  /** Updates in an epoch; N / B where an epoch is a pass over the training split. */
  readonly updatesPerEpoch: number;
}

/** The weight of the KL in the objective (methods.md 1.6). */
export interface KlWeightBlock {
  readonly start: number;
  /** Weight of update `t` (counted from 0), from the weight and the mean KL (nats) of the update before it. */
  next(weight: number, t: number, kl: number): number;
  /** A second number that changes between updates. */
  readonly gauge?: GaugeSpec;
  /**
   * True where the KL is led to a target: the smallest ELBO loss is then that of an epoch which was allowed a smaller
   * KL, so the last parameters are kept.
   */
  readonly keepsLast?: boolean;
  /** What the objective charges for the KL [batch, parts]; without it weight times the mean. */
  penalty?(kl: Tensor2D, at: { weight: Scalar; gauge: Scalar | null }): Scalar;
}
