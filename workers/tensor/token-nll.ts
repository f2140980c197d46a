import { once, one, onNative, T, tf } from './native.ts';
import { nll, nllAndSlopes, nllGradient, ownOps, type Words } from './own-ops.ts';
import type { Tensor, Tensor1D, Tensor2D } from './types.ts';

export interface TokenNllInput {
  /** [rows, hidden] */
  readonly hidden: Tensor2D;
  /** [hidden, vocabulary] */
  readonly kernel: Tensor2D;
  /** [vocabulary] */
  readonly bias?: Tensor1D;
  /** int32 [rows] */
  readonly targets: Tensor1D;
}

/**
 * Largest block of logits held at once, in numbers (256 MB). Softmax and slope take over its memory in a graph, so
 * smaller blocks save little and each costs a gradient of the whole kernel.
 */
const LOGITS_AT_ONCE = 1 << 26;

/** -log softmax(hidden kernel + bias)[target] for every row, in nats: [rows]. */
export function tokenNll({ hidden, kernel, bias, targets }: TokenNllInput): Tensor1D {
  // Nothing is differentiated: no logits need to be kept.
  if (ownOps() && tf.engine().state.gradientDepth === 0) return nll({ hidden, kernel, bias }, targets);
  const rows = hidden.shape[0];
  const chunk = Math.max(1, Math.floor(LOGITS_AT_ONCE / kernel.shape[1]));
  if (rows <= chunk) return nllOfChunk(hidden, kernel, bias, targets);
  const parts: Tensor1D[] = [];
  const count = Math.ceil(rows / chunk);
  for (let k = 0; k < count; k++) {
    const from = Math.floor((k * rows) / count);
    const size = Math.floor(((k + 1) * rows) / count) - from;
    parts.push(
      nllOfChunk(
        tf.slice(hidden, [from, 0], [size, hidden.shape[1]]),
        kernel,
        bias,
        tf.slice(targets, [from], [size]),
      ),
    );
  }
  return tf.concat(parts, 0);
}

function nllOfChunk(
  hidden: Tensor2D,
  kernel: Tensor2D,
  bias: Tensor1D | undefined,
  targets: Tensor1D,
): Tensor1D {
  const body = tf.customGrad(((...given: unknown[]) => {
    const inputs = given.slice(0, -1) as Tensor[];
    const [hidden, kernel, bias] = inputs as [Tensor2D, Tensor2D, Tensor1D | undefined];
    const words = { hidden, kernel, bias };
    const loss = ownOps() ? byOwnOps : onNative() ? bySoftmax : byLogSum;
    const { value, kept } = loss.forward(words, targets);
    const held = bias ? [hidden, kernel, bias] : [hidden, kernel];
    (given.at(-1) as (tensors: Tensor[]) => void)([...held, ...kept]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [hidden, kernel, bias] = saved.slice(0, held.length) as [Tensor2D, Tensor2D, Tensor1D?];
      return loss.backward({ hidden, kernel, bias }, saved.slice(held.length), dy as Tensor1D);
    };
    return { value, gradFunc };
  }) as Parameters<typeof tf.customGrad>[0]);
  return (bias ? body(hidden, kernel, bias) : body(hidden, kernel)) as Tensor1D;
}

/** The loss of each row, what it keeps, and from that the slopes by what there is of hidden, kernel and bias. */
interface Loss {
  forward(words: Words, targets: Tensor1D): { readonly value: Tensor; readonly kept: Tensor[] };
  /** `dy` [rows]: slope by the losses */
  backward(words: Words, kept: readonly Tensor[], dy: Tensor1D): Tensor[];
}

/**
 * Multiplications up to which our own op computes both slopes faster than two products of the library's: one dispatch,
 * and narrow matrices, on which the library is slow. Above, the library's products are a tenth faster than ours.
 */
const SMALL_PRODUCT = 3.2e7;

const byOwnOps: Loss = {
  forward(words, targets) {
    const [value, ...kept] = nllAndSlopes(words, targets);
    return { value, kept };
  },
  backward(words, [slopes, scale], dy) {
    const weight = tf.div(dy, scale!) as Tensor1D;
    const through =
      words.hidden.size * words.kernel.shape[1]! <= SMALL_PRODUCT ? nllGradient : throughProducts;
    return through(words, slopes as Tensor2D, weight);
  },
};

/** From the slope by the logits, softmax minus one-hot [rows, vocabulary]. */
function throughProducts({ hidden, kernel, bias }: Words, slope: Tensor2D, dy: Tensor1D): Tensor[] {
  // The weights of the rows go on the two narrow factors instead of on the wide one.
  const weight = tf.reshape(dy, [dy.size, 1]) as Tensor2D;
  const gradients = [
    tf.mul(tf.matMul(slope, kernel, false, true), weight),
    tf.matMul(tf.mul(hidden, weight) as Tensor2D, slope, true, false),
  ];
  if (bias) gradients.push(tf.reshape(tf.matMul(weight, slope, true, false), bias.shape));
  return gradients;
}

function logitsOf({ hidden, kernel, bias }: Words): Tensor {
  const products = tf.matMul(hidden, kernel);
  return bias ? tf.add(products, bias) : products;
}
/** Where the targets' logits are: int32 [rows, 2]. */
const places = (targets: Tensor1D): Tensor2D =>
  tf.stack([tf.range(0, targets.shape[0], 1, 'int32'), targets], 1) as Tensor2D;

/**
 * log sum exp x = x_j - log softmax(x)_j for every j; the largest x, whose probability is at least 1/V, is the exact
 * choice. Softmax and slope take over the memory of the logits, each once its other readers are through.
 */
const bySoftmax: Loss = {
  forward(words, targets) {
    const logits = logitsOf(words);
    const at = places(targets);
    const top = tf.max(logits, 1);
    const picked = tf.gatherND(logits, at);
    const probability = tf.softmax(once(logits, [top, picked]));
    const best = tf.max(probability, 1);
    return { value: tf.sub(tf.sub(top, picked), tf.log(best)), kept: [probability, best, at] };
  },
  backward(words, [probability, best, at], dy) {
    const [rows, vocabulary] = probability!.shape as [number, number];
    const flat = tf.sum(tf.mul(at!, tf.tensor2d([vocabulary, 1], [1, 2], 'int32')), 1);
    const column = tf.reshape(once(probability!, [best!]), [rows * vocabulary, 1]);
    // The library's scatter would copy it all first.
    const slope = one('InplaceSub', [T], [column, flat, tf.ones([rows, 1])]);
    return throughProducts(words, tf.reshape(slope, [rows, vocabulary]), dy);
  },
};

const byLogSum: Loss = {
  forward(words, targets) {
    const logits = logitsOf(words);
    const at = places(targets);
    const logProbability = tf.sub(logits, tf.logSumExp(logits, 1, true));
    return { value: tf.neg(tf.gatherND(logProbability, at)), kept: [logProbability, at] };
  },
  backward(words, [logProbability, at], dy) {
    const shape = logProbability!.shape as [number, number];
    const slope = tf.sub(tf.exp(logProbability!), tf.scatterND(at!, tf.ones([shape[0]]), shape)) as Tensor2D;
    return throughProducts(words, slope, dy);
  },
};
