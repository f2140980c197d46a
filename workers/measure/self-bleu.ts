/** Samples that are looked at (methods.md section 4). */
const FIRST = 500;
const ORDERS = [2, 3, 4, 5] as const;

/** Mean BLEU of every sample against all others, by the longest n-gram counted. */
export interface SelfBleu {
  readonly 2: number;
  readonly 3: number;
  readonly 4: number;
  readonly 5: number;
}

/** The two largest counts of an n-gram in one sentence: without the sentence that has the largest, the other holds. */
interface Most {
  count: number;
  of: number;
  second: number;
}

/**
 * Self-BLEU (Zhu et al. 2018): each of the first 500 samples against all others of them, uniform weights, clipped
 * counts, the closest length of the others (of two equally close the shorter), a precision of zero replaced by
 * 0.1 / total. 1 where all samples are the same; null for fewer than two.
 */
export function selfBleu(texts: readonly string[]): SelfBleu | null {
  const sentences = texts.slice(0, FIRST).map((text) => (text === '' ? [] : text.split(' ')));
  if (sentences.length < 2) return null;
  const most = ORDERS.at(-1)!;
  const logPrecisions = sentences.map(() => new Float64Array(most));
  for (let n = 1; n <= most; n++) {
    const counted = sentences.map((words) => gramsOf(words, n));
    const largest = largestOf(counted);
    for (const [i, grams] of counted.entries()) {
      let matched = 0;
      for (const [gram, count] of grams) {
        const { count: first, of, second } = largest.get(gram)!;
        matched += Math.min(count, of === i ? second : first);
      }
      // As in NLTK, a sentence too short for an n-gram counts as one without a match.
      const total = Math.max(1, sentences[i]!.length - n + 1);
      logPrecisions[i]![n - 1] = Math.log((matched === 0 ? 0.1 : matched) / total);
    }
  }
  const penalties = logPenalties(sentences.map(({ length }) => length));
  const mean = (order: number): number => {
    let sum = 0;
    for (const [i, logs] of logPrecisions.entries()) {
      if (sentences[i]!.length === 0) continue;
      let log = penalties[i]!;
      for (let n = 0; n < order; n++) log += logs[n]! / order;
      sum += Math.exp(log);
    }
    return sum / sentences.length;
  };
  return { 2: mean(2), 3: mean(3), 4: mean(4), 5: mean(5) };
}

/**
 * BLEU-4 of a rewritten sentence with the given one as reference, by the same rules: how much of it was kept. 1 for the
 * same sentence of four words or more.
 */
export function keptBleu(rewritten: string, given: string): number {
  const [words, reference] = [rewritten, given].map((text) => (text === '' ? [] : text.split(' ')));
  if (words!.length === 0) return 0;
  let log = Math.min(0, 1 - reference!.length / words!.length);
  for (let n = 1; n <= 4; n++) {
    const there = gramsOf(reference!, n);
    let matched = 0;
    for (const [gram, count] of gramsOf(words!, n)) matched += Math.min(count, there.get(gram) ?? 0);
    log += Math.log((matched === 0 ? 0.1 : matched) / Math.max(1, words!.length - n + 1)) / 4;
  }
  return Math.exp(log);
}

function gramsOf(words: readonly string[], n: number): Map<string, number> {
  const grams = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const gram = words.slice(i, i + n).join(' ');
    grams.set(gram, (grams.get(gram) ?? 0) + 1);
  }
  return grams;
}

function largestOf(counted: readonly ReadonlyMap<string, number>[]): Map<string, Most> {
  const largest = new Map<string, Most>();
  for (const [i, grams] of counted.entries())
    for (const [gram, count] of grams) {
      const known = largest.get(gram);
      if (!known) largest.set(gram, { count, of: i, second: 0 });
      else if (count > known.count) Object.assign(known, { count, of: i, second: known.count });
      else known.second = Math.max(known.second, count);
    }
  return largest;
}

/** Log of the brevity penalty of each length against the closest of the others. */
function logPenalties(lengths: readonly number[]): number[] {
  const times = new Map<number, number>();
  for (const length of lengths) times.set(length, (times.get(length) ?? 0) + 1);
  return lengths.map((own) => {
    const others = [...times.keys()].filter((length) => length !== own || times.get(own)! > 1);
    const closest = others.reduce((best, length) => {
      const [near, far] = [Math.abs(length - own), Math.abs(best - own)];
      return near < far || (near === far && length < best) ? length : best;
    });
    return own >= closest ? 0 : 1 - closest / own;
  });
}
