import { special } from '../../contract/datasets.ts';
import type { Model } from '../blocks/model.ts';
import {
  tf,
  type Engine,
  type FeedSpec,
  type Feeds,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '../tensor/index.ts';
import type { Breathe } from './breathe.ts';
import { LONGEST, type Source } from './codes.ts';

/** Codes searched side by side. */
const CODES = 64;

export interface Hypothesis {
  readonly ids: readonly number[];
  /** Summed log-probability, no length normalisation. */
  readonly log: number;
  /** Row of its memory: before a step its own, after a step its parent's. */
  readonly row: number;
}
export interface Search {
  readonly live: readonly Hypothesis[];
  readonly completed: readonly Hypothesis[];
}
export interface NextWord {
  readonly id: number;
  readonly log: number;
}

/** One step: the likeliest continuations take the places that completed hypotheses have left. */
export function widen(
  { live, completed }: Search,
  next: (row: number) => readonly NextWord[],
  width: number,
): Search {
  const all = live.flatMap(({ ids, log, row }) =>
    next(row).map((word) => ({ ids, id: word.id, log: log + word.log, row })),
  );
  const chosen = all.sort((a, b) => b.log - a.log).slice(0, width - completed.length);
  const ended = chosen.filter(({ id }) => id === special.end);
  const going = chosen.filter(({ id }) => id !== special.end);
  return {
    live: going.map(({ ids, id, log, row }) => ({ ids: [...ids, id], log, row })),
    completed: [...completed, ...ended.map(({ ids, log, row }) => ({ ids, log, row }))],
  };
}

/** The best of all, ended or not. */
export const bestOf = ({ live, completed }: Search): Hypothesis =>
  [...completed, ...live].reduce((a, b) => (b.log > a.log ? b : a));

export interface BeamOptions {
  readonly width: number;
  readonly longest?: number;
  readonly breathe: Breathe;
  readonly onShare?: (share: number) => void;
}

/**
 * Beam search (methods.md 1.5): width minus completed live hypotheses by summed log-probability; ends at `width`
 * completed ones or after 100 steps, when unfinished ones join the candidates; the best single one is the answer.
 */
export function beamSearch(model: Model, engine: Engine) {
  const { decoder } = model;
  const names = Object.keys(decoder.memory);
  const dim = model.read;
  const FLOAT = { dtype: 'float32' } as const;
  const INT = { dtype: 'int32' } as const;
  const codeFeed: Record<string, FeedSpec> = dim > 0 ? { z: FLOAT } : {};
  const code = (feeds: Record<string, Tensor>): Tensor2D | null => (feeds['z'] as Tensor2D) ?? null;
  const begin = engine.program<string, string>({
    name: 'begin beams',
    feeds: { ids: INT, ...codeFeed },
    body: (feeds, step) => ({ ...decoder.begin(code(feeds), feeds['ids']!.shape[0]!, step) }),
  });
  const advance = (width: number) =>
    engine.program<string, string>({
      name: `widen beams to ${width}`,
      feeds: {
        ids: INT,
        parents: INT,
        ...codeFeed,
        ...Object.fromEntries(names.map((name) => [name, FLOAT])),
      },
      body: (feeds, step) => {
        const parents = feeds['parents'] as Tensor1D;
        const memory = Object.fromEntries(
          names.map((name) => [name, tf.gather(feeds[name] as Tensor2D, parents)]),
        );
        const next = decoder.next(step, memory, feeds['ids'] as Tensor1D, code(feeds));
        const { values, indices } = tf.topk(tf.logSoftmax(next.word.logits()), width);
        return { values, indices, ...next.memory };
      },
    });
  const programs = new Map<number, ReturnType<typeof advance>>();

  async function searchSome(source: Source, from: number, to: number, options: BeamOptions) {
    const { width, longest = LONGEST, breathe } = options;
    const codes = to - from;
    const rows = codes * width;
    const z: Feeds<string> = {};
    if (source.codes) {
      const data = new Float32Array(rows * dim);
      for (let r = 0; r < rows; r++) {
        const at = (from + Math.floor(r / width)) * dim;
        data.set(source.codes.subarray(at, at + dim), r * dim);
      }
      z['z'] = { data, shape: [rows, dim] };
    }
    const choices = Math.min(width, model.vocabulary);
    let program = programs.get(choices);
    if (!program) programs.set(choices, (program = advance(choices)));
    const searches = Array.from({ length: codes }, (_, c): Search => ({
      live: [{ ids: [], log: 0, row: c * width }],
      completed: [],
    }));
    const ids = new Int32Array(rows).fill(special.start);
    const parents = Int32Array.from({ length: rows }, (_, r) => r);
    let memory = begin.runKeeping({ ids: { data: ids, shape: [rows] }, ...z }, { counter: 0 });
    for (let t = 0; t < longest && searches.some((search) => search.live.length > 0); t++) {
      const feeds: Feeds<string> = {
        ids: { data: ids, shape: [rows] },
        parents: { data: parents, shape: [rows] },
        ...z,
      };
      for (const name of names) feeds[name] = { data: memory[name]!, shape: memory[name]!.shape };
      const out = program.runKeeping(feeds, { counter: 0 });
      for (const name of names) memory[name]!.dispose();
      memory = out;
      const values = out['values']!.dataSync();
      const indices = out['indices']!.dataSync();
      out['values']!.dispose();
      out['indices']!.dispose();
      const next = (row: number): NextWord[] =>
        Array.from({ length: choices }, (_, k) => ({
          id: indices[row * choices + k]!,
          log: values[row * choices + k]!,
        }));
      for (const [c, search] of searches.entries()) {
        const after = widen(search, next, width);
        const live = after.live.map((hypothesis, i) => {
          const row = c * width + i;
          parents[row] = hypothesis.row;
          ids[row] = hypothesis.ids.at(-1)!;
          return { ...hypothesis, row };
        });
        searches[c] = { ...after, live };
      }
      await breathe();
    }
    for (const name of names) memory[name]!.dispose();
    return searches.map((search) => {
      const { ids, log } = bestOf(search);
      return { ids: Int32Array.from(ids), log };
    });
  }

  /** The likeliest sentence found for every code, with its summed log-probability. */
  const search = async (source: Source, options: BeamOptions) => {
    const out: { ids: Int32Array; log: number }[] = [];
    for (let from = 0; from < source.count; from += CODES) {
      out.push(...(await searchSome(source, from, Math.min(source.count, from + CODES), options)));
      options.onShare?.(out.length / source.count);
    }
    return out;
  };
  return search;
}
