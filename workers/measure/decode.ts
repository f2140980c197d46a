import { special } from '../../contract/datasets.ts';
import type { Decoding } from '../../contract/entities.ts';
import type { Memory } from '../blocks/block.ts';
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
import { beamSearch } from './beam.ts';
import type { Breathe } from './breathe.ts';
import { LONGEST, wordNoise, type Source } from './codes.ts';

/** Steps in one execution: fewer calls and read-backs, at most this many steps too many. */
const UNROLLED = 4;
/**
 * Sentences written side by side. When enough of them have ended, the others move into the next smaller number of
 * rows; few numbers, since every shape is a graph of its own.
 */
const ROWS = [16, 64, 256] as const;
const MOST = ROWS[ROWS.length - 1]!;
const rowsFor = (sentences: number): number => ROWS.find((rows) => rows >= sentences)!;

export interface DecodeOptions {
  readonly decoding: Decoding;
  /** Seed of the words; sentence i draws the same numbers in every run. */
  readonly seed: number;
  /** Index of the first sentence under the seed. */
  readonly first?: number;
  readonly breathe: Breathe;
  readonly onShare?: (share: number) => void;
}

/** Writes a sentence of word ids, without its end, for every code (methods.md 1.5). */
export type Decode = (source: Source, options: DecodeOptions) => Promise<Int32Array[]>;

const FLOAT = { dtype: 'float32' } as const;
const INT = { dtype: 'int32' } as const;

export function decoderOf(model: Model, engine: Engine): Decode {
  const { decoder } = model;
  const names = Object.keys(decoder.memory);
  const dim = model.read;
  const codeFeed: Record<string, FeedSpec> = dim > 0 ? { z: FLOAT } : {};
  const memoryFeeds = Object.fromEntries(names.map((name) => [name, FLOAT]));
  const memoryOf = (feeds: Record<string, Tensor>): Memory =>
    Object.fromEntries(names.map((name) => [name, feeds[name] as Tensor2D]));
  const codeOf = (feeds: Record<string, Tensor>): Tensor2D | null => (feeds['z'] as Tensor2D) ?? null;

  const begin = engine.program<string, string>({
    name: 'begin sentences',
    feeds: { ids: INT, ...codeFeed },
    body: (feeds, step) => ({ ...decoder.begin(codeOf(feeds), feeds['ids']!.shape[0]!, step) }),
  });
  const write = (kind: 'greedy' | 'temperature', random: Record<string, FeedSpec>) =>
    engine.program<string, string>({
      name: `write words, ${kind}`,
      feeds: { ids: INT, ...codeFeed, ...memoryFeeds, ...random },
      body: (feeds, step) => {
        let ids = feeds['ids'] as Tensor1D;
        let memory = memoryOf(feeds);
        const rows = ids.shape[0];
        const written: Tensor1D[] = [];
        for (let t = 0; t < UNROLLED; t++) {
          const next = decoder.next(step, memory, ids, codeOf(feeds));
          const uniform = feeds['uniform']
            ? (tf.reshape(tf.slice(feeds['uniform'] as Tensor2D, [t, 0], [1, rows]), [rows]) as Tensor1D)
            : null;
          ids = uniform ? next.word.draw(uniform, feeds['temperature']!) : next.word.likeliest();
          memory = next.memory;
          written.push(ids);
        }
        return { written: tf.stack(written), ...memory };
      },
    });
  const programs = {
    greedy: write('greedy', {}),
    temperature: write('temperature', { uniform: FLOAT, temperature: FLOAT }),
  };
  const pick = engine.program<string, string>({
    name: 'keep rows',
    feeds: { rows: INT, ...memoryFeeds },
    body: (feeds) =>
      Object.fromEntries(names.map((name) => [name, tf.gather(feeds[name]!, feeds['rows'] as Tensor1D)])),
  });
  const beams = beamSearch(model, engine);

  const kept = (memory: Record<string, Tensor>): Feeds<string> =>
    Object.fromEntries(names.map((name) => [name, { data: memory[name]!, shape: memory[name]!.shape }]));
  const dispose = (memory: Record<string, Tensor>): void => {
    for (const name of names) memory[name]!.dispose();
  };

  /** Writes sentences side by side until all have ended: `codes` [count, dim], `uniforms` [count][steps]. */
  async function writeSome(
    count: number,
    codes: Float32Array | null,
    { uniforms, temperature }: WordNoise,
    breathe: Breathe,
  ): Promise<Int32Array[]> {
    const sentences = Array.from({ length: count }, (): number[] => []);
    let rows = Int32Array.from({ length: rowsFor(count) }, (_, r) => (r < count ? r : NOBODY));
    let ids = new Int32Array(rows.length).fill(special.start);
    let z: Feeds<string> = codes ? { z: rowsOf(codes, dim, rows) } : {};
    let memory = begin.runKeeping({ ids: { data: ids, shape: [rows.length] }, ...z }, { counter: 0 });
    for (let t = 0; t < LONGEST; t += UNROLLED) {
      const fed: Feeds<string> = { ids: { data: ids, shape: [rows.length] }, ...z, ...kept(memory) };
      const out = uniforms
        ? programs.temperature.runKeeping(
            { ...fed, uniform: stepsOf(uniforms, t, rows), temperature },
            { counter: 0 },
          )
        : programs.greedy.runKeeping(fed, { counter: 0 });
      dispose(memory);
      memory = out;
      const written = out['written']!.dataSync() as Int32Array;
      out['written']!.dispose();
      ids = written.slice((UNROLLED - 1) * rows.length);
      const live = collect(written, rows, sentences);
      await breathe();
      if (live.length === 0) break;
      if (rowsFor(live.length) === rows.length) continue;
      const chosen = new Int32Array(rowsFor(live.length)).fill(live[0]!);
      chosen.set(live);
      const fewer = pick.runKeeping(
        { rows: { data: chosen, shape: [chosen.length] }, ...kept(memory) },
        { counter: 0 },
      );
      dispose(memory);
      memory = fewer;
      ids = chosen.map((r) => ids[r]!);
      rows = chosen.map((r, i) => (i < live.length ? rows[r]! : NOBODY));
      if (codes) z = { z: rowsOf(codes, dim, rows) };
    }
    dispose(memory);
    return sentences.map((sentence) => Int32Array.from(sentence));
  }

  return async (source, options) => {
    const { decoding, breathe } = options;
    if (decoding.kind === 'beam') {
      const found = await beams(source, { ...options, width: decoding.width });
      return found.map(({ ids }) => ids);
    }
    const { seed, first = 0 } = options;
    const out: Int32Array[] = [];
    for (let from = 0; from < source.count; from += MOST) {
      const count = Math.min(MOST, source.count - from);
      const codes = source.codes && source.codes.subarray(from * dim, (from + count) * dim);
      const noise =
        decoding.kind === 'greedy'
          ? { uniforms: null, temperature: 1 }
          : {
              uniforms: Array.from({ length: count }, (_, i) =>
                wordNoise(seed, first + from + i, LONGEST + UNROLLED),
              ),
              temperature: decoding.temperature,
            };
      out.push(...(await writeSome(count, codes, noise, breathe)));
      options.onShare?.(out.length / source.count);
      await breathe();
    }
    return out;
  };
}

/** In a row of an execution: no sentence needs it. */
const NOBODY = -1;

/** What words are drawn with; no numbers where the likeliest is taken. */
interface WordNoise {
  readonly uniforms: readonly Float32Array[] | null;
  readonly temperature: number;
}

/** The codes of the sentences in `rows`, [rows, dim]. */
function rowsOf(codes: Float32Array, dim: number, rows: Int32Array) {
  const data = new Float32Array(rows.length * dim);
  rows.forEach((s, r) => {
    if (s !== NOBODY) data.set(codes.subarray(s * dim, (s + 1) * dim), r * dim);
  });
  return { data, shape: [rows.length, dim] };
}

/** The uniform numbers of the next steps of the sentences in `rows`, [steps, rows]. */
function stepsOf(uniforms: readonly Float32Array[], from: number, rows: Int32Array) {
  const data = new Float32Array(UNROLLED * rows.length);
  rows.forEach((s, r) => {
    if (s === NOBODY) return;
    for (let u = 0; u < UNROLLED; u++) data[u * rows.length + r] = uniforms[s]![from + u]!;
  });
  return { data, shape: [UNROLLED, rows.length] };
}

/** Adds what was written, [steps, rows], to its sentences; frees the rows of those that ended and answers the others. */
function collect(written: Int32Array, rows: Int32Array, sentences: readonly number[][]): number[] {
  const live: number[] = [];
  rows.forEach((s, r) => {
    if (s === NOBODY) return;
    const sentence = sentences[s]!;
    let ended = false;
    for (let u = 0; u < UNROLLED && !ended; u++) {
      const id = written[u * rows.length + r]!;
      ended = id === special.end || sentence.length === LONGEST;
      if (!ended) sentence.push(id);
    }
    if (ended) rows[r] = NOBODY;
    else live.push(r);
  });
  return live;
}
