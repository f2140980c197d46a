import { ops, tf, type Step, type Tensor1D, type Tensor2D, type Tensor3D } from '../tensor/index.ts';
import type { BlockContext, Sentences } from './block.ts';

/**
 * Embedding and one LSTM over `<s> x </s>` (methods.md 1.4). All sentences of a batch are equally long, so the last
 * state is the one at `</s>`.
 * @returns sentences to the last output [batch, hidden]
 */
export function lstmEncoder(
  { architecture, vocabulary, parameter, tellEncoder, told }: BlockContext,
  bound = 0.01,
) {
  const { embedding, hidden } = architecture;
  const small = { kind: 'uniform', bound } as const;
  const words = parameter({
    name: 'encoder.embedding',
    group: 'encoder',
    shape: [vocabulary, embedding],
    init: { kind: 'uniform', bound: 0.1 },
    sparse: true,
  });
  const kernel = parameter({
    name: 'encoder.lstm.kernel',
    group: 'encoder',
    shape: [embedding + told + hidden, 4 * hidden],
    init: small,
  });
  const bias = parameter({
    name: 'encoder.lstm.bias',
    group: 'encoder',
    shape: [4 * hidden],
    init: small,
  });
  return (step: Step, sentences: Sentences): Tensor2D => {
    const { tokens, ends } = sentences;
    const [time, batch] = tokens.shape;
    const x = step.embed(words, tokens) as Tensor3D;
    const zeros = tf.zeros([batch, hidden]) as Tensor2D;
    const { outputs } = ops.lstm({
      x: tellEncoder ? tellEncoder(step, x, sentences) : x,
      kernel: step.read(kernel) as Tensor2D,
      bias: step.read(bias) as Tensor1D,
      h0: zeros,
      c0: zeros,
    });
    if (ends) return tf.sum(tf.mul(outputs, tf.expandDims(ends, 2)), 0);
    return tf.reshape(tf.slice(outputs, [time - 1, 0, 0], [1, batch, hidden]), [batch, hidden]);
  };
}
