import type { Posterior } from '../../../contract/blocks.ts';
import {
  ops,
  tf,
  type Scalar,
  type Step,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '../../tensor/index.ts';
import type { BlockContext, Phase, PosteriorBlock, Sentences } from '../block.ts';
import { standardised } from './standardised.ts';

/** Layers of each direction (Peters et al. 2018). */
const LAYERS = 2;
/** Every weight starts in U(-0.1, 0.1). */
const BOUND = 0.1;

/**
 * A language model that reads `<s> x </s>` from both ends, two LSTM layers each way, with one embedding and one output
 * for both (Peters et al. 2018). Its loss is -log p of every following and of every preceding word, summed over a
 * sentence. Of a trained one the states are read: both ways side by side, the layers weighed alike, since no task of
 * its own weighs them, and pooled over the positions of the sentence. Of an odd width the last unit is left out.
 */
export function bidirectional(
  { dim, pooling, noise, learningRate }: Extract<Posterior, { kind: 'bidirectional' }>,
  context: BlockContext,
): PosteriorBlock {
  const { architecture, vocabulary, parameter } = context;
  const { embedding } = architecture;
  const units = Math.ceil(dim / 2);
  const group = 'encoder';
  const init = { kind: 'uniform', bound: BOUND } as const;
  const words = parameter({
    ...{ name: 'encoder.embedding', group, shape: [vocabulary, embedding], init },
    sparse: true,
  });
  const lstmOf = (way: string, layer: number) => {
    const inputs = layer === 0 ? embedding : units;
    const name = `encoder.${way}.${layer}`;
    const kernel = parameter({ name: `${name}.kernel`, group, shape: [inputs + units, 4 * units], init });
    const bias = parameter({ name: `${name}.bias`, group, shape: [4 * units], init });
    return (step: Step, x: Tensor3D): Tensor3D => {
      const zeros = tf.zeros([x.shape[1], units]) as Tensor2D;
      return ops.lstm({
        ...{ x, h0: zeros, c0: zeros },
        kernel: step.read(kernel) as Tensor2D,
        bias: step.read(bias) as Tensor1D,
      }).outputs;
    };
  };
  const layersOf = (way: string) => Array.from({ length: LAYERS }, (_, layer) => lstmOf(way, layer));
  const ways = { forward: layersOf('forward'), backward: layersOf('backward') };
  const output = parameter({ name: 'encoder.output', group, shape: [units, vocabulary], init });

  /** States of every layer at the ids [time, batch] in the order in which they are read: [time, batch, units]. */
  const read = (step: Step, way: keyof typeof ways, ids: Tensor2D): Tensor3D[] => {
    const states: Tensor3D[] = [];
    let x = step.embed(words, ids) as Tensor3D;
    for (const layer of ways[way]) states.push((x = layer(step, x)));
    return states;
  };
  const reversed = <X extends Tensor2D | Tensor3D>(x: X): X => tf.reverse(x, 0) as X;

  /** -log p of each id after the first, given those before it, nats summed over the sentences. */
  const following = (step: Step, way: keyof typeof ways, ids: Tensor2D): Scalar => {
    const [time, batch] = ids.shape;
    const rows = (time - 1) * batch;
    const states = read(step, way, tf.slice(ids, [0, 0], [time - 1, batch])).at(-1)!;
    const nll = ops.tokenNll({
      hidden: tf.reshape(states, [rows, units]),
      kernel: step.read(output) as Tensor2D,
      targets: tf.reshape(tf.slice(ids, [1, 0], [time - 1, batch]), [rows]),
    });
    return tf.sum(nll) as Scalar;
  };

  const phase: Phase = {
    name: 'representation',
    groups: [group],
    batch: 'visited',
    rule: {
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      learningRate,
      clip: 5,
    },
    objective: (step, { tokens }) => {
      const both = tf.add(following(step, 'forward', tokens), following(step, 'backward', reversed(tokens)));
      return { loss: tf.div(both, tokens.shape[1]), also: {} };
    },
  };

  const raw = (step: Step, { tokens, ends }: Sentences): Tensor2D => {
    if (ends) throw new Error('sentences of unequal length have no place in a model that reads both ways');
    const forward = read(step, 'forward', tokens);
    const backward = read(step, 'backward', reversed(tokens)).map(reversed);
    const layers = forward.map((states, layer) => tf.concat([states, backward[layer]!], 2));
    const mixed = tf.div(tf.addN(layers), LAYERS) as Tensor3D;
    const pooled = (pooling === 'mean' ? tf.mean(mixed, 0) : tf.max(mixed, 0)) as Tensor2D;
    return tf.slice(pooled, [0, 0], [pooled.shape[0], dim]);
  };
  return standardised({ dim, noise, raw }, context, { epochs: context.firstEpochs, phase });
}
