import type { Decoder } from '../../../contract/blocks.ts';
import {
  ops,
  tf,
  type Scalar,
  type Step,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '../../tensor/index.ts';
import type { BlockContext, DecoderBlock, Memory } from '../block.ts';

/**
 * AWD-LSTM (Merity, Keskar & Socher 2018; methods.md 3.28): LSTM layers the last of which is as wide as the
 * embedding, whose table is also the output's, with a bias. DropConnect on the matrices between states (one mask for
 * all steps of a pass), locked dropout (one mask for all words of a sentence) on inputs, between layers and on the
 * output, and whole rows of the embedding dropped. It has no code; every sentence starts from a zero state.
 */
export function awdLstm(
  {
    layers,
    dropBetween,
    dropConnect,
    dropWords,
    activation,
    temporal,
  }: Extract<Decoder, { kind: 'awdLstm' }>,
  { architecture, vocabulary, read, parameter }: BlockContext,
): DecoderBlock {
  if (read > 0) throw new Error('this decoder reads no code');
  const { embedding, hidden, dropoutIn, dropoutOut } = architecture;
  const words = parameter({
    name: 'decoder.embedding',
    group: 'decoder',
    shape: [vocabulary, embedding],
    init: { kind: 'uniform', bound: 0.1 },
    sparse: true,
  });
  const bias = parameter({
    name: 'decoder.output.bias',
    group: 'decoder',
    shape: [vocabulary],
    init: { kind: 'constant', value: 0 },
  });
  const stack = Array.from({ length: layers }, (_, i) => {
    const input = i === 0 ? embedding : hidden;
    const units = i === layers - 1 ? embedding : hidden;
    const make = (name: string, shape: number[]) =>
      parameter({
        name: `decoder.lstm.${i}.${name}`,
        group: 'decoder',
        shape,
        init: { kind: 'uniform', bound: 1 / Math.sqrt(units) },
      });
    return {
      units,
      input: make('input', [input, 4 * units]),
      recurrent: make('recurrent', [units, 4 * units]),
      bias: make('bias', [4 * units]),
    };
  });
  type Layer = (typeof stack)[number];

  const kernelOf = (step: Step, layer: Layer, i: number, mode: Mode): Tensor2D => {
    const recurrent = step.read(layer.recurrent) as Tensor2D;
    const kept = mode === 'train' ? step.dropout(recurrent, dropConnect, `drop connect ${i}`) : recurrent;
    return tf.concat([step.read(layer.input) as Tensor2D, kept], 0);
  };

  const traced: NonNullable<DecoderBlock['traced']> = (step, tokens, _, mode) => {
    const [time, batch] = tokens.shape;
    const predicted = time - 1;
    const ids = tf.slice(tokens, [0, 0], [predicted, batch]);
    const locked = (x: Tensor3D, rate: number, purpose: string): Tensor3D =>
      mode === 'train' ? lockedDropout(step, x, rate, purpose) : x;
    let x = step.embed(words, ids) as Tensor3D;
    if (mode === 'train') x = tf.mul(x, rowMask(step, ids, vocabulary, dropWords));
    x = locked(x, dropoutIn, 'decoder input dropout');
    let states = x;
    for (const [i, layer] of stack.entries()) {
      const zeros = tf.zeros([batch, layer.units]) as Tensor2D;
      states = ops.lstm({
        x,
        kernel: kernelOf(step, layer, i, mode),
        bias: step.read(layer.bias) as Tensor1D,
        h0: zeros,
        c0: zeros,
      }).outputs;
      const last = i === layers - 1;
      x = locked(states, last ? dropoutOut : dropBetween, `dropout after layer ${i}`);
    }
    const nll = ops.tokenNll({
      hidden: tf.reshape(x, [predicted * batch, embedding]),
      kernel: tf.transpose(step.read(words)) as Tensor2D,
      bias: step.read(bias) as Tensor1D,
      targets: tf.reshape(tf.slice(tokens, [1, 0], [predicted, batch]), [predicted * batch]),
    });
    return {
      nll: tf.sum(tf.reshape(nll, [predicted, batch]), 0) as Tensor1D,
      states,
      costs: { activation: activationCost(x, activation), temporal: temporalCost(states, temporal) },
    };
  };

  return {
    nll: (...given) => traced(...given).nll,
    traced,
    memory: Object.fromEntries(
      stack.flatMap(({ units }, i) => [
        [`h${i}`, units],
        [`c${i}`, units],
      ]),
    ),
    begin: (_, rows) =>
      Object.fromEntries(
        stack.flatMap(({ units }, i) => [
          [`h${i}`, tf.zeros([rows, units])],
          [`c${i}`, tf.zeros([rows, units])],
        ]),
      ) as Memory,
    next: (step, memory, ids) => {
      const after: Record<string, Tensor2D> = {};
      let x = step.embed(words, ids) as Tensor2D;
      for (const [i, layer] of stack.entries()) {
        const { h, c } = ops.lstmCell({
          x,
          kernel: kernelOf(step, layer, i, 'evaluate'),
          bias: step.read(layer.bias) as Tensor1D,
          h: memory[`h${i}`]!,
          c: memory[`c${i}`]!,
        });
        after[`h${i}`] = h;
        after[`c${i}`] = c;
        x = h;
      }
      const logits = tf.add(tf.matMul(x, step.read(words) as Tensor2D, false, true), step.read(bias));
      return { word: ops.nextWordOf(logits as Tensor2D), memory: after };
    },
  };
}

type Mode = Parameters<DecoderBlock['nll']>[3];

/** The same elements of every word of a sentence are dropped: x [time, batch, width]. */
export function lockedDropout(step: Step, x: Tensor3D, rate: number, purpose: string): Tensor3D {
  const [, batch, width] = x.shape;
  return tf.mul(x, step.dropout(tf.ones([1, batch, width]), rate, purpose)) as Tensor3D;
}

/** 0 for dropped words of the vocabulary, wherever they stand in the batch, else 1 / (1 - rate): [...ids.shape, 1]. */
export function rowMask(step: Step, ids: Tensor, vocabulary: number, rate: number): Tensor {
  const mask = step.dropout(tf.ones([vocabulary]), rate, 'decoder words dropout');
  return tf.expandDims(tf.gatherND(mask, tf.expandDims(ids, -1)), -1);
}

/** weight times the mean square of all elements. */
export function activationCost(x: Tensor, weight: number): Scalar {
  return tf.mul(weight, tf.mean(tf.square(x))) as Scalar;
}

/** weight times the mean square of the difference of states of neighbouring words, [time, batch, width]. */
export function temporalCost(states: Tensor3D, weight: number): Scalar {
  const [time, batch, width] = states.shape;
  if (time === 1) return tf.scalar(0) as Scalar;
  const size: [number, number, number] = [time - 1, batch, width];
  const steps = tf.sub(tf.slice(states, [1, 0, 0], size), tf.slice(states, [0, 0, 0], size));
  return tf.mul(weight, tf.mean(tf.square(steps))) as Scalar;
}
