import { attributeValue, encodeAttribute } from './graph.ts';
import type { Node } from './graph.ts';
import { DType } from './native.ts';
import type { Binding, BindingAttribute, TensorMeta } from './native.ts';
import { shapeRules } from './shapes.ts';
import type { AttributeValues, Described } from './shapes.ts';

/** Thrown where a body cannot be a graph; it is then run op by op. */
export class NotCapturable extends Error {}

/** What the recorder must know of the variables that live in the addon. */
export interface Variables {
  /** Shape of the variable with this handle; undefined for other tensors. */
  shape(handle: number): readonly number[] | undefined;
}

/**
 * Order of the accesses to one variable: a read comes after the last write, a write after all readers. Consumers of
 * a value read count as readers, because the value shares memory with the variable until it is written: a write
 * that finds it in use copies the whole variable.
 */
interface Accesses {
  lastWrite?: string;
  readonly readers: Set<string>;
}

const READS = new Set(['ReadVariableOp', 'ResourceGather']);
/** Ops whose result is the memory of their first input. */
const ALIASES = new Set(['Identity', 'Reshape', 'ExpandDims', 'Squeeze']);
/** Ops whose result has a size that only the data decide, so that a recorded shape would be a lie. */
const DATA_SIZED = new Set([
  'Where',
  'UniqueV2',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
]);
/** Type attributes that the eager runtime derives from an input and a graph must state. */
const DERIVED: Readonly<Record<string, readonly [attribute: string, input: number]>> = {
  ExpandDims: ['T', 0],
};

interface Known extends Described {
  /** `node:output`; absent for a constant that no op has used yet. */
  source?: string;
}

/**
 * Takes the addon's place while a body runs and writes down what the body asks for. Nothing is computed: tensors
 * are descriptions under negative handles, which the package never frees.
 */
export class Recorder {
  readonly nodes: Node[] = [];
  /** Handles of the variables in the order of their keys in the map that a run is fed. */
  readonly variables: number[] = [];
  /** Name to feed that map to. */
  readonly variableFeed: string;

  private readonly addon: Binding;
  private readonly known: Variables;
  private readonly tensors = new Map<number, Known>();
  private readonly shared = new Map<string, string>();
  private readonly accesses = new Map<number, Accesses>();
  private readonly aliases = new Map<number, Accesses>();
  private lastHandle = 0;

  constructor(addon: Binding, known: Variables) {
    this.addon = addon;
    this.known = known;
    this.variableFeed = `${this.placeholder(DType.variant, [])}:0`;
  }

  /** Declares the tensor behind a handle to be fed anew in each run; returns the name to feed. */
  feed(handle: number, dtype: number, shape: readonly number[]): string {
    const source = `${this.placeholder(dtype, shape)}:0`;
    this.tensors.set(handle, { shape, dtype, source });
    return source;
  }

  /** Names to fetch for the tensors behind these handles; fetching them all runs every recorded write. */
  fetch(handles: readonly number[]): string[] {
    const writes = [...this.accesses.values()].flatMap((access) => access.lastWrite ?? []);
    return handles.map((handle, i) => {
      const { dtype } = this.describe(handle);
      const after = i === 0 ? [...new Set(writes)] : [];
      const name = this.add('Identity', [this.source(handle)], { T: attributeValue.type(dtype) }, after);
      return `${name}:0`;
    });
  }

  /** The stand-in for the addon. */
  stand(): Binding {
    const own: Partial<Binding> = {
      createTensor: (shape, dtype, values) => this.remember({ shape: [...shape], dtype, values }),
      deleteTensor: (handle) => {
        if (handle >= 0) this.addon.deleteTensor(handle);
      },
      tensorDataSync: (handle) => {
        const tensor = this.tensors.get(handle);
        if (!tensor) return this.addon.tensorDataSync(handle);
        if (!tensor.values) throw new NotCapturable('it reads a value back');
        return tensor.values;
      },
      order: (handle, before) => {
        const { shape, dtype } = this.describe(handle);
        const after = before.map((other) => this.source(other).split(':')[0]!);
        const name = this.add('Identity', [this.source(handle)], { T: attributeValue.type(dtype) }, after);
        return { id: this.remember({ shape, dtype, source: `${name}:0` }), shape: [...shape], dtype };
      },
      executeOp: (op, attributes, inputs, outputs) => this.record(op, attributes, inputs, outputs),
    };
    // The addon's own functions are frozen, so the stand-in inherits from it and shadows some of them.
    return Object.create(
      this.addon,
      Object.fromEntries(Object.entries(own).map(([key, value]) => [key, { value }])),
    ) as Binding;
  }

  private record(
    op: string,
    given: readonly BindingAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMeta[] {
    // In a session the op would make a variable of its own under the handle's name.
    if (op === 'AssignVariableOp') throw new Error('a body cannot assign to a variable');
    if (DATA_SIZED.has(op)) throw new NotCapturable(`the size of a result of ${op} depends on the data`);
    const described = inputs.map((handle) => this.describe(handle));
    const attributes: Record<string, Buffer> = {};
    for (const attribute of given) {
      if (attribute.value !== undefined) attributes[attribute.name] = encodeAttribute(attribute);
    }
    const derived = DERIVED[op];
    if (derived && !(derived[0] in attributes)) {
      attributes[derived[0]] = attributeValue.type(described[derived[1]]!.dtype);
    }
    const sources = inputs.map((handle) => this.source(handle));
    const touched = inputs.flatMap((handle) => this.accesses.get(handle) ?? []);
    const name = this.add(op, sources, attributes, this.order(op, touched));
    this.noteAccess(name, op, touched);
    const aliased = inputs.flatMap((handle) => this.aliases.get(handle) ?? []);
    for (const access of aliased) access.readers.add(name);

    return this.results(op, given, described, inputs, outputs).map(({ shape, dtype }, i) => {
      const id = this.remember({ shape, dtype, source: `${name}:${i}` });
      if (op === 'ReadVariableOp') this.aliases.set(id, touched[0]!);
      else if (ALIASES.has(op) && aliased[0]) this.aliases.set(id, aliased[0]);
      return { id, shape: [...shape], dtype };
    });
  }

  /** Nodes that must have run before an op on these variables. */
  private order(op: string, touched: readonly Accesses[]): string[] {
    const after = new Set<string>();
    for (const { lastWrite, readers } of touched) {
      if (lastWrite) after.add(lastWrite);
      if (!READS.has(op)) for (const reader of readers) after.add(reader);
    }
    return [...after];
  }

  private noteAccess(name: string, op: string, touched: readonly Accesses[]): void {
    for (const access of touched) {
      if (READS.has(op)) {
        access.readers.add(name);
      } else {
        access.lastWrite = name;
        access.readers.clear();
      }
    }
  }

  private results(
    op: string,
    given: readonly BindingAttribute[],
    described: readonly Described[],
    inputs: readonly number[],
    outputs: number,
  ): readonly Described[] {
    if (outputs === 0) return [];
    const variable = inputs[0] === undefined ? undefined : this.known.shape(inputs[0]);
    if (op === 'ReadVariableOp') return [{ shape: variable!, dtype: DType.float }];
    if (op === 'ResourceGather') {
      return [{ shape: [...described[1]!.shape, ...variable!.slice(1)], dtype: DType.float }];
    }
    const attributes: AttributeValues = new Map(given.map(({ name, value }) => [name, value]));
    return shapeRules[op]?.(described, attributes) ?? this.tryOnZeros(op, given, described, outputs);
  }

  /** Lets the addon compute the op on zeros (constants keep their values) to learn the shapes of its results. */
  private tryOnZeros(
    op: string,
    given: readonly BindingAttribute[],
    described: readonly Described[],
    outputs: number,
  ): TensorMeta[] {
    const made = described.map(({ shape, dtype, values }) =>
      this.addon.createTensor(shape, dtype, values ?? zeros(shape, dtype)),
    );
    const results = this.addon.executeOp(op, given, made, outputs);
    for (const handle of [...made, ...results.map(({ id }) => id)]) this.addon.deleteTensor(handle);
    return results;
  }

  private remember(tensor: Known): number {
    const handle = --this.lastHandle;
    this.tensors.set(handle, tensor);
    return handle;
  }

  /** Shape and type of a tensor; takes note of a variable or of a value from before the recording. */
  private describe(handle: number): Known {
    let tensor = this.tensors.get(handle);
    if (!tensor) {
      tensor = this.known.shape(handle)
        ? { shape: [], dtype: DType.resource, source: this.variable(handle) }
        : this.valueOf(handle);
      this.tensors.set(handle, tensor);
    }
    return tensor;
  }

  private source(handle: number): string {
    const tensor = this.describe(handle);
    tensor.source ??= this.constant(tensor);
    return tensor.source;
  }

  private constant({ dtype, shape, values }: Known): string {
    const bytes = Buffer.from(values!.buffer, values!.byteOffset, values!.byteLength);
    const key = bytes.length <= 64 ? `${dtype}/${shape.join()}/${bytes.toString('hex')}` : undefined;
    const twin = key && this.shared.get(key);
    if (twin) return twin;
    const name = this.add('Const', [], {
      dtype: attributeValue.type(dtype),
      value: attributeValue.tensor(dtype, shape, values!),
    });
    if (key) this.shared.set(key, `${name}:0`);
    return `${name}:0`;
  }

  private variable(handle: number): string {
    const key = this.constant({
      dtype: DType.int32,
      shape: [],
      values: Int32Array.of(this.variables.length),
    });
    this.variables.push(handle);
    const name = this.add('TensorMapLookup', [this.variableFeed, key], {
      key_dtype: attributeValue.type(DType.int32),
      value_dtype: attributeValue.type(DType.resource),
    });
    this.accesses.set(handle, { readers: new Set() });
    return `${name}:0`;
  }

  /** A tensor made before the recording that is no feed: it stays what it is. */
  private valueOf(handle: number): Known {
    const values = this.addon.tensorDataSync(handle);
    const dtype =
      values instanceof Float32Array ? DType.float : values instanceof Int32Array ? DType.int32 : DType.bool;
    const wanted: BindingAttribute = { name: 'out_type', type: TF_ATTR_TYPE, value: DType.int32 };
    const sizes = this.addon.executeOp('Shape', [wanted], [handle], 1)[0]!.id;
    const shape = [...this.addon.tensorDataSync(sizes)];
    this.addon.deleteTensor(sizes);
    return { dtype, shape, values };
  }

  private placeholder(dtype: number, shape: readonly number[]): string {
    return this.add('Placeholder', [], {
      dtype: attributeValue.type(dtype),
      shape: attributeValue.shape(shape),
    });
  }

  private add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Buffer>>,
    after: readonly string[] = [],
  ): string {
    const name = `n${this.nodes.length}`;
    this.nodes.push({ name, op, inputs, attributes: new Map(Object.entries(attributes)), after });
    return name;
  }
}

const TF_ATTR_TYPE = 4;

function zeros(shape: readonly number[], dtype: number): Float32Array | Int32Array | Uint8Array {
  const size = shape.reduce((a, b) => a * b, 1);
  if (dtype === DType.float) return new Float32Array(size);
  if (dtype === DType.int32) return new Int32Array(size);
  if (dtype === DType.bool) return new Uint8Array(size);
  throw new NotCapturable(`a tensor of type ${dtype} meets an op of unknown shape`);
}
