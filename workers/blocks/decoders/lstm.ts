import type { Decoder } from '../../../contract/blocks.ts';
import { ops, tf, type Step, type Tensor1D, type Tensor2D, type Tensor3D } from '../../tensor/index.ts';
import type { BlockContext, DecoderBlock } from '../block.ts';
import { hideWords } from './word-dropout.ts';

/**
 * LSTM decoder of methods.md 1.4: the code stands beside every input word and makes the first state (c = W z,
 * h = tanh c); dropout on the input embedding (never on the code) and on the output; logits without bias.
 * Without a code it is the language model of 3.1 with a zero first state. With the code at the start alone it stands
 * beside no word; with `keep` below 1 words read are hidden in training. The first state may be zero.
 */
export function lstm(
  { keep = 1, code = 'everywhere', start, spread = 0.01 }: Extract<Decoder, { kind: 'lstm' }>,
  { architecture, vocabulary, read: latent, parameter }: BlockContext,
): DecoderBlock {
  const { embedding, hidden, dropoutIn, dropoutOut } = architecture;
  const small = { kind: 'uniform', bound: spread } as const;
  const words = parameter({
    name: 'decoder.embedding',
    group: 'decoder',
    shape: [vocabulary, embedding],
    init: { kind: 'uniform', bound: 0.1 },
    sparse: true,
  });
  const kernel = parameter({
    name: 'decoder.lstm.kernel',
    group: 'decoder',
    shape: [embedding + (code === 'start' ? 0 : latent) + hidden, 4 * hidden],
    init: small,
  });
  const bias = parameter({ name: 'decoder.lstm.bias', group: 'decoder', shape: [4 * hidden], init: small });
  const cell =
    latent === 0 || start === 'zero'
      ? null
      : parameter({ name: 'decoder.cell', group: 'decoder', shape: [latent, hidden], init: small });
  const output = parameter({
    name: 'decoder.output',
    group: 'decoder',
    shape: [hidden, vocabulary],
    init: small,
  });

  const first = (step: Step, z: Tensor2D | null, rows: number): { h: Tensor2D; c: Tensor2D } => {
    if (!z || !cell) {
      // Two tensors: as outputs of a program they are freed one by one.
      const zeros = (): Tensor2D => tf.zeros([rows, hidden]);
      return { h: zeros(), c: zeros() };
    }
    const c: Tensor2D = tf.matMul(z, step.read(cell) as Tensor2D);
    return { h: tf.tanh(c), c };
  };

  /** What stands beside the words read. */
  const beside = (z: Tensor2D | null): Tensor2D | null => (code === 'start' ? null : z);

  const traced: NonNullable<DecoderBlock['traced']> = (step, tokens, z, mode) => {
    const [time, batch] = tokens.shape;
    const predicted = time - 1;
    const inputs = tf.slice(tokens, [0, 0], [predicted, batch]);
    const targets = tf.slice(tokens, [1, 0], [predicted, batch]);
    const rate = (dropout: number): number => (mode === 'train' ? dropout : 0);
    const embedded = step.dropout(
      step.embed(words, mode === 'train' ? hideWords(step, inputs, keep) : inputs) as Tensor3D,
      rate(dropoutIn),
      'decoder input dropout',
    );
    const told = beside(z);
    const x = told
      ? tf.concat([embedded, tf.tile(tf.expandDims(told, 0), [predicted, 1, 1]) as Tensor3D], 2)
      : embedded;
    const { h, c } = first(step, z, batch);
    const { outputs } = ops.lstm({
      x,
      kernel: step.read(kernel) as Tensor2D,
      bias: step.read(bias) as Tensor1D,
      h0: h,
      c0: c,
    });
    const nll = ops.tokenNll({
      hidden: tf.reshape(step.dropout(outputs, rate(dropoutOut), 'decoder output dropout'), [
        predicted * batch,
        hidden,
      ]),
      kernel: step.read(output) as Tensor2D,
      targets: tf.reshape(targets, [predicted * batch]),
    });
    return { nll: tf.sum(tf.reshape(nll, [predicted, batch]), 0) as Tensor1D, states: outputs };
  };

  return {
    nll: (...given) => traced(...given).nll,
    traced,

    memory: { h: hidden, c: hidden },
    begin: (z, rows, step) => first(step, z, rows),
    next: (step, memory, ids, z) => {
      const word = step.embed(words, ids) as Tensor2D;
      const { h, c } = ops.lstmCell({
        x: beside(z) ? tf.concat([word, z!], 1) : word,
        kernel: step.read(kernel) as Tensor2D,
        bias: step.read(bias) as Tensor1D,
        h: memory['h']!,
        c: memory['c']!,
      });
      return { word: ops.nextWord(h, step.read(output) as Tensor2D), memory: { h, c } };
    },
  };
}
