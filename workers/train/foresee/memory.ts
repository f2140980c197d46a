import type { Capture } from '../../tensor/index.ts';

/** What a test drive knows of the graphs of one kind: those it made, and how many shapes the run will have. */
export interface Graphs {
  readonly made: number;
  /** Nodes of the graphs that were made. */
  readonly nodes: number;
  readonly shapes: number;
  /** Bytes that the process grew by while it made `grownBy` nodes, none of them of a shape larger than one before. */
  readonly bytes: number;
  readonly grownBy: number;
}

/**
 * Bytes that a run holds more than its test drive: the graphs of the shapes that the drive had not, at the bytes a node
 * that all kinds together were measured to cost. One kind alone makes too few graphs to tell them from the noise.
 */
export function furtherBytes(kinds: readonly Graphs[]): number {
  const sum = (of: (graphs: Graphs) => number): number => kinds.reduce((total, each) => total + of(each), 0);
  const grownBy = sum((each) => each.grownBy);
  if (grownBy === 0) return 0;
  const perNode =
    Math.max(
      0,
      sum(({ bytes }) => bytes),
    ) / grownBy;
  return (
    perNode * sum(({ made, nodes, shapes }) => (made === 0 ? 0 : (nodes / made) * Math.max(0, shapes - made)))
  );
}

export interface GraphMeterOptions {
  readonly captures: () => readonly Capture[];
  /** Bytes of the process that are no JavaScript heap. */
  readonly resident?: () => number;
}

/** Counts the graphs that are made from here on, and what they hold. */
export function graphMeter({ captures, resident = nativeBytes }: GraphMeterOptions) {
  const now = () => {
    const graphs = captures().filter(({ state }) => state === 'graph');
    return { made: graphs.length, nodes: graphs.reduce((sum, { nodes }) => sum + nodes, 0) };
  };
  const start = now();
  let settled: { nodes: number; bytes: number } | undefined;
  return {
    /** The largest shape has been computed: what others add from here on is their graphs. */
    settle(): void {
      settled = { nodes: now().nodes, bytes: resident() };
    },
    /** `shapes`: graphs of this kind that the run will make. */
    graphs(shapes: number): Graphs {
      const { made, nodes } = now();
      return {
        ...{ made: made - start.made, nodes: nodes - start.nodes, shapes },
        bytes: settled ? resident() - settled.bytes : 0,
        grownBy: settled ? nodes - settled.nodes : 0,
      };
    },
  };
}

/** The heap grows and shrinks as it likes, and so do buffers that wait for its collector. */
function nativeBytes(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external;
}
