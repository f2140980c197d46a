import type { Decoder } from '../../../contract/blocks.ts';
import {
  ops,
  tf,
  type Parameter,
  type Step,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '../../tensor/index.ts';
import type { BlockContext, DecoderBlock, Memory } from '../block.ts';

/** Words that a convolution looks at: the present one, and those one and two dilations before it. */
const TAPS = 3;

/** Words that decide the next one: 1 + 2 times the sum of the dilations. */
export const receptiveField = (dilations: readonly number[]): number =>
  1 + (TAPS - 1) * dilations.reduce((sum, r) => sum + r, 0);

/**
 * Causal dilated convolutions (Yang et al. 2017; methods.md 3.26): word and code, a map to `channels`, then residual
 * blocks of ReLU, map to half as many channels, ReLU, convolution, ReLU and map back; ReLU and the logits.
 */
export function cnn(
  { channels, dilations }: Extract<Decoder, { kind: 'cnn' }>,
  { architecture, vocabulary, read, parameter }: BlockContext,
): DecoderBlock {
  const { embedding, dropoutIn, dropoutOut } = architecture;
  const inner = Math.max(1, Math.floor(channels / 2));
  const words = parameter({
    name: 'decoder.embedding',
    group: 'decoder',
    shape: [vocabulary, embedding],
    init: { kind: 'uniform', bound: 0.1 },
    sparse: true,
  });
  // 1 / sqrt(inputs): with the 0.01 of the LSTM nothing would reach the end of so many layers.
  const linear = (name: string, inputs: number, outputs: number, taps = 1): Linear => ({
    weights: Array.from({ length: taps }, (_, k) =>
      parameter({
        name: taps === 1 ? `${name}.weights` : `${name}.weights.${k}`,
        group: 'decoder',
        shape: [inputs, outputs],
        init: { kind: 'uniform', bound: 1 / Math.sqrt(inputs * taps) },
      }),
    ),
    bias: parameter({
      name: `${name}.bias`,
      group: 'decoder',
      shape: [outputs],
      init: { kind: 'constant', value: 0 },
    }),
  });
  const input = linear('decoder.input', embedding + read, channels);
  const blocks = dilations.map((dilation, i) => ({
    dilation,
    /** Name of its memory: the last inputs of its convolution, the oldest first, [batch, 2 dilation inner]. */
    memory: `block ${i}`,
    narrow: linear(`decoder.block.${i}.narrow`, channels, inner),
    convolution: linear(`decoder.block.${i}.convolution`, inner, inner, TAPS),
    widen: linear(`decoder.block.${i}.widen`, inner, channels),
  }));
  const output = parameter({
    name: 'decoder.output',
    group: 'decoder',
    shape: [channels, vocabulary],
    init: { kind: 'uniform', bound: 0.01 },
  });

  return {
    nll: (step, tokens, z, mode) => {
      const [time, batch] = tokens.shape;
      const predicted = time - 1;
      const rows = predicted * batch;
      const targets = tf.slice(tokens, [1, 0], [predicted, batch]);
      const rate = (dropout: number): number => (mode === 'train' ? dropout : 0);
      const embedded = step.dropout(
        step.embed(words, tf.slice(tokens, [0, 0], [predicted, batch])) as Tensor3D,
        rate(dropoutIn),
        'decoder input dropout',
      );
      const flat = tf.reshape(embedded, [rows, embedding]) as Tensor2D;
      const x = z ? (tf.concat([flat, tf.tile(z, [predicted, 1])], 1) as Tensor2D) : flat;
      const last = blocks.reduce(
        (h, { dilation, narrow, convolution, widen }) => {
          const narrowed = tf.relu(apply(step, narrow, tf.relu(h)));
          const convolved = overTime(step, convolution, narrowed, dilation * batch);
          return tf.add(h, apply(step, widen, tf.relu(convolved)));
        },
        apply(step, input, x),
      );
      const nll = ops.tokenNll({
        hidden: step.dropout(tf.relu(last), rate(dropoutOut), 'decoder output dropout'),
        kernel: step.read(output) as Tensor2D,
        targets: tf.reshape(targets, [rows]),
      });
      return tf.sum(tf.reshape(nll, [predicted, batch]), 0) as Tensor1D;
    },

    memory: Object.fromEntries(blocks.map(({ memory, dilation }) => [memory, (TAPS - 1) * dilation * inner])),
    begin: (_, rows) =>
      Object.fromEntries(
        blocks.map(({ memory, dilation }) => [memory, tf.zeros([rows, (TAPS - 1) * dilation * inner])]),
      ) as Memory,
    next: (step, memory, ids, z) => {
      const word = step.embed(words, ids) as Tensor2D;
      const rows = word.shape[0];
      const after: Record<string, Tensor2D> = {};
      let h = apply(step, input, z ? (tf.concat([word, z], 1) as Tensor2D) : word);
      for (const { memory: name, dilation, narrow, convolution, widen } of blocks) {
        const narrowed = tf.relu(apply(step, narrow, tf.relu(h)));
        const all = tf.concat([memory[name]!, narrowed], 1);
        const seen = Array.from({ length: TAPS }, (_, k) =>
          tf.slice(all, [0, k * dilation * inner], [rows, inner]),
        );
        const convolved = sumOf(step, convolution, seen);
        after[name] = tf.slice(all, [0, inner], [rows, (TAPS - 1) * dilation * inner]) as Tensor2D;
        h = tf.add(h, apply(step, widen, tf.relu(convolved)));
      }
      return { word: ops.nextWord(tf.relu(h), step.read(output) as Tensor2D), memory: after };
    },
  };
}

interface Linear {
  /** One matrix for each word looked at, the oldest first. */
  readonly weights: readonly Parameter[];
  readonly bias: Parameter;
}

const apply = (step: Step, layer: Linear, x: Tensor2D): Tensor2D => sumOf(step, layer, [x]);

/** Sum of the products of each input with its matrix, and the bias. */
function sumOf(step: Step, { weights, bias }: Linear, inputs: readonly Tensor[]): Tensor2D {
  const products = inputs.map((x, k) => tf.matMul(x as Tensor2D, step.read(weights[k]!) as Tensor2D));
  return tf.add(
    products.reduce((sum, product) => tf.add(sum, product)),
    step.read(bias) as Tensor1D,
  ) as Tensor2D;
}

/**
 * The convolution over rows [time * batch, width], time first, as products of shifted inputs: WebAssembly has no
 * gradient for the filter of a convolution. Before the sentence stand zeros.
 * @param shift rows between two words looked at: dilation times batch
 */
function overTime(step: Step, { weights, bias }: Linear, x: Tensor2D, shift: number): Tensor2D {
  const [rows, width] = x.shape;
  const products = weights.flatMap((matrix, k) => {
    const before = (TAPS - 1 - k) * shift;
    if (before >= rows) return [];
    const weight = step.read(matrix) as Tensor2D;
    if (before === 0) return [tf.matMul(x, weight)];
    const product = tf.matMul(tf.slice(x, [0, 0], [rows - before, width]), weight);
    return [tf.concat([tf.zeros([before, weight.shape[1]]), product], 0)];
  });
  return tf.add(
    products.reduce((sum, product) => tf.add(sum, product)),
    step.read(bias) as Tensor1D,
  ) as Tensor2D;
}
