/**
 * Philox 4x32 with 10 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a random
 * number is a function of a key and a counter, so a resumed run draws what an uninterrupted one would have drawn,
 * and the native runtime's stateless ops give the same numbers as this file.
 */

/** 64-bit key of a stream as two unsigned 32-bit words, low word first. */
export type PhiloxKey = readonly [low: number, high: number];

/** An integer up to 2^53 as two words, low word first, in the form of int32. */
export const halves = (value: number): Int32Array =>
  Int32Array.of(value % 2 ** 32, Math.floor(value / 2 ** 32));

/** FNV-1a over the UTF-16 code units, then a finalizer so that close names give far keys. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The stream of one purpose («dropout», «data order») in a run with this seed (an integer up to 2^53). */
export function streamKey(seed: number, purpose: string): PhiloxKey {
  const high = Math.floor(seed / 2 ** 32);
  return [seed >>> 0, hash(high === 0 ? purpose : `${purpose}@${high}`)];
}

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;

/** High word of an unsigned 32 x 32 bit product. */
function mulHigh(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const mid = ah * bl + ((al * bl) >>> 16);
  const low = (mid & 0xffff) + al * bh;
  return (ah * bh + Math.floor(mid / 65536) + Math.floor(low / 65536)) >>> 0;
}

/** One block: four unsigned words from a 128-bit counter (low word first), written into `out` at `at`. */
export function philoxBlock(
  key: PhiloxKey,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  out: Uint32Array,
  at = 0,
): void {
  let k0 = key[0];
  let k1 = key[1];
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const low0 = Math.imul(M0, c0);
    const high1 = mulHigh(M1, c2);
    const low1 = Math.imul(M1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/** `n` words of the stream at `counter` (upper half of Philox's counter; the lower half numbers the blocks). */
function words(key: PhiloxKey, counter: number, n: number): Uint32Array {
  const blocks = Math.ceil(n / 4);
  const out = new Uint32Array(blocks * 4);
  const low = counter >>> 0;
  const high = Math.floor(counter / 2 ** 32);
  for (let b = 0; b < blocks; b++) philoxBlock(key, b, 0, low, high, out, b * 4);
  return out;
}

/** 23 random bits as a float in [0, 1), TensorFlow's way, so that both give the same float. */
const unit = (word: number): number => (word & 0x7fffff) / 0x800000;

/** `n` float32 numbers in [0, 1), equal bit for bit to TensorFlow's StatelessRandomUniformV2. */
export function uniformAt(key: PhiloxKey, counter: number, n: number): Float32Array {
  const bits = words(key, counter, n);
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = unit(bits[i]!);
  return out;
}

/** `n` standard normal numbers by Box and Muller, equal to StatelessRandomNormalV2 up to float32 rounding. */
export function normalAt(key: PhiloxKey, counter: number, n: number): Float32Array {
  const bits = words(key, counter, n);
  const out = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(Math.max(unit(bits[i]!), 1e-7)));
    const angle = 2 * Math.PI * unit(bits[i + 1]!);
    out[i] = Math.sin(angle) * radius;
    if (i + 1 < n) out[i + 1] = Math.cos(angle) * radius;
  }
  return out;
}

/** A sequence of draws for one purpose. `position` is all it remembers: save it and a new one goes on from there. */
export interface Generator {
  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, n), without modulo bias; 1 <= n <= 2^32. */
  integer(n: number): number;
  /** Fisher-Yates, in place; returns its argument. */
  shuffle<T extends { length: number; [i: number]: unknown }>(items: T): T;
  /** How many 32-bit words were drawn. */
  readonly position: number;
}

/** The plain generator for data order, synthetic data and everything else that is not a tensor. */
export function philox(seed: number, purpose: string, position = 0): Generator {
  const key = streamKey(seed, purpose);
  const block = new Uint32Array(4);
  let next = position;
  let loaded = -1;
  const word = (): number => {
    const number = Math.floor(next / 4);
    if (number !== loaded) {
      philoxBlock(key, number >>> 0, Math.floor(number / 2 ** 32), 0, 0, block);
      loaded = number;
    }
    return block[next++ % 4]!;
  };
  const uniform = (): number => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 2 ** 53;
  const integer = (n: number): number => {
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const w = word();
      if (w < limit) return w % n;
    }
  };
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const kept = items[i];
        items[i] = items[j];
        items[j] = kept;
      }
      return items;
    },
    get position() {
      return next;
    },
  };
}
