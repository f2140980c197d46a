import { AGGRESSIVE_PASSES, type Architecture, type Blocks } from '../../contract/blocks.ts';
import type { DataSet, Device, Estimate } from '../../contract/entities.ts';
import type { MethodConfig, OptionValues } from '../../contract/methods/index.ts';
import { firstEpochs, standsStill } from '../../contract/stages.ts';
import { configOf } from '../../contract/methods/own.ts';
import { adversaryWork, playerWeights } from './adversary-work.ts';

/** What a run asks of a machine, by formula alone. */
export interface Work {
  /** Floating-point operations. */
  readonly training: number;
  readonly validating: number;
  readonly testing: number;
  readonly sampling: number;
  /** Calls into the tensor library that each cost a fixed time, whatever their size. */
  readonly steps: number;
  /** Bodies that are made into graphs, where a device has graphs: one of each kind for each sentence length. */
  readonly graphs: number;
  /** Tokens that the n-gram model of the reverse perplexity is made from. */
  readonly scoredTokens: number;
  /** Peak memory without the program itself. */
  readonly bytes: number;
}

/** Sample sets a run ends with, in greedy passes: temperatures 0.5 and 1.0, greedy, and a beam of 5. */
const samplingPasses = 1 + 1 + 1 + 5;
/** One small product a step reaches about half the speed of the large ones in training. */
const stepwise = 2;
/** Forward and backward, in forward passes. */
const update = 3;
/** The backward pass of an inner update leaves out the gradients of the decoder's parameters. */
const innerUpdate = 2.5;
/** Windows until an inner loop sees its loss no longer fall: at least two; 2.7 and 2.8 were counted. */
const innerWindows = 2.75;
/** Sentences side by side when a test split is measured, at most. */
const measuredRows = 400;
/** Largest block of logits held at once, in numbers (workers/tensor/token-nll.ts). */
const logitsAtOnce = 2 ** 26;
/** Graphs of one sentence length: of the update, of both evaluations and of the importance weights. */
const graphsPerLength = 4;

/** The work of training and measuring one run on a data set. Throws `methods.*` on bad option values. */
export function workOf(methodId: string, options: OptionValues, data: DataSet): Work {
  const config = configOf({ methodId, options });
  const { architecture, training, evaluation } = config;
  const tokens = data.meanLength + 1;
  const forward = forwardFlops(config, tokens, data.vocabulary);
  const pass = Math.ceil(data.sentences.train / training.batch);
  const perEpoch = training.updatesPerEpoch || pass;
  const updates = perEpoch * training.epochs;
  const inner = innerUpdates(config, updates, pass);
  const refinement = refinementOf(config.blocks);
  const sentence = forward.encoder + forward.decoder * (1 + refinement.measuring);
  const trained =
    forward.encoder +
    forward.decoder * (1 + refinement.training / update) +
    taskFlops(config, forward, tokens, data.vocabulary);
  // A first stage trains the encoder alone; in what follows the encoder is only read.
  const first = firstStageOf(config, forward.encoder, tokens, data.vocabulary);
  const firstUpdates = perEpoch * first.epochs;
  const later = updates - firstUpdates;
  const second = adversaryWork(config.blocks, forward.encoder, training.epochs - first.epochs);
  const scored = evaluation.importanceSentences || data.sentences.test;
  const importance =
    config.blocks.posterior.kind === 'none'
      ? 0
      : Math.min(scored, data.sentences.test) * evaluation.importanceSamples * forward.decoder;
  const still = standsStill(config.blocks.posterior);
  const passes = samplingPasses + (still ? 1 : 0);
  const evaluationBatches = Math.ceil(data.sentences.validation / training.batch) * 2;
  return {
    training:
      training.batch *
        (trained * (later * update + inner * innerUpdate) -
          later * first.unread +
          firstUpdates * update * first.flops +
          later * second.flops) +
      (first.epochs > 0 ? data.sentences.train * forward.encoder : 0),
    // Loss, and the passes of the encoder for mutual information and active units.
    validating: training.epochs * data.sentences.validation * (sentence + 2 * forward.encoder),
    testing: data.sentences.test * (sentence + 2 * forward.encoder) + importance,
    sampling: evaluation.samples * passes * forward.decoder * stepwise,
    steps:
      updates +
      later * second.executions +
      (first.epochs > 0 ? pass : 0) +
      inner +
      training.epochs * evaluationBatches +
      (evaluation.samples / 256) * tokens * passes,
    graphs: data.lengths.length * graphsPerLength,
    scoredTokens: evaluation.samples * tokens * (still ? 5 : 4),
    bytes: memory(config, longestUsual(data), data.vocabulary, architecture),
  };
}

/**
 * Further decoder passes for each sentence where gradient steps refine its posterior: a step reads forward and
 * backward, and learning through it costs two Hessian products and their share of the surrogate.
 */
function refinementOf({ posterior }: MethodConfig['blocks']): { training: number; measuring: number } {
  if (posterior.kind !== 'refined') return { training: 0, measuring: 0 };
  const step = update * posterior.steps;
  return { training: posterior.encoder === 'through' ? 5 * step : step, measuring: step };
}

/**
 * The epochs of a first stage and its operations for a sentence, read forward; and what an update of the others saves,
 * since it does not differentiate the encoder.
 */
function firstStageOf(
  { blocks, training }: MethodConfig,
  encoder: number,
  tokens: number,
  vocabulary: number,
): { epochs: number; flops: number; unread: number } {
  const { posterior } = blocks;
  if (posterior.kind !== 'bidirectional') return { epochs: 0, flops: 0, unread: 0 };
  // Both ways through one output.
  const output = 2 * tokens * 2 * Math.ceil(posterior.dim / 2) * vocabulary;
  return { epochs: firstEpochs(blocks, training), flops: encoder + output, unread: (update - 1) * encoder };
}

/** Operations of one sentence read forward: two for each weight and token. */
function forwardFlops({ architecture, blocks }: MethodConfig, tokens: number, vocabulary: number) {
  const { hidden } = architecture;
  const latent = blocks.posterior.kind === 'none' ? 0 : blocks.posterior.dim;
  const map = standsStill(blocks.posterior) ? 0 : 2 * hidden * 2 * latent;
  return {
    encoder: latent === 0 ? 0 : tokens * 2 * encoderWeights(blocks, architecture) + map,
    decoder: tokens * 2 * decoderWeights(blocks, architecture, vocabulary),
  };
}

/** Weights of the encoder that every word is multiplied by. */
function encoderWeights(
  { posterior }: Blocks,
  { embedding, hidden }: Pick<Architecture, 'embedding' | 'hidden'>,
): number {
  if (posterior.kind === 'given') return 0;
  if (posterior.kind !== 'bidirectional') return 4 * hidden * (embedding + hidden);
  const units = Math.ceil(posterior.dim / 2);
  return 2 * (4 * units * (embedding + units) + 4 * units * (units + units));
}

/** Weights of the decoder that every word is multiplied by. */
function decoderWeights(
  blocks: Blocks,
  { embedding, hidden }: Pick<Architecture, 'embedding' | 'hidden'>,
  vocabulary: number,
): number {
  const latent = blocks.posterior.kind === 'none' ? 0 : blocks.posterior.dim;
  const { decoder } = blocks;
  switch (decoder.kind) {
    case 'lstm':
      return 4 * hidden * (embedding + latent + hidden) + hidden * vocabulary;
    case 'awdLstm': {
      const { layers } = decoder;
      const ends = layers === 1 ? 4 * embedding * 2 * embedding : 4 * hidden * (embedding + hidden);
      const between = Math.max(0, layers - 2) * 4 * hidden * 2 * hidden;
      const last = layers === 1 ? 0 : 4 * embedding * (hidden + embedding);
      return ends + between + last + embedding * vocabulary;
    }
    case 'cnn': {
      const { channels, dilations } = decoder;
      // Two maps between all and half of the channels, and three taps between halves.
      const block = 2 * channels * (channels / 2) + 3 * (channels / 2) ** 2;
      return (embedding + latent) * channels + dilations.length * block + channels * vocabulary;
    }
  }
}

/** Operations of second tasks for one sentence, as if read forward; only those that read or write whole sentences. */
function taskFlops(
  { blocks }: MethodConfig,
  forward: { encoder: number; decoder: number },
  tokens: number,
  vocabulary: number,
): number {
  const latent = blocks.posterior.kind === 'none' ? 0 : blocks.posterior.dim;
  return blocks.regularizers.reduce((sum, term) => {
    if (term.kind === 'bagOfWords') return sum + 2 * term.hidden * (latent + vocabulary);
    if (term.kind !== 'reencoding') return sum;
    // Written word by word without a gradient, then read with one.
    const share = term.longest / tokens;
    return sum + share * ((forward.decoder * stepwise) / update + forward.encoder);
  }, 0);
}

function innerUpdates({ blocks }: MethodConfig, updates: number, pass: number): number {
  if (blocks.procedure.kind !== 'aggressive') return 0;
  const { window, maxInner } = blocks.procedure;
  return Math.min(updates, pass * AGGRESSIVE_PASSES) * Math.min(maxInner, window * innerWindows);
}

/**
 * Parameters with gradients, the best ones and those being saved; activations of the longest usual batch, or the logits
 * that are held when the test split is measured, whichever are more.
 */
function memory(
  { blocks, training }: MethodConfig,
  tokens: number,
  vocabulary: number,
  { embedding, hidden }: MethodConfig['architecture'],
): number {
  const latent = blocks.posterior.kind === 'none' ? 0 : blocks.posterior.dim;
  // A model that reads both ways has an output of its own where others have a map to the code.
  const last =
    blocks.posterior.kind === 'bidirectional' ? Math.ceil(latent / 2) * vocabulary : hidden * 2 * latent;
  const encoder =
    latent === 0 ? 0 : vocabulary * embedding + encoderWeights(blocks, { embedding, hidden }) + last;
  const decoder = vocabulary * embedding + decoderWeights(blocks, { embedding, hidden }, vocabulary);
  const tasks = blocks.regularizers.reduce(
    (sum, term) => sum + (term.kind === 'bagOfWords' ? term.hidden * (latent + vocabulary) : 0),
    0,
  );
  const activations = training.batch * tokens * (2 * vocabulary + 24 * hidden + 4 * embedding);
  const logits = Math.min(logitsAtOnce, measuredRows * tokens * vocabulary);
  return 4 * (4 * (encoder + decoder + tasks + playerWeights(blocks)) + Math.max(activations, logits));
}

/** Tokens of a batch whose length only one sentence in a hundred exceeds. */
function longestUsual(data: DataSet): number {
  const total = data.lengths.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { length, count } of [...data.lengths].sort((a, b) => a.length - b.length)) {
    seen += count;
    if (seen >= 0.99 * total) return length + 1;
  }
  return data.meanLength + 1;
}

/** What a device does in a second, before anything was measured on it: guesses of the right size. */
export interface Speed {
  readonly flops: number;
  readonly secondsPerStep: number;
  readonly secondsPerGraph: number;
  readonly bytesPerGraph: number;
  readonly scoredTokens: number;
  readonly start: number;
  /** Bytes of the program and its libraries. */
  readonly program: number;
}

const mega = 1e6;

export function guessedSpeed(backend: Device['backend'], threads: number): Speed {
  const common = { scoredTokens: 150_000, start: 4, secondsPerGraph: 0, bytesPerGraph: 0 };
  // Measured on two cores, for a VAE with one LSTM on either side.
  const graphs = { secondsPerGraph: 0.2, bytesPerGraph: 1.1 * mega };
  switch (backend) {
    case 'cpu':
      return { ...common, ...graphs, flops: 60e9 * threads, secondsPerStep: 0.003, program: 500 * mega };
    case 'cuda':
      return { ...common, ...graphs, flops: 5e12, secondsPerStep: 0.004, start: 10, program: 1500 * mega };
    case 'webgpu':
      return { ...common, flops: 5e11, secondsPerStep: 0.03, program: 600 * mega };
    case 'wasm':
      return { ...common, flops: 2.5e9, secondsPerStep: 0.03, program: 300 * mega };
  }
}

export interface FormulaEstimate {
  readonly seconds: number;
  readonly bytes: number;
  readonly parts: Estimate['parts'];
}

/** Seconds and bytes of the work at that speed. The parts are shares of the seconds, largest first. */
export function atSpeed(work: Work, speed: Speed): FormulaEstimate {
  const of = (flops: number) => flops / speed.flops;
  const parts = {
    training: of(work.training) + work.steps * speed.secondsPerStep,
    validating: of(work.validating),
    testing: of(work.testing),
    sampling: of(work.sampling),
    scoring: work.scoredTokens / speed.scoredTokens,
    preparing: speed.start + work.graphs * speed.secondsPerGraph,
  };
  const seconds = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return {
    seconds,
    bytes: work.bytes + work.graphs * speed.bytesPerGraph + speed.program,
    parts: Object.entries(parts)
      .map(([what, part]) => ({ what, share: part / seconds }))
      .sort((a, b) => b.share - a.share),
  };
}
