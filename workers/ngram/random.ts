/**
 * Random numbers without memory: draw `index` of stream `seed` is a hash of the two (the finaliser of MurmurHash3,
 * applied to both halves in turn), so results depend on nothing but their seed.
 */

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 random bits. */
export function bits(seed: number, index: number): number {
  const high = Math.floor(index / 0x1_0000_0000);
  return mix(mix(mix(seed + 0x9e3779b9) ^ high) + Math.imul(index | 0, 0x9e3779b9));
}

/** Uniform in [0, 1), 53 bits. */
export function uniform(seed: number, index: number): number {
  return ((bits(seed, 2 * index) >>> 5) * 0x400_0000 + (bits(seed, 2 * index + 1) >>> 6)) / 2 ** 53;
}
