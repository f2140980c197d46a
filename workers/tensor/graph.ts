import type { BindingAttribute } from './native.ts';

/**
 * Writes a TensorFlow graph as a SavedModel: just the fields of GraphDef, NodeDef, AttrValue and TensorProto
 * (tensorflow/core/framework/*.proto, field numbers from there) that recorded ops need.
 */

export interface Node {
  readonly name: string;
  readonly op: string;
  /** `name:output` */
  readonly inputs: readonly string[];
  /** Encoded AttrValue by name. */
  readonly attributes: ReadonlyMap<string, Buffer>;
  /** Names of nodes that must have run before. */
  readonly after: readonly string[];
}

function varint(n: number | bigint): Buffer {
  let rest = BigInt.asUintN(64, BigInt(n));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return Buffer.from(bytes);
}
const WIRE = { varint: 0, bytes: 2, fixed32: 5 } as const;
const tag = (field: number, wire: number): Buffer => varint(field * 8 + wire);
const bytes = (field: number, content: Buffer): Buffer =>
  Buffer.concat([tag(field, WIRE.bytes), varint(content.length), content]);
const text = (field: number, content: string): Buffer => bytes(field, Buffer.from(content));
const integer = (field: number, n: number): Buffer => Buffer.concat([tag(field, WIRE.varint), varint(n)]);
const number = (field: number, x: number): Buffer => {
  const four = Buffer.alloc(4);
  four.writeFloatLE(x);
  return Buffer.concat([tag(field, WIRE.fixed32), four]);
};

/** TensorShapeProto: dim = 2, Dim.size = 1. */
const shapeProto = (shape: readonly number[]): Buffer =>
  Buffer.concat(shape.map((size) => bytes(2, integer(1, size))));

/** AttrValue: list = 1, s = 2, i = 3, f = 4, b = 5, type = 6, shape = 7, tensor = 8. */
export const attributeValue = {
  type: (dtype: number) => integer(6, dtype),
  shape: (shape: readonly number[]) => bytes(7, shapeProto(shape)),
  int: (n: number) => integer(3, n),
  tensor: (dtype: number, shape: readonly number[], values: ArrayBufferView) =>
    bytes(8, tensorProto(dtype, shape, values)),
};

/** TensorProto: dtype = 1, tensor_shape = 2, tensor_content = 4. One element stands for a tensor of equal ones. */
function tensorProto(dtype: number, shape: readonly number[], values: ArrayBufferView): Buffer {
  const head = [integer(1, dtype), bytes(2, shapeProto(shape))];
  const repeated = repeatedElement(values);
  if (repeated !== undefined && dtype in elementField) {
    const [field, encode] = elementField[dtype]!;
    return Buffer.concat([...head, encode(field, repeated)]);
  }
  return Buffer.concat([...head, bytes(4, Buffer.from(values.buffer, values.byteOffset, values.byteLength))]);
}
/** float_val = 5, int_val = 7, bool_val = 11, by DataType. */
const elementField: Readonly<Record<number, readonly [number, (field: number, x: number) => Buffer]>> = {
  1: [5, number],
  3: [7, integer],
  10: [11, integer],
};
function repeatedElement(values: ArrayBufferView): number | undefined {
  if (!(values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array)) {
    return undefined;
  }
  const first = values[0];
  return values.length > 1 && values.every((x: number) => Object.is(x, first)) ? first : undefined;
}

/** TF_AttrType of the C API, as the addon uses it. */
const KIND = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

/** AttrValue of an attribute in the addon's form. */
export function encodeAttribute({ type, value }: BindingAttribute): Buffer {
  if (type === KIND.shape) return attributeValue.shape(value as readonly number[]);
  if (Array.isArray(value)) {
    // ListValue: i = 3, f = 4, b = 5
    const items = value as readonly number[];
    const field = { [KIND.int]: 3, [KIND.float]: 4, [KIND.bool]: 5 }[type];
    if (field === undefined) throw new Error(`attribute lists of kind ${type} are not written`);
    return bytes(
      1,
      Buffer.concat(items.map((x) => (field === 4 ? number(4, x) : integer(field, Number(x))))),
    );
  }
  switch (type) {
    case KIND.string:
      return text(2, value as string);
    case KIND.int:
      return integer(3, value as number);
    case KIND.float:
      return number(4, value as number);
    case KIND.bool:
      return integer(5, value ? 1 : 0);
    case KIND.type:
      return integer(6, value as number);
    default:
      throw new Error(`attributes of kind ${type} are not written`);
  }
}

/** NodeDef: name = 1, op = 2, input = 3, attr = 5 (a map entry: key = 1, value = 2). */
function nodeProto({ name, op, inputs, attributes, after }: Node): Buffer {
  return Buffer.concat([
    text(1, name),
    text(2, op),
    ...inputs.map((input) => text(3, input)),
    ...after.map((node) => text(3, `^${node}`)),
    ...[...attributes].map(([key, value]) => bytes(5, Buffer.concat([text(1, key), bytes(2, value)]))),
  ]);
}

/** A version of the graph format that every TensorFlow since 2.9 reads (VersionDef.producer). */
const PRODUCER = 1087;
export const TAG = 'captured';

/** SavedModel { schema_version = 1, meta_graphs = 2 { meta_info_def = 1 { tags = 4 }, graph_def = 2 } }. */
export function savedModel(nodes: readonly Node[]): Buffer {
  const graph = Buffer.concat([
    ...nodes.map((node) => bytes(1, nodeProto(node))),
    bytes(4, integer(1, PRODUCER)),
  ]);
  const metaGraph = Buffer.concat([bytes(1, text(4, TAG)), bytes(2, graph)]);
  return Buffer.concat([integer(1, 1), bytes(2, metaGraph)]);
}
