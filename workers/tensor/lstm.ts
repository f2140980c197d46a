import { bool, float, int64, many, matMul, one, onNative, T, tf } from './native.ts';
import { lstmBackward, lstmForward, lstmSlopes, ownOps } from './own-ops.ts';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from './types.ts';

export interface LstmInput {
  /** [time, batch, input] */
  readonly x: Tensor3D;
  /** [input + hidden, 4 * hidden]: rows input first, then hidden; columns in gate order i, f, g, o. */
  readonly kernel: Tensor2D;
  /** [4 * hidden] */
  readonly bias: Tensor1D;
  /** [batch, hidden] */
  readonly h0: Tensor2D;
  /** [batch, hidden] */
  readonly c0: Tensor2D;
}

/**
 * LSTM over a whole sequence, no peepholes, no offset on the forget gate: a = x W + h U + b;
 * c' = sigmoid(f) c + sigmoid(i) tanh(g); h' = sigmoid(o) tanh(c').
 * @returns outputs [time, batch, hidden] and the last cell [batch, hidden], which costs nothing unless it is read
 */
export function lstm(input: LstmInput): { readonly outputs: Tensor3D; readonly c: Tensor2D } {
  if (!onNative()) return stepped(input);
  return {
    outputs: native(input, 'outputs') as Tensor3D,
    get c() {
      return native(input, 'cell') as Tensor2D;
    },
  };
}

function stepped({ x, kernel, bias, h0, c0 }: LstmInput): { outputs: Tensor3D; c: Tensor2D } {
  let h = h0;
  let c = c0;
  const outputs: Tensor2D[] = [];
  // TF.js cannot differentiate the unstacking of a single row.
  const steps = x.shape[0] === 1 ? [tf.squeeze(x, [0])] : tf.unstack(x);
  for (const step of steps as Tensor2D[]) {
    ({ h, c } = lstmCell({ x: step, kernel, bias, h, c }));
    outputs.push(h);
  }
  return { outputs: tf.stack(outputs) as Tensor3D, c };
}

/** One step of {@link lstm}, for decoding token by token. */
export function lstmCell(input: {
  x: Tensor2D;
  kernel: Tensor2D;
  bias: Tensor1D;
  h: Tensor2D;
  c: Tensor2D;
}): { h: Tensor2D; c: Tensor2D } {
  const { x, kernel, bias, h, c } = input;
  // Where nothing is differentiated, a sequence of one step does it in one op.
  if (ownOps() && tf.engine().state.gradientDepth === 0) {
    const [outputs, cells] = lstmForward([tf.expandDims(x, 0) as Tensor3D, kernel, bias, h, c]);
    return { h: tf.reshape(outputs!, h.shape), c: tf.reshape(cells!, c.shape) };
  }
  const a = tf.add(tf.matMul(tf.concat([x, h], 1), kernel), bias);
  const [i, f, g, o] = tf.split(a, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  const next = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g))) as Tensor2D;
  return { h: tf.mul(tf.sigmoid(o), tf.tanh(next)) as Tensor2D, c: next };
}

/** What the library's ops leave for the backward pass; all [time, batch, hidden]. */
type Activations = [
  i: Tensor,
  cells: Tensor,
  f: Tensor,
  o: Tensor,
  g: Tensor,
  tanhCells: Tensor,
  outputs: Tensor,
];
type Given = [x: Tensor3D, kernel: Tensor2D, bias: Tensor1D, h0: Tensor2D, c0: Tensor2D];
type Gradients = [x: Tensor, kernel: Tensor, bias: Tensor, h0: Tensor, c0: Tensor];

/**
 * Up to this width the library's gradient op wins, because it is one op; above it, it takes six times as long as
 * `backward`, because it multiplies by a matrix transposed on the fly in every step.
 */
const NARROW = 64;
/** From this width on, taking the input's product out of the recurrence pays for the ops that it costs. */
const WIDE = 512;

/** A way to run the sequence: what it keeps for the way back, the outputs among that, and the way back itself. */
interface Way {
  forward(given: Given): Tensor[];
  readonly outputs: number;
  backward(given: Given, kept: Tensor[], slopes: Slopes): Tensor[];
}

/** Where every way keeps the cells. */
const CELLS = 1;

/** Multiplications of the input and the states from which the library's products are faster than ours. */
const LARGE = 6.4e7;

const own: Way = {
  forward: lstmForward,
  outputs: 0,
  backward(given, kept, { outputs, cell }) {
    const [x, kernel, , h0] = given;
    const slopes = { outputs: outputs ?? tf.zeros(kept[0]!.shape), cell: cell ?? tf.zeros(h0.shape) };
    if (x.shape[0] * x.shape[1] * kernel.size < LARGE) return lstmBackward(given, kept, slopes);
    const [all, bias, h, c] = lstmSlopes(given, kept, slopes);
    const flat = tf.reshape(all, [x.shape[0] * x.shape[1], kernel.shape[1]]);
    const [dx, dKernel] = ofPreactivations([x, kernel, h0], kept[0]!, flat);
    return [dx, dKernel, bias, h, c];
  },
};
const library = (hidden: number): Way => ({
  forward: hidden >= WIDE ? unrolled : blockLstm,
  outputs: 6,
  backward: (given, kept, slopes) =>
    (hidden <= NARROW ? blockLstmGradient : backward)(given, kept as Activations, slopes),
});

function native({ x, kernel, bias, h0, c0 }: LstmInput, wanted: 'outputs' | 'cell'): Tensor {
  const [time, batch] = x.shape;
  const hidden = h0.shape[1];
  const way = ownOps() ? own : library(hidden);
  const body = tf.customGrad(((...args: unknown[]) => {
    const given = args.slice(0, 5) as Given;
    const kept = way.forward(given);
    (args[5] as (tensors: Tensor[]) => void)([...given, ...kept]);
    const last = () =>
      tf.reshape(tf.slice(kept[CELLS]!, [time - 1, 0, 0], [1, batch, hidden]), [batch, hidden]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
      way.backward(
        saved.slice(0, 5) as Given,
        saved.slice(5),
        wanted === 'outputs' ? { outputs: dy } : { cell: dy },
      );
    return { value: wanted === 'outputs' ? kept[way.outputs]! : last(), gradFunc };
  }) as Parameters<typeof tf.customGrad>[0]);
  return body(x, kernel, bias, h0, c0);
}

function blockLstm([x, kernel, bias, h0, c0]: Given): Activations {
  const peephole = tf.zeros([h0.shape[1]]);
  const inputs = [int64(x.shape[0]), x, c0, h0, kernel, peephole, peephole, peephole, bias];
  return many(
    'BlockLSTMV2',
    [T, float('cell_clip', 0), bool('use_peephole', false)],
    inputs,
    7,
  ) as Activations;
}

/** The input's product for all steps at once, then one small product and element-wise ops a step. */
function unrolled([x, kernel, bias, h0, c0]: Given): Activations {
  const [time, batch, width] = x.shape;
  const hidden = h0.shape[1];
  const inputKernel = tf.slice(kernel, [0, 0], [width, 4 * hidden]);
  const recurrent = tf.slice(kernel, [width, 0], [hidden, 4 * hidden]);
  const products = matMul(tf.reshape(x, [time * batch, width]), inputKernel, false, false);
  const fromInput = tf.unstack(tf.reshape(tf.add(products, bias), [time, batch, 4 * hidden]));
  const kept: Tensor[][] = [[], [], [], [], [], [], []];
  let h: Tensor = h0;
  let c: Tensor = c0;
  for (const own of fromInput) {
    const gates = tf.split(tf.add(own, matMul(h, recurrent, false, false)), 4, 1);
    const [i, f, o] = [tf.sigmoid(gates[0]!), tf.sigmoid(gates[1]!), tf.sigmoid(gates[3]!)];
    const g = tf.tanh(gates[2]!);
    c = tf.add(tf.mul(f, c), tf.mul(i, g));
    const tanhC = tf.tanh(c);
    h = tf.mul(o, tanhC);
    [i, c, f, o, g, tanhC, h].forEach((tensor, k) => kept[k]!.push(tensor));
  }
  return kept.map((tensors) => tf.stack(tensors)) as Activations;
}

/** Slope of the objective at the outputs [time, batch, hidden] or at the last cell [batch, hidden]. */
interface Slopes {
  readonly outputs?: Tensor;
  readonly cell?: Tensor;
}

function blockLstmGradient(
  [x, kernel, bias, h0, c0]: Given,
  activations: Activations,
  { outputs, cell }: Slopes,
): Gradients {
  const [time, batch] = x.shape;
  const hidden = h0.shape[1];
  const none = tf.zeros([time, batch, hidden]);
  const cells = cell ? tf.concat([tf.zeros([time - 1, batch, hidden]), tf.expandDims(cell, 0)], 0) : none;
  const peephole = tf.zeros([hidden]);
  const inputs = [int64(time), x, c0, h0, kernel, peephole, peephole, peephole, bias];
  const [dx, dc0, dh0, dKernel, , , , dBias] = many(
    'BlockLSTMGradV2',
    [T, bool('use_peephole', false)],
    [...inputs, ...activations, cells, outputs ?? none],
    8,
  ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  return [dx, dKernel, dBias, dh0, dc0];
}

/**
 * Back-propagation through time on the saved activations: what does not depend on later steps is computed for all
 * steps at once, and so are the products with the input and for the kernel.
 */
function backward(
  [x, kernel, , h0, c0]: Given,
  [i, cells, f, o, g, tanhCells, outputs]: Activations,
  slopes: Slopes,
): Gradients {
  const [time, batch, width] = x.shape;
  const hidden = h0.shape[1];
  /** slope by a where y = sigmoid(a): slope y (1 - y) */
  const throughSigmoid = (y: Tensor, slope: Tensor): Tensor => one('SigmoidGrad', [T], [y, slope]);
  /** slope by a where y = tanh(a): slope (1 - y^2) */
  const throughTanh = (y: Tensor, slope: Tensor): Tensor => one('TanhGrad', [T], [y, slope]);
  const toCell = tf.unstack(throughTanh(tanhCells, o));
  // Derivative of the cell by the preactivations of i, f, g and of the output by that of o: [time, batch, 4 hidden]
  const toGates = tf.unstack(
    tf.concat(
      [
        throughSigmoid(i, g),
        throughSigmoid(f, before(c0, cells)),
        throughTanh(g, i),
        throughSigmoid(o, tanhCells),
      ],
      2,
    ),
  );
  const forget = tf.unstack(f);
  const given = slopes.outputs && tf.unstack(slopes.outputs);
  // Transposed once: a small product with a matrix transposed on the fly takes three times as long. TensorFlow's
  // graph optimizer would fold a plain transposition back into the products; one behind a reshape it leaves alone.
  const ofGates = tf.reshape(tf.slice(kernel, [width, 0], [hidden, 4 * hidden]), [hidden, 4, hidden]);
  const recurrent = tf.reshape(tf.transpose(ofGates, [1, 2, 0]), [4 * hidden, hidden]);
  let dc = slopes.cell ?? tf.zeros([batch, hidden]);
  let dh = tf.zeros([batch, hidden]);
  const steps = new Array<Tensor>(time);
  for (let t = time - 1; t >= 0; t--) {
    const total = given ? tf.add(given[t]!, dh) : dh;
    dc = tf.add(tf.mul(total, toCell[t]!), dc);
    const step = tf.mul(tf.concat([dc, dc, dc, total], 1), toGates[t]!);
    steps[t] = step;
    dc = tf.mul(dc, forget[t]!);
    dh = matMul(step, recurrent, false, false);
  }
  const all = tf.reshape(tf.stack(steps), [time * batch, 4 * hidden]);
  return [...ofPreactivations([x, kernel, h0], outputs, all), tf.sum(all, 0), dh, dc];
}

/** `first` and then all states but the last, [time, batch, hidden]. */
function before(first: Tensor, states: Tensor): Tensor {
  const [time, batch, hidden] = states.shape as [number, number, number];
  const head = tf.expandDims(first, 0);
  return time === 1 ? head : tf.concat([head, tf.slice(states, [0, 0, 0], [time - 1, batch, hidden])], 0);
}

/** Slopes by x and kernel from those by the preactivations, `all` [time * batch, 4 hidden], for all steps at once. */
function ofPreactivations(
  [x, kernel, h0]: readonly [Tensor3D, Tensor2D, Tensor],
  outputs: Tensor,
  all: Tensor,
): [x: Tensor, kernel: Tensor] {
  const [time, batch, width] = x.shape;
  const hidden = h0.shape[1]!;
  const rows = time * batch;
  const states = tf.reshape(before(h0, outputs), [rows, hidden]);
  const inputs = tf.concat([tf.reshape(x, [rows, width]), states], 1);
  const dx = matMul(all, tf.slice(kernel, [0, 0], [width, 4 * hidden]), false, true);
  return [tf.reshape(dx, x.shape), matMul(inputs, all, true, false)];
}
