import { binding, many, one, onNative, tf, unrecorded } from './native.ts';
import type { PhiloxKey } from './random.ts';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from './types.ts';

let present: boolean | undefined;

/**
 * Whether the ops that the addon registers with TensorFlow (kernels/register.cc) may be called: on the native runtime,
 * on the processor, with an addon that has them. Where not, everything goes by the library's ops, with the same numbers
 * but for rounding. `LATENT_WORKBENCH_OWN_OPS=0` leaves them out.
 */
export function ownOps(): boolean {
  return onNative() && (present ??= process.env['LATENT_WORKBENCH_OWN_OPS'] !== '0' && unrecorded(answers));
}

function answers(): boolean {
  if (binding().isUsingGpuDevice()) return false;
  try {
    return tf.tidy(() => likeliest(tf.tensor2d([0, 2, 1], [1, 3])).dataSync()[0] === 1);
  } catch {
    return false; // TensorFlow does not know the name
  }
}

/** x [time, batch, width], kernel [width + hidden, 4 hidden], bias [4 hidden], h0 and c0 [batch, hidden] */
export type LstmInputs = readonly [x: Tensor3D, kernel: Tensor2D, bias: Tensor1D, h0: Tensor2D, c0: Tensor2D];

/** outputs, cells and their tanh [time, batch, hidden], gates i, f, g, o after their functions [time, batch, 4 hidden] */
export const lstmForward = (inputs: LstmInputs): Tensor[] => many('WorkbenchLstm', [], inputs, 4);

/**
 * Slopes by the inputs, in their order.
 * @param kept what {@link lstmForward} gave
 * @param slopes by the outputs [time, batch, hidden] and by the last cell [batch, hidden]
 */
export const lstmBackward = (
  inputs: LstmInputs,
  kept: readonly Tensor[],
  slopes: { readonly outputs: Tensor; readonly cell: Tensor },
): Tensor[] => many('WorkbenchLstmGradient', [], [...inputs, ...kept, slopes.outputs, slopes.cell], 5);

/**
 * The same by the preactivations [time, batch, 4 hidden], bias, h0 and c0, without the products that make of the first
 * those by x and kernel.
 */
export const lstmSlopes = (
  inputs: LstmInputs,
  kept: readonly Tensor[],
  slopes: { readonly outputs: Tensor; readonly cell: Tensor },
): [Tensor3D, Tensor, Tensor, Tensor] =>
  many('WorkbenchLstmSlopes', [], [...inputs, ...kept, slopes.outputs, slopes.cell], 4) as [
    Tensor3D,
    Tensor,
    Tensor,
    Tensor,
  ];

export interface Words {
  /** [rows, hidden] */
  readonly hidden: Tensor2D;
  /** [hidden, vocabulary] */
  readonly kernel: Tensor2D;
  /** [vocabulary] */
  readonly bias: Tensor1D | undefined;
}
const wordInputs = ({ hidden, kernel, bias }: Words): Tensor[] => [hidden, kernel, bias ?? tf.tensor1d([])];

/** -log softmax(hidden kernel + bias)[target]: [rows]; the logits are never held all at once. */
export const nll = (words: Words, targets: Tensor1D): Tensor1D =>
  one('WorkbenchTokenNll', [], [...wordInputs(words), targets]);

/** The same, and what its slope by the logits is times a number of each row: [rows], [rows, vocabulary], [rows]. */
export const nllAndSlopes = (words: Words, targets: Tensor1D): [Tensor1D, Tensor2D, Tensor1D] =>
  many('WorkbenchTokenNllSlopes', [], [...wordInputs(words), targets], 3) as [Tensor1D, Tensor2D, Tensor1D];

/**
 * Slopes by hidden, kernel and, if there is one, bias.
 * @param slopes what {@link nllAndSlopes} gave, [rows, vocabulary]
 * @param weight the objective's slope by each loss, divided by the row's scale: [rows]
 */
export function nllGradient(words: Words, slopes: Tensor2D, weight: Tensor1D): Tensor[] {
  const inputs = [...wordInputs(words), slopes, weight];
  return many('WorkbenchTokenNllGradient', [], inputs, 3).slice(0, words.bias ? 3 : 2);
}

/** The first likeliest word of every row of the vocabulary's products, and a drawn one: int32 [rows]. */
export const likeliestOf = (words: Words): Tensor1D => one('WorkbenchLikeliestOf', [], wordInputs(words));
export const drawWordOf = (words: Words, uniform: Tensor1D, temperature: Tensor): Tensor1D =>
  one('WorkbenchDrawWordOf', [], [...wordInputs(words), uniform, tf.reshape(temperature, [])]);

/** The first largest of every row of logits [rows, words]: int32 [rows]. */
export const likeliest = (logits: Tensor2D): Tensor1D => one('WorkbenchLikeliest', [], [logits]);

/** The word under which a uniform number [rows] falls when softmax(logits / temperature) stands side by side. */
export const drawWord = (logits: Tensor2D, uniform: Tensor1D, temperature: Tensor): Tensor1D =>
  one('WorkbenchDrawWord', [], [logits, uniform, tf.reshape(temperature, [])]);

/**
 * x where a uniform number of its own, that of `StatelessRandomUniformV2`, is not below `rate`, scaled by
 * 1 / (1 - rate); else 0. The mask is drawn again on the way back instead of being kept.
 * @param counter int32 [2, 2], in the runtime's form
 */
export function dropout(x: Tensor, rate: number, key: PhiloxKey, counter: Tensor): Tensor {
  const body = tf.customGrad(((x: Tensor) => {
    const inputs = [x, tf.tensor1d([...key], 'int32'), counter, tf.tensor1d([rate, 1 / (1 - rate)])];
    return {
      value: one('WorkbenchDropout', [], inputs),
      gradFunc: (slope: Tensor) => dropout(slope, rate, key, counter),
    };
  }) as Parameters<typeof tf.customGrad>[0]);
  return body(x);
}
