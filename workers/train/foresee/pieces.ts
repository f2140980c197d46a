import type { TrainJob } from '../../../contract/worker.ts';
import type { Breathe } from '../../measure/breathe.ts';
import type { Batch } from '../../text/batches.ts';
import type { Split } from '../../text/split.ts';
import type { OpenRun } from '../open.ts';
import type { Graphs } from './memory.ts';

export interface Drive {
  readonly job: TrainJob;
  readonly run: OpenRun;
  readonly breathe: Breathe;
  /** Seconds since the process began. */
  readonly now: () => number;
  /** Of every kind of work, as it has been seen. */
  readonly graphs: Graphs[];
}

export async function secondsOf(now: Drive['now'], work: () => unknown): Promise<number> {
  const began = now();
  await work();
  return now() - began;
}

/** `count` of the items, from all parts of the list, and in an order in which the first few are spread as well. */
export function spread<T>(items: readonly T[], count: number): T[] {
  const chosen = Math.min(count, items.length);
  const stride = Math.max(1, Math.round(chosen * 0.38));
  const left = Array.from(
    { length: chosen },
    (_, i) => items[Math.floor(((i + 0.5) * items.length) / chosen)]!,
  );
  const order: T[] = [];
  for (let at = 0; left.length > 0; at += stride) order.push(...left.splice(at % left.length, 1));
  return order;
}

const shapeOf = ({ length, rows }: Batch): string => `${length} x ${rows.length}`;
export const shapesIn = (batches: readonly Batch[]): number => new Set(batches.map(shapeOf)).size;
export const largest = (batches: readonly Batch[]): Batch =>
  batches.reduce((most, each) => (numbersIn(each) > numbersIn(most) ? each : most));
const numbersIn = ({ length, rows }: Batch): number => (length + 2) * rows.length;
export const tokensIn = (split: Split): number => split.tokens.length + split.count;
export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Seconds: what repeats, and what a shape costs more the first time. */
export interface Cost {
  readonly again: number;
  readonly first: number;
}

/** Does each piece twice; `size` is what its second time is in proportion to. */
export async function costOf<T>(
  now: Drive['now'],
  pieces: readonly T[],
  size: (piece: T) => number,
  work: (piece: T) => unknown,
): Promise<Cost> {
  const first: number[] = [];
  let [again, sizes] = [0, 0];
  for (const piece of pieces) {
    const cold = await secondsOf(now, () => work(piece));
    const warm = await secondsOf(now, () => work(piece));
    first.push(Math.max(0, cold - warm));
    again += warm;
    sizes += size(piece);
  }
  return { again: sizes === 0 ? 0 : again / sizes, first: mean(first) };
}
