import { tf } from './native.ts';
import type { CapturedGraph } from './runtime.ts';
import { stepOf } from './step.ts';
import type { StepContext } from './step.ts';
import type { Capture, FeedSpec, Feeds, Program, ProgramSpec, RunOptions, Tensor } from './types.ts';

type Entry = { readonly graph: CapturedGraph } | { readonly reason: string };

/**
 * Nodes of all graphs that are held at once; the least recently used graphs go first. TensorFlow keeps about 8 kB a
 * node, and a data set has a graph per sentence length and program.
 */
const NODES_HELD = 100_000;

/** The programs of an engine: each body becomes a graph per shape of its feeds where the backend can, else runs op by op. */
export interface Programs {
  create<F extends string, O extends string>(spec: ProgramSpec<F, O>): Program<F, O>;
  captures(): Capture[];
  dispose(): void;
}

export function programsOf(
  context: StepContext,
  use: () => void,
  capture: boolean,
  nodesHeld = NODES_HELD,
): Programs {
  const { runtime } = context;
  const caches: { program: string; entries: Map<string, Entry> }[] = [];
  /** How to let go of each graph, least recently used first. */
  const graphs = new Map<CapturedGraph, () => void>();

  const hold = (graph: CapturedGraph, forget: () => void): void => {
    graphs.set(graph, forget);
    let nodes = 0;
    for (const { nodes: own } of graphs.keys()) nodes += own;
    for (const [oldest, release] of graphs) {
      if (nodes <= nodesHeld || oldest === graph) break;
      nodes -= oldest.nodes;
      release();
    }
  };
  const touch = (graph: CapturedGraph): void => {
    const release = graphs.get(graph)!;
    graphs.delete(graph);
    graphs.set(graph, release);
  };

  function create<F extends string, O extends string>(spec: ProgramSpec<F, O>): Program<F, O> {
    const entries = new Map<string, Entry>();
    caches.push({ program: spec.name, entries });
    const names = Object.keys(spec.feeds) as F[];
    let outputNames: readonly O[] = [];

    const body = (counter: Tensor, fed: readonly Tensor[]): Tensor[] => {
      const feeds = {} as Record<F, Tensor>;
      names.forEach((name, i) => (feeds[name] = fed[i]!));
      const outputs = withoutAmbientNoise(() => spec.body(feeds, stepOf(context, counter)));
      outputNames = Object.keys(outputs) as O[];
      // Copies of the handles, since one tensor may be two outputs, or a feed.
      return outputNames.map((name) => tf.clone(outputs[name]));
    };

    const trace = (shapes: string, step: Tensor, fed: readonly Tensor[]): Entry => {
      const captured = runtime.capture!([step, ...fed], () => body(step, fed));
      const entry: Entry = captured instanceof Error ? { reason: captured.message } : { graph: captured };
      entries.set(shapes, entry);
      if ('graph' in entry) {
        hold(entry.graph, () => {
          graphs.delete(entry.graph);
          entries.delete(shapes);
          entry.graph.dispose();
        });
      }
      return entry;
    };

    const execute = (feeds: Feeds<F>, { counter }: RunOptions): Tensor[] => {
      use();
      return tf.tidy(() => {
        const step = runtime.counter(counter);
        const fed = names.map((name) => feedTensor(feeds[name], spec.feeds[name], `${spec.name}.${name}`));
        if (!capture || !runtime.capture) return body(step, fed);
        const shapes = fed.map((tensor) => `[${tensor.shape.join()}]`).join(' ');
        const entry = entries.get(shapes) ?? trace(shapes, step, fed);
        if (!('graph' in entry)) return body(step, fed);
        touch(entry.graph);
        return entry.graph.run([step, ...fed]);
      });
    };

    const named = <V>(values: readonly V[]): Record<O, V> =>
      Object.fromEntries(outputNames.map((name, i) => [name, values[i]])) as Record<O, V>;
    return {
      run: (feeds, options) =>
        named(
          execute(feeds, options).map((tensor) => {
            const values = tensor.dataSync() as Float32Array | Int32Array;
            tensor.dispose();
            return values;
          }),
        ),
      runKeeping: (feeds, options) => named(execute(feeds, options)),
    };
  }

  return {
    create,
    captures: () =>
      caches.flatMap(({ program, entries }) =>
        [...entries].map(([shapes, entry]) =>
          'graph' in entry
            ? { program, shapes, state: 'graph' as const, nodes: entry.graph.nodes }
            : { program, shapes, state: 'eager' as const, reason: entry.reason, nodes: 0 },
        ),
      ),
    dispose() {
      for (const release of [...graphs.values()]) release();
    },
  };
}

/** TF.js draws seeds from Math.random; a body that used it could not be repeated, and its graph would repeat itself. */
function withoutAmbientNoise<R>(work: () => R): R {
  const own = Math.random;
  Math.random = () => {
    throw new Error('a body draws its noise from its step (step.normal, step.uniform), not from Math.random');
  };
  try {
    return work();
  } finally {
    Math.random = own;
  }
}

function feedTensor(feed: Feeds<string>[string], { dtype }: FeedSpec, name: string): Tensor {
  if (typeof feed === 'number') return tf.scalar(feed, dtype);
  const { data, shape } = feed;
  if (typeof data === 'number') return tf.fill([...shape], data, dtype);
  if (data instanceof Float32Array || data instanceof Int32Array) return tf.tensor(data, [...shape], dtype);
  if (data.dtype !== dtype) throw new Error(`feed ${name} is ${data.dtype}, not ${dtype}`);
  return tf.reshape(data, [...shape]);
}
