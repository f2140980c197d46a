import { tf } from './native.ts';
import * as own from './own-ops.ts';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from './types.ts';

/** What is known of the next word of every row. */
export interface NextWord {
  /** [rows, vocabulary] */
  logits(): Tensor2D;
  /** The likeliest, the first of equals: int32 [rows]. */
  likeliest(): Tensor1D;
  /** See {@link drawWord}: int32 [rows]. */
  draw(uniform: Tensor1D, temperature: Tensor): Tensor1D;
}

export const nextWordOf = (logits: Tensor2D): NextWord => ({
  logits: () => logits,
  likeliest: () => likeliest(logits),
  draw: (uniform, temperature) => drawWord(logits, uniform, temperature),
});

/**
 * By states [rows, width] and the vocabulary's kernel [width, vocabulary], without bias. With our own ops a word is chosen
 * while its logits are in the cache.
 */
export function nextWord(hidden: Tensor2D, kernel: Tensor2D): NextWord {
  const logits = (): Tensor2D => tf.matMul(hidden, kernel);
  if (!own.ownOps()) return nextWordOf(logits());
  const words = { hidden, kernel, bias: undefined };
  return {
    logits,
    likeliest: () => own.likeliestOf(words),
    draw: (uniform, temperature) => own.drawWordOf(words, uniform, temperature),
  };
}

/** Words whose chances are first added up together: a number that leaves no rest if there is one of this order. */
function groupOf(words: number): number {
  for (let group = 128; group >= 64; group--) if (words % group === 0) return group;
  return 128;
}

/** Group `at` (int32 [rows]) of every row of grouped values [rows, groups, size]: [rows, size]. */
function groupsAt(grouped: Tensor3D, at: Tensor1D): Tensor2D {
  const [rows, groups, size] = grouped.shape;
  const first = tf.range(0, rows * groups, groups, 'int32');
  const places = tf.add(first, at) as Tensor1D;
  return tf.gather(tf.reshape(grouped, [rows * groups, size]) as Tensor2D, places);
}

/**
 * The likeliest word of every row of logits [rows, words], the first of equals: int32 [rows]. The largest of each
 * group, then the place within the best: finding a value is quicker than finding a place.
 */
export function likeliest(logits: Tensor2D): Tensor1D {
  if (own.ownOps()) return own.likeliest(logits);
  const [rows, words] = logits.shape;
  const size = groupOf(words);
  const place = (x: Tensor2D): Tensor1D => tf.cast(tf.argMax(x, 1), 'int32') as Tensor1D;
  if (words % size !== 0) return place(logits);
  const grouped = tf.reshape(logits, [rows, words / size, size]) as Tensor3D;
  const best = place(tf.max(grouped, 2));
  return tf.add(tf.mul(best, tf.scalar(size, 'int32')), place(groupsAt(grouped, best))) as Tensor1D;
}

/** How many of the sums of a row, [rows, n], are not above its target [rows, 1]: float [rows]. */
const passed = (sums: Tensor2D, target: Tensor2D): Tensor1D =>
  tf.sum(tf.cast(tf.lessEqual(sums, target), 'float32'), 1) as Tensor1D;

/**
 * The word under which a uniform number [rows] in [0, 1) falls when the chances softmax(logits / temperature) stand
 * side by side: int32 [rows]. First the group of words is found, then the word within it: half the passes over all
 * words that one cumulative sum takes, and less rounding.
 */
export function drawWord(logits: Tensor2D, uniform: Tensor1D, temperature: Tensor): Tensor1D {
  if (own.ownOps()) return own.drawWord(logits, uniform, temperature);
  const [rows, words] = logits.shape;
  const group = groupOf(words);
  const groups = Math.ceil(words / group);
  const chances = tf.softmax(tf.mul(logits, tf.div(1, temperature)) as Tensor2D);
  const whole =
    groups * group === words
      ? chances
      : tf.pad(chances, [
          [0, 0],
          [0, groups * group - words],
        ]);
  const grouped = tf.reshape(whole, [rows, groups, group]) as Tensor3D;
  const masses = tf.sum(grouped, 2) as Tensor2D;
  const upTo = tf.cumsum(masses, 1) as Tensor2D;
  // Rounding leaves the last sum a little off 1.
  const target = tf.mul(
    tf.reshape(uniform, [rows, 1]),
    tf.slice(upTo, [0, groups - 1], [rows, 1]),
  ) as Tensor2D;
  const found = tf.minimum(passed(upTo, target), groups - 1) as Tensor1D;
  const earlier = tf.cast(tf.less(tf.range(0, groups), tf.reshape(found, [rows, 1])), 'float32');
  const before = tf.sum(tf.mul(masses, earlier), 1, true);
  const inside = groupsAt(grouped, tf.cast(found, 'int32') as Tensor1D);
  const word = passed(tf.add(tf.cumsum(inside, 1), before) as Tensor2D, target);
  return tf.cast(tf.minimum(tf.add(tf.mul(found, group), word), words - 1), 'int32') as Tensor1D;
}
