import type { Point, SeriesName } from '../../contract/entities.ts';

type Sums = Map<SeriesName, { sum: number; count: number }>;

/**
 * Averages what happens between two points, so that every update counts although at most four points a second are
 * made. The first update makes a point at once.
 */
export function averager(every = 250, now: () => number = () => performance.now()) {
  let sums: Sums = new Map();
  let last = -Infinity;
  let at = { step: 0, epoch: 0 };

  const flush = (): Point | null => {
    if (sums.size === 0) return null;
    const values = Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count]));
    sums = new Map();
    last = now();
    return { ...at, values };
  };
  return {
    /** A point when it is time for one. */
    add(step: number, epoch: number, values: Partial<Record<SeriesName, number>>): Point | null {
      at = { step, epoch };
      for (const [name, value] of Object.entries(values) as [SeriesName, number][]) {
        const so = sums.get(name) ?? { sum: 0, count: 0 };
        sums.set(name, { sum: so.sum + value, count: so.count + 1 });
      }
      return now() - last >= every ? flush() : null;
    },
    /** The point of what has not been told yet. */
    flush,
  };
}
