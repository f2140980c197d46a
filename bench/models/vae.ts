import { ops, philox, tf } from '../../workers/tensor/index.ts';
import type { Engine, Program, Tensor1D, Tensor2D, Tensor3D } from '../../workers/tensor/index.ts';

/** Sizes of the three workloads; the same numbers stand in peers/torch_vae.py. */
export const workloads = {
  W1: { vocabulary: 1000, embedding: 50, hidden: 50, latent: 2, batch: 32, length: 10 },
  W2: { vocabulary: 10_000, embedding: 256, hidden: 256, latent: 32, batch: 32, length: 16 },
  W3: { vocabulary: 20_000, embedding: 512, hidden: 1024, latent: 32, batch: 32, length: 80 },
} as const;
export type WorkloadName = keyof typeof workloads;
export type Workload = (typeof workloads)[WorkloadName];
export const isWorkload = (name: string): name is WorkloadName => Object.hasOwn(workloads, name);

const DROPOUT = 0.5;
const CLIP = 5;

/** One training step of the LSTM VAE of `methods.md` 1.4: feeds tokens [time + 1, batch], gives the batch loss. */
export function trainingProgram(engine: Engine, sizes: Workload): Program<'tokens' | 'rate', 'loss'> {
  const { vocabulary, embedding, hidden, latent, batch, length } = sizes;
  const weights = { kind: 'uniform', bound: 0.01 } as const;
  const rows = { kind: 'uniform', bound: 0.1 } as const;
  const encoder = (name: string, shape: number[], sparse = false) =>
    engine.parameter({
      name: `encoder.${name}`,
      group: 'encoder',
      shape,
      init: sparse ? rows : weights,
      sparse,
    });
  const decoder = (name: string, shape: number[], sparse = false) =>
    engine.parameter({
      name: `decoder.${name}`,
      group: 'decoder',
      shape,
      init: sparse ? rows : weights,
      sparse,
    });
  const e = {
    embedding: encoder('embedding', [vocabulary, embedding], true),
    kernel: encoder('lstm.kernel', [embedding + hidden, 4 * hidden]),
    bias: encoder('lstm.bias', [4 * hidden]),
    code: encoder('code', [hidden, 2 * latent]),
  };
  const d = {
    embedding: decoder('embedding', [vocabulary, embedding], true),
    cell: decoder('cell', [latent, hidden]),
    kernel: decoder('lstm.kernel', [embedding + latent + hidden, 4 * hidden]),
    bias: decoder('lstm.bias', [4 * hidden]),
    output: decoder('output', [hidden, vocabulary]),
  };

  return engine.program({
    name: 'train',
    feeds: { tokens: { dtype: 'int32' }, rate: { dtype: 'float32' } },
    body: ({ tokens, rate }, step) => {
      const { loss } = step.minimise(
        () => {
          const inputs = tf.slice(tokens, [0, 0], [length, batch]);
          const targets = tf.reshape(tf.slice(tokens, [1, 0], [length, batch]), [length * batch]);
          const zero = tf.zeros([batch, hidden]) as Tensor2D;
          const encoded = ops.lstm({
            x: step.embed(e.embedding, inputs) as Tensor3D,
            kernel: step.read(e.kernel) as Tensor2D,
            bias: step.read(e.bias) as Tensor1D,
            h0: zero,
            c0: zero,
          }).outputs;
          const last = tf.reshape(tf.slice(encoded, [length - 1, 0, 0], [1, batch, hidden]), [
            batch,
            hidden,
          ]) as Tensor2D;
          const code = tf.split(tf.matMul(last, step.read(e.code) as Tensor2D), 2, 1);
          const [mean, logVariance] = code as [Tensor2D, Tensor2D];
          const noise = step.normal('code', [batch, latent]);
          const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise)) as Tensor2D;
          const terms = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
          const kl = tf.mul(tf.sum(terms), 0.5 / batch);

          const c0 = tf.matMul(z, step.read(d.cell)) as Tensor2D;
          const words = step.dropout(step.embed(d.embedding, inputs), DROPOUT, 'words');
          const codes = tf.tile(tf.expandDims(z, 0), [length, 1, 1]);
          const decoded = ops.lstm({
            x: tf.concat([words, codes], 2) as Tensor3D,
            kernel: step.read(d.kernel) as Tensor2D,
            bias: step.read(d.bias) as Tensor1D,
            h0: tf.tanh(c0),
            c0,
          }).outputs;
          const nll = ops.tokenNll({
            hidden: tf.reshape(step.dropout(decoded, DROPOUT, 'states'), [length * batch, hidden]),
            kernel: step.read(d.output) as Tensor2D,
            targets: targets as Tensor1D,
          });
          return { loss: tf.add(tf.div(tf.sum(nll), batch), kl), also: {} };
        },
        {
          groups: ['encoder', 'decoder'],
          optimizer: 'sgd',
          rule: { kind: 'sgd' },
          learningRate: rate as never,
          clip: { norm: CLIP },
        },
      );
      return { loss };
    },
  });
}

/** Uniform random token ids [time + 1, batch]. */
export function randomTokens({ vocabulary, length, batch }: Workload, index: number): Int32Array {
  const draw = philox(1, `tokens/${index}`);
  return Int32Array.from({ length: (length + 1) * batch }, () => draw.integer(vocabulary));
}
