import type { Rank, Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

export type { Rank, Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D };

/** The places a program can compute on. `cpu` is the native runtime, `cuda` the same runtime on an NVIDIA card. */
export type BackendId = 'cpu' | 'cuda' | 'webgpu' | 'wasm';

/** Which player of a method owns a parameter. Updates, clipping and gradient isolation are said in groups. */
export type Group =
  | 'encoder'
  | 'decoder'
  | 'prior'
  | 'adversary'
  | 'auxiliary'
  /** Measured, not trained: no update moves it. */
  | 'fixed';

export type Initializer =
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal'; readonly sd: number }
  | { readonly kind: 'constant'; readonly value: number };

export interface ParameterSpec {
  /** Unique within an engine; also its name in the checkpoint, e.g. `encoder.lstm.kernel`. */
  readonly name: string;
  readonly group: Group;
  readonly shape: readonly number[];
  readonly init: Initializer;
  /** True for an embedding table `[rows, width]` that is only read through `embed` and updated row by row. */
  readonly sparse?: boolean;
}

export interface Parameter extends ParameterSpec {
  readonly size: number;
}

export type OptimizerSpec =
  | { readonly kind: 'sgd'; readonly momentum?: number; readonly weightDecay?: number }
  | { readonly kind: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
  | { readonly kind: 'rmsprop'; readonly decay: number; readonly momentum: number; readonly epsilon: number };

export interface Update {
  /** Parameters of these groups move; every other parameter stays bit-identical. */
  readonly groups: readonly Group[];
  /** Name under which the optimizer keeps its slots; the same name in two programs shares them. */
  readonly optimizer: string;
  readonly rule: OptimizerSpec;
  /** Scalar tensor (normally a feed) or number. */
  readonly learningRate: Scalar | number;
  /** Global-norm clipping over the gradients of `over` (default: `groups`), e.g. norm 5 over encoder and decoder. */
  readonly clip?: { readonly norm: number; readonly over?: readonly Group[] };
  /** Every element of a parameter that moved is cut to [-bound, bound] after the update. */
  readonly bound?: number;
  /**
   * Keeps running averages in the slot `average` of every parameter that moved: after the update
   * average += share (parameter - average). A share of 1 makes the average the parameter.
   */
  readonly averageShare?: Scalar;
}

export interface Minimised<T> {
  readonly loss: Scalar;
  /** Global gradient norm before clipping, over `clip.over` or else `groups`. */
  readonly gradientNorm: Scalar;
  readonly also: T;
}

/**
 * What one execution of a program can do. The same body runs eagerly and captured, so a body never reads values
 * back to JavaScript and never branches on them; sizes come from shapes.
 */
export interface Step {
  /** Dense value of a parameter, differentiable inside `minimise`. */
  read<R extends Rank = Rank>(parameter: Parameter): Tensor<R>;
  /** Rows `ids` (int32, any shape) of a sparse parameter: `[...ids.shape, width]`, differentiable inside `minimise`. */
  embed<R extends Rank = Rank>(parameter: Parameter, ids: Tensor): Tensor<R>;
  /** Standard normal noise. Keyed by run seed, `purpose` and the step counter: same numbers on every backend. */
  normal<R extends Rank = Rank>(purpose: string, shape: readonly number[]): Tensor<R>;
  /** Uniform [0, 1) noise, keyed likewise. */
  uniform<R extends Rank = Rank>(purpose: string, shape: readonly number[]): Tensor<R>;
  /** Inverted dropout: zero with probability `rate`, else scaled by 1/(1-rate). Identity at rate 0. */
  dropout<T extends Tensor>(x: T, rate: number, purpose: string): T;
  /** Differentiates the objective with respect to the parameters it reads, clips, and updates `update.groups` in place. */
  minimise<T extends Record<string, Tensor>>(
    objective: () => { loss: Scalar; also: T },
    update: Update,
  ): Minimised<T>;
  /** Gradients of `y()` with respect to given tensors (first order). */
  gradients(y: () => Scalar, xs: readonly Tensor[]): Tensor[];
}

export type FeedValue = Float32Array | Int32Array | number | Tensor;
export interface FeedSpec {
  readonly dtype: 'float32' | 'int32';
}
/** Feeds of one execution: data with its shape. A scalar is a number. */
export type Feeds<K extends string> = Record<K, { data: FeedValue; shape: readonly number[] } | number>;

export interface ProgramSpec<F extends string, O extends string> {
  /** For profiles, error messages and the capture cache. */
  readonly name: string;
  readonly feeds: Record<F, FeedSpec>;
  readonly body: (feeds: Record<F, Tensor>, step: Step) => Record<O, Tensor>;
}

export interface RunOptions {
  /** Key of the noise: the global step (or sample index). Same value, same noise. */
  readonly counter: number;
}

/** Outputs as typed arrays, or kept on the device for the next execution (dispose them yourself). */
export interface Program<F extends string, O extends string> {
  run(feeds: Feeds<F>, options: RunOptions): Record<O, Float32Array | Int32Array>;
  runKeeping(feeds: Feeds<F>, options: RunOptions): Record<O, Tensor>;
}

export interface Capture {
  readonly program: string;
  /** Shapes of the feeds in their order, e.g. `[16,32] []`. */
  readonly shapes: string;
  /** `eager` where it cannot be a graph. */
  readonly state: 'graph' | 'eager';
  /** Why it runs eagerly. */
  readonly reason?: string;
  readonly nodes: number;
}

export interface Engine {
  readonly backend: BackendId;
  /** E.g. «TensorFlow 2.21.0 on the CPU, 2 threads». */
  readonly description: string;
  parameter(spec: ParameterSpec): Parameter;
  readonly parameters: readonly Parameter[];
  program<F extends string, O extends string>(spec: ProgramSpec<F, O>): Program<F, O>;
  /** What became of each program and shape of feeds so far: for profiles and tests. */
  readonly captures: readonly Capture[];
  /** Values of all parameters and optimizer slots, by name (`parameter` or `optimizer/slot/parameter`). */
  snapshot(): Map<string, { shape: readonly number[]; data: Float32Array }>;
  /**
   * Sets parameters and slots; slots that `values` lacks become zero. The arrays are copied.
   * @throws AppError('worker.resume-mismatch') when a parameter is missing, unknown or of another shape
   */
  restore(values: Map<string, { shape: readonly number[]; data: Float32Array }>): void;
  /** Sets one parameter; the array is copied. */
  set(parameter: Parameter, data: Float32Array): void;
  /** Sets the slots of one optimizer (default: all) to zero, as a fresh optimizer has them; keeps parameters. */
  resetOptimizer(name?: string): void;
  memory(): { tensors: number; bytes: number };
  dispose(): void;
}

export interface EngineOptions {
  readonly backend: BackendId;
  /** Run seed; every random draw derives from it. */
  readonly seed: number;
  readonly threads?: number;
  /** Off: programs always run eagerly (for tests that compare the two). Default: on where the backend can. */
  readonly capture?: boolean;
}

export type OpenEngine = (options: EngineOptions) => Promise<Engine>;
