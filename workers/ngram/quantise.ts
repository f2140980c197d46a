/**
 * Numbers as codes into tables, for smaller files. A column with no more different values than codes loses nothing
 * (at 16 bits that is usual for backoffs); otherwise neighbours share a code, all codes about equally often used.
 */
import { NgramModel } from './model.ts';
import type { Codes, TrieLevel } from './trie.ts';

export type Bits = 8 | 16;

export function quantiseModel(model: NgramModel, bits: Bits): NgramModel {
  return new NgramModel({
    vocabulary: model.vocabulary,
    levels: model.levels.map((level) => quantiseLevel(level, bits)),
    card: { ...model.card, quantised: bits },
    hasSteps: model.hasSteps,
  });
}

function quantiseLevel(level: TrieLevel, bits: Bits): TrieLevel {
  const log10 = quantiseColumn(expand(level.log10, level.log10Codes), bits);
  const backoff = quantiseColumn(expand(level.backoff, level.backoffCodes), bits);
  return {
    words: level.words,
    first: level.first,
    log10: log10.values,
    log10Codes: log10.codes,
    backoff: backoff.values,
    backoffCodes: backoff.codes,
  };
}

function expand(values: Float32Array, codes: Codes | undefined): Float32Array {
  return codes ? Float32Array.from(codes, (code) => values[code]!) : values;
}

interface Quantised {
  values: Float32Array;
  codes: Codes;
}

export function quantiseColumn(column: Float32Array, bits: Bits): Quantised {
  const sorted = column.slice().sort();
  const most = 2 ** bits;
  let different = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || !Object.is(sorted[i], sorted[i - 1])) different++;
  const values: number[] = [];
  /** Greatest member of each bin. */
  const limits: number[] = [];
  let left = different;
  for (let i = 0; i < sorted.length;) {
    // Once no more values are left than codes, each has its own.
    const share = left <= most - values.length ? 1 : (sorted.length - i) / (most - values.length);
    const from = i;
    let sum = 0;
    do {
      const value = sorted[i]!;
      left--;
      while (i < sorted.length && Object.is(sorted[i], value)) {
        sum += value;
        i++;
      }
    } while (
      i - from < share &&
      i < sorted.length &&
      Number.isFinite(sorted[i - 1]) &&
      Number.isFinite(sorted[i])
    );
    const alone = Object.is(sorted[from], sorted[i - 1]);
    values.push(alone ? sorted[from]! : sum / (i - from));
    limits.push(sorted[i - 1]!);
  }
  const codes = bits === 8 ? new Uint8Array(column.length) : new Uint16Array(column.length);
  for (let i = 0; i < column.length; i++) codes[i] = binOf(limits, column[i]!);
  return { values: Float32Array.from(values), codes };
}

/** First bin whose greatest member is not below `value`; NaN stands last, as sorting puts it. */
function binOf(limits: readonly number[], value: number): number {
  let low = 0;
  let high = limits.length - 1;
  if (Number.isNaN(value)) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (limits[middle]! >= value || Number.isNaN(limits[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
