import { ops } from './ops.ts';
import { tf } from './native.ts';
import type {
  Engine,
  OptimizerSpec,
  Program,
  Scalar,
  Step,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Update,
} from './types.ts';

/** A VAE of a few hundred parameters with everything a real one has; only tests use it. */
export const sizes = { vocabulary: 12, embedding: 3, hidden: 4, latent: 2, time: 5, batch: 3 };

export function tinyVae(
  engine: Engine,
  rule: OptimizerSpec = { kind: 'sgd' },
  update: Partial<Update> = {},
): Program<'tokens' | 'rate', 'loss' | 'norm' | 'nll' | 'mean'> {
  const { vocabulary, embedding, hidden, latent, time, batch } = sizes;
  const init = { kind: 'uniform', bound: 0.5 } as const;
  const e = (name: string, shape: number[], sparse = false) =>
    engine.parameter({ name: `encoder.${name}`, group: 'encoder', shape, init, sparse });
  const d = (name: string, shape: number[], sparse = false) =>
    engine.parameter({ name: `decoder.${name}`, group: 'decoder', shape, init, sparse });
  const of = {
    words: e('words', [vocabulary, embedding], true),
    kernel: e('kernel', [embedding + hidden, 4 * hidden]),
    bias: e('bias', [4 * hidden]),
    code: e('code', [hidden, 2 * latent]),
    inputs: d('inputs', [vocabulary, embedding], true),
    cell: d('cell', [latent, hidden]),
    dkernel: d('kernel', [embedding + latent + hidden, 4 * hidden]),
    dbias: d('bias', [4 * hidden]),
    output: d('output', [hidden, vocabulary]),
  };
  const objective = (tokens: Tensor2D, step: Step) => {
    const inputs = tf.slice(tokens, [0, 0], [time, batch]);
    const targets = tf.reshape(tf.slice(tokens, [1, 0], [time, batch]), [time * batch]) as Tensor1D;
    const zero = tf.zeros([batch, hidden]) as Tensor2D;
    const { outputs } = ops.lstm({
      x: step.embed(of.words, inputs) as Tensor3D,
      kernel: step.read(of.kernel) as Tensor2D,
      bias: step.read(of.bias) as Tensor1D,
      h0: zero,
      c0: zero,
    });
    const last = tf.reshape(tf.slice(outputs, [time - 1, 0, 0], [1, batch, hidden]), [batch, hidden]);
    const [mean, logVariance] = tf.split(tf.matMul(last, step.read(of.code)), 2, 1) as [Tensor2D, Tensor2D];
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), step.normal('code', [batch, latent])));
    const kl = tf.mul(
      0.5,
      tf.sum(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1))),
    );
    const c0 = tf.matMul(z as Tensor2D, step.read(of.cell)) as Tensor2D;
    const words = step.dropout(step.embed(of.inputs, inputs), 0.3, 'words');
    const decoded = ops.lstm({
      x: tf.concat([words, tf.tile(tf.expandDims(z, 0), [time, 1, 1])], 2) as Tensor3D,
      kernel: step.read(of.dkernel) as Tensor2D,
      bias: step.read(of.dbias) as Tensor1D,
      h0: tf.tanh(c0),
      c0,
    });
    const nll = ops.tokenNll({
      hidden: tf.reshape(step.dropout(decoded.outputs, 0.3, 'states'), [time * batch, hidden]) as Tensor2D,
      kernel: step.read(of.output) as Tensor2D,
      targets,
    });
    return { loss: tf.div(tf.add(tf.sum(nll), kl), batch) as Scalar, also: { nll, mean } };
  };
  return engine.program({
    name: 'tiny',
    feeds: { tokens: { dtype: 'int32' }, rate: { dtype: 'float32' } },
    body: ({ tokens, rate }, step) => {
      const { loss, gradientNorm, also } = step.minimise(() => objective(tokens as Tensor2D, step), {
        groups: ['encoder', 'decoder'],
        optimizer: 'main',
        rule,
        learningRate: rate as Scalar,
        clip: { norm: 1 },
        ...update,
      });
      return { loss, norm: gradientNorm, ...also };
    },
  });
}

/** Token ids with repeated words, so that embedding gradients meet in the same row. */
export const tokens = (shift = 0) => ({
  data: Int32Array.from(
    { length: (sizes.time + 1) * sizes.batch },
    (_, i) => (i * i + shift) % sizes.vocabulary,
  ),
  shape: [sizes.time + 1, sizes.batch],
});
