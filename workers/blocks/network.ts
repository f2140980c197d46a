import { tf, type Group, type Parameter, type Step, type Tensor1D, type Tensor2D } from '../tensor/index.ts';
import type { BlockContext } from './block.ts';

export interface NetworkSpec {
  /** Prefix of its parameters. */
  readonly name: string;
  readonly group: Group;
  /** Units of the input, of each hidden layer, of the output. */
  readonly widths: readonly number[];
  readonly activation: 'relu' | 'leaky-relu' | 'tanh';
  /** Whether hidden layer `i` (from 0) is normalised over the batch before its activation. */
  readonly normalised?: (i: number) => boolean;
  /**
   * `inputs`: weights N(0, 2 / inputs) in place of N(0, 0.02²), so that signals neither fade nor grow through many layers
   * that nothing normalises (He et al. 2015).
   */
  readonly weights?: 'inputs';
}

/** How a network is read. */
export interface Reading {
  /** Probability that a hidden unit is dropped. */
  readonly dropout?: number;
  /** [rows, first width]: what means and variances of normalised layers are taken from, in place of the input. */
  readonly population?: Tensor2D;
}

interface Layer {
  readonly weights: Parameter;
  readonly bias: Parameter;
  readonly norm: { readonly scale: Parameter; readonly shift: Parameter } | null;
}

/** Under the root of a variance (Ioffe and Szegedy 2015). */
const EPSILON = 1e-5;

/**
 * A feed-forward network, weights N(0, 0.02²) unless it is said, biases 0 (methods.md 1.4).
 * @returns [batch, first width] to [batch, last width], without activation at the end
 */
export function network(
  { name, group, widths, activation, normalised = () => false, weights }: NetworkSpec,
  { parameter }: Pick<BlockContext, 'parameter'>,
) {
  const hidden = widths.length - 2;
  const layers = widths.slice(1).map((width, i): Layer => {
    const vector = (kind: string, value: number): Parameter =>
      parameter({ name: `${name}.${i}.${kind}`, group, shape: [width], init: { kind: 'constant', value } });
    return {
      weights: parameter({
        name: `${name}.${i}.weights`,
        group,
        shape: [widths[i]!, width],
        init: { kind: 'normal', sd: weights === 'inputs' ? Math.sqrt(2 / widths[i]!) : 0.02 },
      }),
      bias: vector('bias', 0),
      norm: i < hidden && normalised(i) ? { scale: vector('scale', 1), shift: vector('shift', 0) } : null,
    };
  });
  const activate = (x: Tensor2D): Tensor2D => {
    if (activation === 'tanh') return tf.tanh(x);
    // Written with relu alone: second derivatives through TF.js's own leaky one are wrong (methods.md E16).
    if (activation === 'leaky-relu') return tf.sub(tf.relu(x), tf.mul(0.2, tf.relu(tf.neg(x))));
    return tf.relu(x);
  };
  const vectorOf = (step: Step, parameter: Parameter): Tensor1D => step.read(parameter) as Tensor1D;
  const linear = (step: Step, { weights, bias }: Layer, x: Tensor2D): Tensor2D => {
    const matrix = step.read(weights) as Tensor2D;
    // One column is spread by mul: of two products [1, n] TensorFlow's graph optimizer takes one for a bias.
    const product = x.shape[1] === 1 ? tf.mul(x, matrix) : tf.matMul(x, matrix);
    return tf.add(product, vectorOf(step, bias)) as Tensor2D;
  };
  /** Batch normalisation of `x` with mean and variance (divided by the rows) of `of`. */
  const normalise = (step: Step, { scale, shift }: NonNullable<Layer['norm']>, x: Tensor2D, of: Tensor2D) => {
    const mean = tf.mean(of, 0, true);
    const variance = tf.mean(tf.square(tf.sub(of, mean)), 0, true);
    const whitened = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON)));
    return tf.add(tf.mul(whitened, vectorOf(step, scale)), vectorOf(step, shift)) as Tensor2D;
  };

  return (step: Step, input: Tensor2D, { dropout = 0, population }: Reading = {}): Tensor2D => {
    let x = input;
    let seen = population;
    for (const [i, layer] of layers.entries()) {
      x = linear(step, layer, x);
      if (i === hidden) break;
      seen &&= linear(step, layer, seen);
      if (layer.norm) {
        const of = seen ?? x;
        x = normalise(step, layer.norm, x, of);
        seen &&= normalise(step, layer.norm, seen, of);
      }
      x = step.dropout(activate(x), dropout, `${name} dropout ${i}`);
      seen &&= activate(seen);
    }
    return x;
  };
}
