/**
 * The blocks a method is made of. A method composes them; the training worker holds one map per slot whose type
 * demands every kind named here, so a kind without an implementation does not compile.
 */
export type Posterior =
  | { readonly kind: 'none' }
  /** `spread`, here and below: bound of the encoder's weights before training; 0.01 where it is not given. */
  | { readonly kind: 'gaussian'; readonly dim: number; readonly spread?: number }
  /** One code a sentence, without noise: the deterministic encoder of an autoencoder. It has no density. */
  | { readonly kind: 'point'; readonly dim: number; readonly spread?: number }
  /**
   * One code a sentence, divided by its length. In training noise of standard deviation `noise` is added before it is
   * decoded, times `decay` after every 100 updates (Zhao et al. 2018).
   */
  | { readonly kind: 'unit'; readonly dim: number; readonly noise: number; readonly decay: number }
  /**
   * Two layers of Gaussians (Louizos et al. 2016): the code z1, and above it `upper` dimensions z2 that depend on it and
   * on a label, by networks with `hidden` units.
   */
  | {
      readonly kind: 'layered';
      readonly dim: number;
      readonly upper: number;
      readonly hidden: number;
      /** Index into `labels`. */
      readonly column: number;
    }
  /**
   * The states of a language model that reads both ways (Peters et al. 2018), pooled over the words of a sentence. It
   * is trained alone for the first share of the epochs and stands still then (Subramanian et al. 2018). Codes are the pooled
   * states less their mean over the training sentences, by their standard deviation; in training the decoder reads
   * them with noise of standard deviation `noise`.
   */
  | {
      readonly kind: 'bidirectional';
      readonly dim: number;
      readonly pooling: 'mean' | 'max';
      readonly noise: number;
      readonly firstShare: number;
      readonly learningRate: number;
    }
  /**
   * A vector for every sentence, made outside of the run: those of `source` that lie with the data set. Scaled and
   * decoded like the states above.
   */
  | { readonly kind: 'given'; readonly dim: number; readonly noise: number; readonly source: string }
  /** Positive features times log-normal noise of learned strength (methods.md 3.9). */
  | { readonly kind: 'lognormal'; readonly dim: number }
  /** The same with features that may be 0, where the code has no density. */
  | { readonly kind: 'rectified'; readonly dim: number }
  /** Von Mises-Fisher on the unit sphere, one concentration for all sentences (methods.md 3.21). */
  | { readonly kind: 'vmf'; readonly dim: number; readonly concentration: number }
  /** The same with a learned concentration for each sentence. */
  | {
      readonly kind: 'vmfLearned';
      readonly dim: number;
      /** Concentration before training. */
      readonly start: number;
      /** What trains it: the KL alone, or the reconstruction too, through the samples. */
      readonly slope: 'kl' | 'pathwise';
    }
  /** A Gaussian that gradient steps refine for every sentence (Kim et al. 2018). */
  | {
      readonly kind: 'refined';
      readonly dim: number;
      /** Gradient steps K. */
      readonly steps: number;
      /** Step size, on the mean loss of `batch` sentences. */
      readonly rate: number;
      readonly momentum: number;
      /** Sentences in a training batch: the scale of the steps, also where other numbers are taken together. */
      readonly batch: number;
      readonly spread?: number;
      /**
       * What trains the encoder: the loss after refinement, differentiated through the steps; its own ELBO; the KL
       * from its posterior to the refined one; or nothing, when every posterior starts from the prior.
       */
      readonly encoder: 'through' | 'own' | 'kl' | 'none';
    };

export type Prior =
  | { readonly kind: 'none' }
  /** Codes that a network with `layers` hidden layers of `hidden` units makes from `noise` normal numbers. */
  | {
      readonly kind: 'generator';
      readonly noise: number;
      readonly hidden: number;
      readonly layers: number;
      /** Without batch normalisation, from weights that keep the size of signals through many layers. */
      readonly plain?: boolean;
    }
  | { readonly kind: 'standardNormal' }
  /** None that codes could be drawn from; new sentences are written from codes of training sentences, q(z). */
  | { readonly kind: 'aggregate' }
  /** The code given a second layer and a label, all three drawn; for a posterior of two layers. */
  | { readonly kind: 'layered' }
  /** Uniform on the unit sphere. */
  | { readonly kind: 'sphere' }
  /** Logarithms of the code are normal, with one learned mean and deviation. */
  | { readonly kind: 'lognormal' };

/** The KL weight β_t (methods.md 1.6). */
export type KlWeight =
  | { readonly kind: 'off' }
  | { readonly kind: 'constant'; readonly value: number }
  /** From `start`, before each update + (1 - start) / (epochs × N / B), capped at 1. */
  | { readonly kind: 'linear'; readonly start: number; readonly epochs: number }
  /** 1 / (1 + exp(-slope (t - midpoint))), t counting updates. */
  | { readonly kind: 'logistic'; readonly slope: number; readonly midpoint: number }
  /** No cost below a floor of `nats` under the KL of the batch, dimension by dimension or in total. */
  | { readonly kind: 'freeBits'; readonly nats: number; readonly by: 'dimension' | 'total' }
  /** `weight` |KL - C_t|, C_t rising in a line from 0 to `nats`. */
  | { readonly kind: 'capacity'; readonly weight: number; readonly nats: number; readonly epochs: number }
  /** A multiplier that climbs by `rate` times the nats by which the bound is broken, within 0 and `most`. */
  | {
      readonly kind: 'lagrange';
      readonly bound: 'atMost' | 'atLeast';
      readonly nats: number;
      readonly rate: number;
      readonly most: number;
    };

/** What a run can chart besides loss, reconstruction and KL: terms, losses of other players, scheduled numbers. */
export const termNames = [
  /** Weighted MMD between codes and prior, nats. */
  'mmd',
  /** Weighted MMD between the codes of different labels. */
  'classMmd',
  /** What the model pays for being told apart, weighted, nats. */
  'adversary',
  /** Loss of the discriminator, nats; where it cannot tell 2 log 2, of shuffled codes log 2. */
  'discriminator',
  /** Loss of the encoder in its phase against the discriminator, nats. */
  'encoderAdversary',
  /** Nats that a code pays in the discriminator's bottleneck, and their price. */
  'bottleneck',
  'bottleneckWeight',
  /** Size of a decoder's output and of its change from word to word, weighted. */
  'activation',
  'temporal',
  /** What a code pays for little noise, weighted, nats. */
  'noiseCost',
  /** Weighted total correlation of the codes, nats. */
  'totalCorrelation',
  /** Loss of the classifier that reads the label from the code, nats; the log of the number of classes at chance. */
  'labelDiscriminator',
  /** What the model pays for a code that shows the label, weighted, nats, and its weight. */
  'labelAdversary',
  'labelWeight',
  /** Loss of the critic between codes of sentences and generated ones, without its penalty: minus their distance. */
  'critic',
  /** Losses of the encoder and of the generator against the critic. */
  'encoderCritic',
  'generator',
  /** Loss of the language model whose states become the code, both ways together, nats. */
  'representation',
  /** Standard deviation of the noise that is added to codes before they are decoded. */
  'codeNoise',
  /** Nats at which the capacity policy holds the KL; scheduled. */
  'capacity',
  /** Other parts of the KL by the mixture of the batch, weighted, nats. */
  'information',
  'betweenGroups',
  'withinGroups',
  'dimensionKl',
  'aggregateKl',
  /** Distance of the covariance from the identity, weighted. */
  'covariance',
  /** Kernel dependence, weighted, and its weight, which is switched on after a warm-up. */
  'hsic',
  'hsicWeight',
  /** What pushes posteriors apart, and apart evenly, weighted. */
  'diversity',
  'smoothness',
  /** Losses that tie the code to its sentence, weighted, nats. */
  'bagOfWords',
  'codeRegression',
  'reencoding',
  'labelHead',
] as const;
export type TermName = (typeof termNames)[number];

/** Kernels of the maximum mean discrepancy (methods.md E8). */
export type Kernel = 'imq' | 'rbf' | 'mmdvae';

/** Terms added to the batch loss once, each with its weight. */
export type Regularizer =
  /**
   * MMD² between the codes of each value of a label and all others (Louizos et al. 2016), with so many random Fourier
   * features, or exactly at 0.
   */
  | { readonly kind: 'classMmd'; readonly column: number; readonly weight: number; readonly features: number }
  /** MMD² between the codes of the batch and as many codes from the prior, U-statistic (E8). */
  | { readonly kind: 'mmd'; readonly weight: number; readonly kernel: Kernel }
  /** Nats that a code with multiplied noise pays for little of it, with a log-uniform prior (methods.md 3.9). */
  | { readonly kind: 'noiseCost'; readonly weight: number }
  /** One part of the KL, by the mixture of the batch's posteriors (E3, E4, E6). */
  | {
      readonly kind: 'decomposition';
      readonly part: KlPart;
      readonly weight: number;
      /** Coordinates of a group, for the parts that look at groups. */
      readonly groupSize: number;
      /** Every sentence of the batch alike (E3), or as one draw of the whole training split (E4). */
      readonly estimator: 'batch' | 'stratified';
    }
  /** Squares of covariance - identity off and on the diagonal; of posterior means or of sampled codes (E11). */
  | {
      readonly kind: 'covariance';
      readonly of: 'means' | 'codes';
      readonly offDiagonal: number;
      readonly diagonal: number;
    }
  /** Kernel dependence (E12) of `groups` equal parts of the code, or of the code and a label. */
  | {
      readonly kind: 'hsic';
      readonly weight: number;
      readonly between: { readonly groups: number } | { readonly column: number };
      /** Its root, as released. */
      readonly root: boolean;
      /** Epochs before it is switched on. */
      readonly after: number;
    }
  /** How alike posteriors of different sentences are (Ma, Zhou & Hovy 2019). */
  | {
      readonly kind: 'diversity';
      readonly weight: number;
      readonly reduction: 'pairMean' | 'meanThenSoftplus';
    }
  /** How unevenly far apart they are. */
  | { readonly kind: 'smoothness'; readonly weight: number }
  /** All words from the code alone, without their order, by a network with one hidden layer. */
  | { readonly kind: 'bagOfWords'; readonly weight: number; readonly hidden: number }
  /** Squared distance of the code from a linear map of the mean decoder state. */
  | { readonly kind: 'codeRegression'; readonly weight: number }
  /** -log q(z|x) of a sentence x of at most `longest` words that the model writes from a code z of the prior. */
  | { readonly kind: 'reencoding'; readonly weight: number; readonly longest: number }
  /** Cross-entropy of a label under a linear map of the code. */
  | { readonly kind: 'labelHead'; readonly weight: number; readonly column: number };

/** Parts of the KL to the prior (E6, methods.md 3.10). */
export type KlPart = 'information' | 'total' | 'between' | 'within' | 'dimensions' | 'aggregate';

/** A second player that works against the model, with parameters and an optimizer of its own. */
export type Adversary =
  | { readonly kind: 'none' }
  /**
   * Tells codes of sentences from codes of the prior (E9). `joint`: the model pays for being told apart in its own
   * update (Tolstikhin et al. 2018); otherwise the encoder pays in a phase of its own (Makhzani et al. 2015).
   */
  | {
      readonly kind: 'jensenShannon';
      readonly weight: number;
      readonly joint: boolean;
      readonly learningRate: number;
      /**
       * The discriminator sees a code through a noisy one of its own, which may carry `information` nats on average;
       * their price rises by `dualRate` for each nat above (Peng et al. 2019).
       */
      readonly bottleneck?: { readonly information: number; readonly dualRate: number };
    }
  /** Tells codes from codes whose coordinates are shuffled over sentences: the total correlation (E7). */
  | { readonly kind: 'densityRatio'; readonly weight: number; readonly learningRate: number }
  /** Measures how far codes of sentences lie from those of a generator (E10); encoder and generator bring them together. */
  | {
      readonly kind: 'critic';
      readonly hidden: number;
      readonly layers: number;
      /** What keeps it from growing steep: weights within a bound, or a price of slopes that are not 1. */
      readonly lipschitz:
        | { readonly kind: 'clip'; readonly bound: number }
        | { readonly kind: 'penalty'; readonly weight: number };
      /** Updates of the critic for one of the encoder and one of the generator. */
      readonly criticUpdates: number;
      readonly criticRate: number;
      readonly generatorRate: number;
      /** Weight of the critic in the encoder's phase. */
      readonly encoderScale: number;
      /** Epochs, from 1, from which one more round of all three is made in every update. */
      readonly schedule: readonly number[];
      /**
       * A classifier reads the label from the code, and in a phase of its own the encoder pays `weight` for that (the
       * release's transfer variant).
       */
      readonly label?: {
        /** Index into `labels`. */
        readonly column: number;
        readonly weight: number;
        readonly learningRate: number;
      };
      /** From weights that keep the size of signals through many layers. */
      readonly plain?: boolean;
      /** Decay of the second moments of Adam for critic and generator; 0.999 where it is not given. */
      readonly squareDecay?: number;
    }
  /** Reads a label from the code; the model pays for that, by a weight that reaches `weight` after `warmUp` epochs. */
  | {
      readonly kind: 'labelAdversary';
      /** Index into `labels`. */
      readonly column: number;
      readonly weight: number;
      readonly warmUp: number;
      readonly learningRate: number;
    };

/** Whether a label is told to the model beside the sentence, as an embedding of `width` units. */
export type Condition =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'label';
      /** Index into `labels`. */
      readonly column: number;
      readonly width: number;
      /** Also appended to every input of the encoder. */
      readonly encoder: boolean;
    };

export type Decoder =
  | {
      readonly kind: 'lstm';
      /** Share of the words read that are shown in training, the others hidden (word dropout); 1 where it is not given. */
      readonly keep?: number;
      /** Whether the code stands beside every word read, as usual, or makes the first state alone. */
      readonly code?: 'everywhere' | 'start';
      /** The first state is made from the code, unless it is to be zero. */
      readonly start?: 'zero';
      /** Bound of the uniform weights before training; 0.01 where it is not given. */
      readonly spread?: number;
    }
  /** Causal dilated convolutions (methods.md 3.26): width of the residual path, one block for each dilation. */
  | { readonly kind: 'cnn'; readonly channels: number; readonly dilations: readonly number[] }
  /** AWD-LSTM without a code (methods.md 3.28); probabilities of dropout, and weights of its two costs. */
  | {
      readonly kind: 'awdLstm';
      readonly layers: number;
      readonly dropBetween: number;
      readonly dropConnect: number;
      /** Of whole words of the vocabulary. */
      readonly dropWords: number;
      /** AR: mean square of the output. */
      readonly activation: number;
      /** TAR: mean square of its change from word to word. */
      readonly temporal: number;
    };

/** How updates alternate; what truly changes the order of updates is a procedure, not a branch in the loop. */
export type Procedure =
  | { readonly kind: 'joint' }
  /** Together by SGD, with averaged parameters once the loss has not fallen for `patience` evaluations (NT-ASGD). */
  | { readonly kind: 'averaged'; readonly patience: number; readonly weightDecay: number }
  /** Together, while an average of the parameters that forgets by `decay` an update is measured and kept. */
  | { readonly kind: 'polyak'; readonly decay: number }
  /** The model and its adversary in turn, phase by phase, as the adversary orders them. */
  | { readonly kind: 'alternating' }
  /** Kulkarni et al. 2015: batches in which only one label varies, and with it one part of the code. */
  | {
      readonly kind: 'factorBatches';
      /** Coordinates that each label owns; the rest are intrinsic. */
      readonly groupWidth: number;
      /** Intrinsic batches for each batch of a label. */
      readonly intrinsicRatio: number;
      /** η: gradient of the coordinates that stand still, towards their mean. */
      readonly invariance: number;
      readonly clamp: 'mean' | 'first';
    }
  /** He et al. 2019, Algorithm 1: the encoder alone until the window's loss stops falling, then the decoder once. */
  | { readonly kind: 'aggressive'; readonly window: number; readonly maxInner: number };

export interface Blocks {
  readonly posterior: Posterior;
  readonly prior: Prior;
  readonly klWeight: KlWeight;
  readonly regularizers: readonly Regularizer[];
  readonly adversary: Adversary;
  /** Label columns of the data set that the method reads, from 0, in the order in which its blocks name them. */
  readonly labels: readonly number[];
  readonly condition: Condition;
  /** Weight of the reconstruction; 0 where the code has another task only, and nothing is written from it. */
  readonly reconstructs: number;
  /** What the reconstruction in the loss is a mean over: sentences, unless it is said, or words and sentence ends. */
  readonly reconstructsPer?: 'word';
  readonly decoder: Decoder;
  readonly procedure: Procedure;
}

/** Widths shared by every preset (methods.md 1.4). */
export interface Architecture {
  /** Width of word embeddings, ni. */
  readonly embedding: number;
  /** Units of the encoder's and decoder's LSTM, nh. */
  readonly hidden: number;
  /** Probability that an element of the decoder's input embedding is dropped. */
  readonly dropoutIn: number;
  /** Probability that an element of the decoder's output is dropped. */
  readonly dropoutOut: number;
}

/** Optimiser, clipping, learning-rate rule and stop rule (methods.md 1.4). */
export interface Training {
  readonly batch: number;
  readonly epochs: number;
  /** Updates between two evaluations; 0 means a whole pass over the training split. */
  readonly updatesPerEpoch: number;
  readonly learningRate: number;
  readonly clip: number;
  /** Rule of the model's own parameters; an adversary has its own. */
  readonly optimizer: 'sgd' | 'adam';
  /** Epochs worse than the best before the learning rate is halved. */
  readonly patience: number;
  /** The learning rate is never halved before this epoch. */
  readonly guardEpoch: number;
  /** The run stops after this many halvings. */
  readonly halvings: number;
}

/** What is measured when training ends. */
export interface Evaluation {
  /** Samples K of the importance-weighted NLL. */
  readonly importanceSamples: number;
  /** Test sentences scored with the importance-weighted NLL; 0 means all. */
  readonly importanceSentences: number;
  /** Sentences in every sample set (FPPL and RPPL depend on the count). */
  readonly samples: number;
}

/** Passes over the data with inner loops before the mutual information stops rising, as He et al. 2019 report for text. */
export const AGGRESSIVE_PASSES = 5;
