export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Lengths gathered into at most `most` bins of equal width, so that long tails still fit on the screen. */
export function bins(lengths: readonly { length: number; count: number }[], most: number): Bin[] {
  if (lengths.length === 0) return [];
  const longest = Math.max(...lengths.map((l) => l.length));
  const width = Math.max(1, Math.ceil((longest + 1) / most));
  const counts = new Array<number>(Math.floor(longest / width) + 1).fill(0);
  for (const { length, count } of lengths) counts[Math.floor(length / width)]! += count;
  return counts.map((count, i) => ({ from: i * width, to: (i + 1) * width - 1, count }));
}

/** Shortest, longest and commonest length; null for an empty list. */
export function spread(lengths: readonly { length: number; count: number }[]) {
  const present = lengths.filter((l) => l.count > 0);
  if (present.length === 0) return null;
  const mode = present.reduce((a, b) => (b.count > a.count ? b : a));
  const sizes = present.map((l) => l.length);
  return { shortest: Math.min(...sizes), longest: Math.max(...sizes), mode: mode.length };
}
