import { DType } from './native.ts';

/** What a trace knows about a tensor: no values, unless it came from JavaScript. */
export interface Described {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly values?: Float32Array | Int32Array | Uint8Array;
}
export type AttributeValues = ReadonlyMap<string, boolean | number | string | readonly number[]>;
type Rule = (inputs: readonly Described[], attributes: AttributeValues) => readonly Described[];

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const numbers = (input: Described | undefined): readonly number[] | undefined =>
  input?.values && [...input.values];

const same: Rule = ([x]) => [{ shape: x!.shape, dtype: x!.dtype }];

function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  const at = (s: readonly number[], i: number): number => s[s.length - rank + i] ?? 1;
  return Array.from({ length: rank }, (_, i) => (at(a, i) === 1 ? at(b, i) : at(a, i)));
}
const binary: Rule = ([a, b]) => [{ shape: broadcast(a!.shape, b!.shape), dtype: a!.dtype }];
const comparison: Rule = ([a, b]) => [{ shape: broadcast(a!.shape, b!.shape), dtype: DType.bool }];

const reduction: Rule = ([x, axes], attributes) => {
  const { shape, dtype } = x!;
  const gone = numbers(axes)!.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const kept = attributes.get('keep_dims')
    ? shape.map((n, i) => (gone.includes(i) ? 1 : n))
    : shape.filter((_, i) => !gone.includes(i));
  return [{ shape: kept, dtype }];
};

const words: Rule = ([logits]) => [{ shape: [logits!.shape[0]!], dtype: DType.int32 }];
const noise: Rule = ([sizes]) => [{ shape: numbers(sizes)!, dtype: DType.float }];

/**
 * Shapes of the results of the commonest ops, so that tracing a body costs no computing. An op that is not here is
 * run on zeros of the right shapes (recorder.ts), which gives the same answer in more time.
 */
export const shapeRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    [
      'Exp',
      'Log',
      'Log1p',
      'Tanh',
      'Sigmoid',
      'Square',
      'Sqrt',
      'Rsqrt',
      'Neg',
      'Abs',
      'Relu',
      'Softplus',
    ].map((op) => [op, same]),
  ),
  Softmax: same,
  _MklSoftmax: same,
  SigmoidGrad: same,
  TanhGrad: same,
  ZerosLike: same,
  OnesLike: same,
  Identity: same,
  InplaceSub: same,
  ...Object.fromEntries(
    ['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'].map((op) => [
      op,
      binary,
    ]),
  ),
  ...Object.fromEntries(
    ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'].map((op) => [op, comparison]),
  ),
  ...Object.fromEntries(['Sum', 'Mean', 'Max', 'Min'].map((op) => [op, reduction])),
  Cast: ([x], attributes) => [{ shape: x!.shape, dtype: attributes.get('DstT') as number }],
  MatMul: ([a, b], attributes) => [
    {
      shape: [
        a!.shape[attributes.get('transpose_a') ? 1 : 0]!,
        b!.shape[attributes.get('transpose_b') ? 0 : 1]!,
      ],
      dtype: a!.dtype,
    },
  ],
  Reshape: ([x, wanted]) => {
    const shape = numbers(wanted)!;
    const known = size(shape.filter((n) => n >= 0));
    return [{ shape: shape.map((n) => (n < 0 ? size(x!.shape) / known : n)), dtype: x!.dtype }];
  },
  ExpandDims: ([x, axis]) => {
    const [at] = numbers(axis)!;
    const shape = [...x!.shape];
    shape.splice(at! < 0 ? at! + shape.length + 1 : at!, 0, 1);
    return [{ shape, dtype: x!.dtype }];
  },
  Slice: ([x, begin, sizes]) => {
    const from = numbers(begin)!;
    const shape = numbers(sizes)!.map((n, i) => (n < 0 ? x!.shape[i]! - from[i]! : n));
    return [{ shape, dtype: x!.dtype }];
  },
  ConcatV2: (inputs) => {
    const parts = inputs.slice(0, -1);
    const [given] = numbers(inputs.at(-1))!;
    const { shape, dtype } = parts[0]!;
    const axis = given! < 0 ? given! + shape.length : given!;
    const length = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    return [{ shape: shape.map((n, i) => (i === axis ? length : n)), dtype }];
  },
  Pack: (inputs, attributes) => {
    const shape = [...inputs[0]!.shape];
    const axis = attributes.get('axis') as number;
    shape.splice(axis < 0 ? axis + shape.length + 1 : axis, 0, inputs.length);
    return [{ shape, dtype: inputs[0]!.dtype }];
  },
  Unpack: ([x], attributes) => {
    const axis = attributes.get('axis') as number;
    const shape = x!.shape.filter((_, i) => i !== (axis < 0 ? axis + x!.shape.length : axis));
    return Array.from({ length: attributes.get('num') as number }, () => ({ shape, dtype: x!.dtype }));
  },
  SplitV: ([x, sizes, axis]) => {
    const [given] = numbers(axis)!;
    const at = given! < 0 ? given! + x!.shape.length : given!;
    return numbers(sizes)!.map((n) => ({
      shape: x!.shape.map((m, i) => (i === at ? n : m)),
      dtype: x!.dtype,
    }));
  },
  Tile: ([x, times]) => [{ shape: numbers(times)!.map((n, i) => n * x!.shape[i]!), dtype: x!.dtype }],
  Transpose: ([x, order]) => [{ shape: numbers(order)!.map((i) => x!.shape[i]!), dtype: x!.dtype }],
  PadV2: ([x, by]) => {
    const pads = numbers(by)!;
    return [{ shape: x!.shape.map((n, i) => n + pads[2 * i]! + pads[2 * i + 1]!), dtype: x!.dtype }];
  },
  Fill: ([sizes, value]) => [{ shape: numbers(sizes)!, dtype: value!.dtype }],
  GatherNd: ([x, at]) => {
    const depth = at!.shape.at(-1)!;
    return [{ shape: [...at!.shape.slice(0, -1), ...x!.shape.slice(depth)], dtype: x!.dtype }];
  },
  L2Loss: ([x]) => [{ shape: [], dtype: x!.dtype }],
  Bitcast: ([x], attributes) => [{ shape: x!.shape.slice(0, -1), dtype: attributes.get('type') as number }],
  StatelessRandomUniformV2: noise,
  StatelessRandomNormalV2: noise,
  BlockLSTMV2: ([, x, c]) => {
    const shape = [x!.shape[0]!, x!.shape[1]!, c!.shape[1]!];
    return Array.from({ length: 7 }, () => ({ shape, dtype: x!.dtype }));
  },
  WorkbenchLstm: ([x, , , h]) => {
    const [time, batch, hidden] = [x!.shape[0]!, x!.shape[1]!, h!.shape[1]!];
    return [hidden, hidden, hidden, 4 * hidden].map((n) => ({ shape: [time, batch, n], dtype: x!.dtype }));
  },
  WorkbenchLstmGradient: (inputs) => inputs.slice(0, 5).map(({ shape, dtype }) => ({ shape, dtype })),
  WorkbenchLstmSlopes: ([x, , bias, h, c]) => {
    const { dtype } = x!;
    const slopes = [...x!.shape.slice(0, 2), bias!.shape[0]!];
    return [{ shape: slopes, dtype }, ...[bias!, h!, c!].map(({ shape }) => ({ shape, dtype }))];
  },
  WorkbenchTokenNll: ([x]) => [{ shape: [x!.shape[0]!], dtype: x!.dtype }],
  WorkbenchTokenNllSlopes: ([x, kernel]) =>
    [[x!.shape[0]!], [x!.shape[0]!, kernel!.shape[1]!], [x!.shape[0]!]].map((shape) => ({
      shape,
      dtype: x!.dtype,
    })),
  WorkbenchTokenNllGradient: (inputs) => inputs.slice(0, 3).map(({ shape, dtype }) => ({ shape, dtype })),
  WorkbenchLikeliest: words,
  WorkbenchDrawWord: words,
  WorkbenchLikeliestOf: words,
  WorkbenchDrawWordOf: words,
  WorkbenchDropout: same,
  // The number of different ids is the data's; nothing recorded may depend on it (step.ts sees to that).
  Unique: ([x]) => [
    { shape: x!.shape, dtype: x!.dtype },
    { shape: x!.shape, dtype: DType.int32 },
  ],
  Size: () => [{ shape: [], dtype: DType.int32 }],
  UnsortedSegmentSum: ([x, segments, count]) => {
    const rows = numbers(count)?.[0] ?? segments!.shape[0]!;
    return [{ shape: [rows, ...x!.shape.slice(segments!.shape.length)], dtype: x!.dtype }];
  },
};
